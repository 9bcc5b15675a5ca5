// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/ConnectionTest.h"

#include "base/Text.h"
#include "kafka/Addresses.h"
#include "kafka/Admin.h"
#include "kafka/Handle.h"
#include "kafka/Metadata.h"
#include "kafka/PortLook.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace millrace
{
namespace
{

using namespace kafka;
using Verdict = ConnectionStep::Verdict;
using Kind = Trouble::Kind;

constexpr Milliseconds kConnectTime(2000), kAnswerTime(5000), kStrangerTime(1000);
constexpr int kMended = 0x020c00ff; ///< librdkafka 2.12.0
constexpr std::array kStepNames = {"name", "port", "TLS", "login", "rights", "brokers", "version"};

/// The steps so far; after a failure the others are skipped.
class Steps
{
public:
    Steps(std::function<void(const ConnectionStep&)> onStep, std::stop_token stop)
        : m_onStep(std::move(onStep)), m_stop(std::move(stop))
    {
    }
    void good(std::string name, std::string found) { add({std::move(name), Verdict::Good, std::move(found), {}}); }
    void skip(std::string name, std::string found) { add({std::move(name), Verdict::Skipped, std::move(found), {}}); }
    void fail(std::string name, std::string found, std::string advice)
    {
        add({std::move(name), Verdict::Failed, std::move(found), std::move(advice)});
        m_failed = true;
    }
    void skipRest()
    {
        while (m_steps.size() < kStepNames.size() && !m_stop.stop_requested())
            skip(kStepNames.at(m_steps.size()), "not tried");
    }
    [[nodiscard]] bool isOver() const { return m_failed || m_stop.stop_requested(); }
    [[nodiscard]] const std::stop_token& stop() const { return m_stop; }
    [[nodiscard]] std::vector<ConnectionStep> take() { return std::move(m_steps); }

private:
    void add(ConnectionStep step)
    {
        if (m_stop.stop_requested()) // what was found then is half of it
            return;
        m_steps.push_back(std::move(step));
        if (m_onStep)
            m_onStep(m_steps.back());
    }
    std::function<void(const ConnectionStep&)> m_onStep;
    std::stop_token m_stop;
    std::vector<ConnectionStep> m_steps;
    bool m_failed = false;
};

std::string propertyOf(const Connection& connection, const std::string& name)
{
    const auto found = connection.properties.find(name);
    std::string value = found == connection.properties.end() ? std::string() : found->second;
    std::ranges::transform(value, value.begin(), [](unsigned char each) { return std::tolower(each); });
    return value;
}

std::string protocolOf(const Connection& connection)
{
    const std::string protocol = propertyOf(connection, "security.protocol");
    return protocol.empty() ? "plaintext" : protocol;
}

/// The ports that are open, and how the step tells of them.
struct OpenPorts {
    std::vector<BrokerAddress> addresses;
    std::string found;
};

/// One broker of the list that can be reached is enough; the others are told. An open port is no good step yet: only
/// who answers there tells whether it is the right one.
OpenPorts lookAtPorts(const Connection& connection, Steps& steps)
{
    OpenPorts open;
    std::string names, unnamed, closed;
    const auto addresses = parseBrokers(connection.brokers);
    if (!addresses) {
        steps.fail("name", addresses.error().message, addresses.error().advice);
        return open;
    }
    for (const BrokerAddress& address : *addresses) {
        const PortLook look = lookAtPort(address.host, address.port, kConnectTime, steps.stop());
        const std::string name = address.host + ":" + std::to_string(address.port);
        const auto append = [](std::string& to, const std::string& text) { to += (to.empty() ? "" : "; ") + text; };
        if (look.address.empty()) {
            append(unnamed, address.host + ": " + look.trouble);
            continue;
        }
        append(names, address.host == look.address ? address.host + " is an address itself"
                                                   : address.host + " is " + look.address);
        if (look.trouble.empty())
            open.addresses.push_back(address);
        append(look.trouble.empty() ? open.found : closed,
               name + (look.trouble.empty() ? " is open" : ": " + look.trouble));
    }
    if (names.empty()) {
        steps.fail("name", unnamed, "Check the spelling, or ask the cluster's administrator for the address");
        return open;
    }
    steps.good("name", names + (unnamed.empty() ? "" : "; but " + unnamed));
    if (open.addresses.empty())
        steps.fail("port", closed, "Check host and port, and that the broker runs");
    open.found += closed.empty() ? "" : "; but " + closed;
    return open;
}

/// Nobody answered as a broker does, nor as one that wants another login: is it one at all?
std::optional<Trouble> strangerAt(const OpenPorts& open, const std::optional<Trouble>& trouble,
                                  const std::stop_token& stop)
{
    if (trouble && trouble->kind >= Kind::Stranger)
        return trouble->kind == Kind::Stranger ? trouble : std::nullopt;
    for (const BrokerAddress& address : open.addresses)
        if (auto stranger = lookForStranger(address.host, address.port, kStrangerTime, stop))
            return stranger;
    return std::nullopt;
}

/// Puts the failure to the step that it belongs to.
void tellTrouble(const Connection& connection, const OpenPorts& open, const Error& error,
                 const std::optional<Trouble>& trouble, Steps& steps)
{
    const std::string protocol = protocolOf(connection);
    if (const auto stranger = strangerAt(open, trouble, steps.stop()))
        return steps.fail("port", sentence(*stranger), stranger->advice);
    const bool isSilent = !trouble || !trouble->isLasting();
    if (isSilent && !protocol.ends_with("ssl"))
        return steps.fail("port", open.found + ". " + error.message, error.advice);
    steps.good("port", open.found);
    const bool isLogin = trouble && (trouble->kind == Kind::Login || trouble->advice.find("SASL") != std::string::npos);
    if (isLogin && trouble->reason.find("TLS") == std::string::npos) {
        if (protocol.ends_with("ssl"))
            steps.good("TLS", "the certificate is good");
        else
            steps.skip("TLS", "security.protocol is " + protocol);
        return steps.fail("login", error.message, error.advice);
    }
    steps.fail("TLS", error.message, error.advice);
}

void tellConnected(const Connection& connection, Steps& steps)
{
    const std::string protocol = protocolOf(connection);
    if (!protocol.ends_with("ssl"))
        steps.skip("TLS", "not used: security.protocol is " + protocol);
    else if (propertyOf(connection, "enable.ssl.certificate.verification") == "false")
        steps.good("TLS", "used, but the certificate is not checked");
    else
        steps.good("TLS", "the certificate is good");
    const auto user = connection.properties.find("sasl.username");
    if (!protocol.starts_with("sasl"))
        steps.skip("login", "not used: security.protocol is " + protocol);
    else
        steps.good("login", user == connection.properties.end() ? "accepted" : "accepted as " + user->second);
}

/// The highest versions of requests tell the broker's own; Kafka has no request for it.
std::string versionOf(const std::map<std::string, int>& versions)
{
    const auto highest = [&](const char* name) {
        const auto found = versions.find(name);
        return found == versions.end() ? -1 : found->second;
    };
    if (highest("Fetch") < 0)
        return "Kafka of an unknown version";
    struct Release {
        const char* request;
        int version;
        const char* name;
    };
    constexpr std::array kReleases = {Release{"Fetch", 18, "4.1 or later"}, Release{"Produce", 12, "4.0"},
                                      Release{"Fetch", 17, "3.9"},          Release{"Fetch", 16, "3.7 or 3.8"},
                                      Release{"Fetch", 15, "3.5 or 3.6"},   Release{"Fetch", 13, "3.1 to 3.4"},
                                      Release{"Fetch", 12, "2.7 to 3.0"}};
    for (const Release& each : kReleases)
        if (highest(each.request) >= each.version)
            return std::string("Kafka ") + each.name;
    return "Kafka older than 2.7";
}

void lookAtCluster(rd_kafka_t* handle, Steps& steps)
{
    const auto cluster = readCluster(handle, kAnswerTime);
    if (!cluster) {
        return steps.fail("rights", cluster.error().message, cluster.error().advice);
    }
    const std::size_t topics = cluster->topics.size();
    steps.good("rights", topics == 0
                             ? "no topic is visible: there is none, or the right DESCRIBE is missing"
                             : std::to_string(topics) + (topics == 1 ? " topic is" : " topics are") + " visible");
    std::string all, silent;
    for (const BrokerShape& broker : cluster->brokers) {
        const std::string name = broker.host + ":" + std::to_string(broker.port);
        const std::string trouble = lookAtPort(broker.host, broker.port, kConnectTime, steps.stop()).trouble;
        all += (all.empty() ? "" : ", ") + name;
        if (!trouble.empty())
            silent += (silent.empty() ? "" : "; ") + name + ": " + trouble;
    }
    if (silent.empty())
        steps.good("brokers", all + (cluster->brokers.size() == 1 ? " answers" : " answer"));
    else
        steps.fail("brokers", silent,
                   "The cluster names its brokers so (advertised.listeners): each must be reachable");
    std::string text = versionOf(witnessOf(handle).apiVersions());
    if (char* id = rd_kafka_clusterid(handle, 1000); id != nullptr) {
        text += ", cluster " + std::string(id);
        rd_kafka_mem_free(handle, id);
    }
    steps.good("version", text);
}

/// Of ports that are open.
void talk(const Connection& connection, const OpenPorts& open, Steps& steps)
{
    auto conf = configure(connection, {}, {{"debug", "feature"}});
    const auto handle =
        conf ? kafka::open(RD_KAFKA_CONSUMER, std::move(*conf)) : Result<rd_kafka_t*>(fail(conf.error()));
    if (!handle) {
        steps.good("port", open.found);
        return steps.fail("TLS", handle.error().message, handle.error().advice);
    }
    const auto answered = awaitBroker(*handle, kAnswerTime, steps.stop());
    const auto trouble = witnessOf(*handle).trouble();
    if (answered) {
        steps.good("port", open.found);
        tellConnected(connection, steps);
        lookAtCluster(*handle, steps);
    }
    destroyWithin(*handle);
    if (!answered) // after the connection's end: some servers talk to one client at a time
        tellTrouble(connection, open, answered.error(), trouble, steps);
}

} // namespace

std::vector<std::string> connectionStepNames()
{
    return {kStepNames.begin(), kStepNames.end()};
}

std::vector<ConnectionStep> testConnection(const Connection& connection,
                                           const std::function<void(const ConnectionStep&)>& onStep,
                                           const std::stop_token& stop)
{
    Steps steps(onStep, stop);
    const OpenPorts open = lookAtPorts(connection, steps);
    if (!steps.isOver())
        talk(connection, open, steps);
    steps.skipRest();
    return steps.take();
}

std::string kafkaClientFeatures()
{
    const Conf conf(rd_kafka_conf_new());
    std::array<char, 1024> value{};
    std::size_t size = value.size();
    const auto got = rd_kafka_conf_get(conf.get(), "builtin.features", value.data(), &size);
    return got == RD_KAFKA_CONF_OK ? std::string(value.data()) : std::string();
}

std::string kafkaClientFaults()
{
    std::string faults;
    if (rd_kafka_version() < kMended)
        faults =
            "login by SCRAM on Kafka 4 fails, and adding partitions to or deleting a topic while a job writes to it "
            "can end the process";
    const std::string features = "," + kafkaClientFeatures() + ",";
    std::string absent;
    for (const std::string name : {"ssl", "sasl_plain", "sasl_scram", "sasl_gssapi", "oidc", "gzip", "lz4", "zstd"})
        if (features.find("," + name + ",") == std::string::npos)
            absent += (absent.empty() ? "" : ", ") + name;
    if (!absent.empty())
        faults += (faults.empty() ? "" : "; ") + ("it was built without " + absent);
    return faults;
}

} // namespace millrace
