// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/Handle.h"

#include "base/Clock.h"
#include "base/Text.h"
#include "kafka/Properties.h"
#include "kafka/TlsFault.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fcntl.h>
#include <future>
#include <netdb.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace millrace::kafka
{
namespace
{

/// The process's logger, kept for good: a thread of librdkafka that was left behind may log when main() is over.
spdlog::logger& keptLogger()
{
    static const auto* const kept = new std::shared_ptr<spdlog::logger>(spdlog::default_logger());
    return **kept;
}

constexpr std::chrono::seconds kFresh(40);      ///< librdkafka says the same again after 30 s
constexpr Milliseconds kFirstSlice(200);        ///< of waiting for the first answer, between looks at the troubles
constexpr Milliseconds kPatience(4000);         ///< with a closed port, which a broker that starts may open
constexpr std::size_t kTlsLogBytes = 4096;      ///< of what is said while a handle is made
constexpr Milliseconds kStopSlice(50);          ///< of waiting, between looks at the stop request
constexpr Milliseconds kLongestSlice(1000);     ///< the same, of waiting for an answer that may come from far away
constexpr Milliseconds kGrace(300);             ///< for the other brokers, where one refuses us
constexpr Milliseconds kLook(500), kKnock(300); ///< for which brokers are there, when one does not answer
constexpr Milliseconds kResolveTime(2000);
constexpr Milliseconds kGreeting(500); ///< for who speaks first

/// Called on librdkafka's threads.
void log(const rd_kafka_t* handle, int, const char* facility, const char* text)
{
    keptLogger().debug("librdkafka {}: {}", facility, text);
    if (auto* witness = static_cast<Witness*>(rd_kafka_opaque(handle)); witness != nullptr)
        witness->onLog(facility, text);
}

/// OpenSSL's own verdict stays; it is only noted. librdkafka's log tells one bad certificate like another.
int noteCertificate(rd_kafka_t*, const char* broker, std::int32_t, int* code, int, const char*, std::size_t, char*,
                    std::size_t, void* opaque)
{
    if (*code != 0)
        static_cast<Witness*>(opaque)->onCertificate(broker, *code);
    return *code == 0 ? 1 : 0;
}

std::string valueOf(const rd_kafka_conf_t* conf, const char* name)
{
    std::array<char, 4096> value{};
    std::size_t size = value.size();
    return rd_kafka_conf_get(conf, name, value.data(), &size) == RD_KAFKA_CONF_OK ? std::string(value.data())
                                                                                  : std::string();
}

/// What a refused right is about, as kafka-acls calls it; empty for other codes.
std::string_view refusedResource(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        return "topic";
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
        return "group";
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        return "cluster";
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
        return "transactional-id";
    default:
        return {};
    }
}

std::string adviceFor(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        return "Ask the cluster's administrator for the right, or connect as another user";
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
        return "Check user name, password and mechanism";
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
        return "The records were deleted, or never there: start from earliest, latest or another offset";
    case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
        return "The group took the partitions away because nothing was read for max.poll.interval.ms: raise it with "
               "--kafka-property, or take smaller steps";
    case RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP:
        return "Stop the group's members first";
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
    case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
        return "Another member has the partitions now; they are read again from the last commit";
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
        return "Raise the topic's max.message.bytes, and message.max.bytes with --kafka-property";
    case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
        return "Check that the topic's brokers run; message.timeout.ms is how long a record is tried";
    case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS:
    case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND:
        return "Try again when the topic's brokers are back, or lower its min.insync.replicas";
    case RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL:
        return "The group's other members share partitions in another way (cooperative-sticky, or the newer protocol "
               "of "
               "Kafka 4), and one group has one way: take a group of its own with --group, which reads all records "
               "beside them";
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
        return "A topic's name has up to 249 letters, digits, dots, underscores and hyphens";
    default:
        return {};
    }
}

bool isUsage(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION || code == RD_KAFKA_RESP_ERR_INVALID_PARTITIONS ||
           code == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND || code == RD_KAFKA_RESP_ERR_INVALID_GROUP_ID ||
           code == RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL;
}

TopicShape shapeOf(const rd_kafka_metadata_topic_t& topic)
{
    TopicShape shape{topic.topic, {}};
    for (int i = 0; i < topic.partition_cnt; ++i) {
        const rd_kafka_metadata_partition_t& from = topic.partitions[i];
        shape.partitions.push_back({from.id,
                                    from.leader,
                                    {from.replicas, from.replicas + from.replica_cnt},
                                    {from.isrs, from.isrs + from.isr_cnt}});
    }
    std::ranges::sort(shape.partitions, {}, &PartitionShape::partition);
    return shape;
}

} // namespace

PartitionList listOf(const std::vector<PartitionOffset>& partitions)
{
    PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
    for (const PartitionOffset& each : partitions) {
        auto* entry = rd_kafka_topic_partition_list_add(list.get(), each.topic.c_str(), each.partition);
        entry->offset = each.offset;
        if (each.metadata.empty())
            continue;
        entry->metadata = ::strndup(each.metadata.data(), each.metadata.size()); // the list frees it
        entry->metadata_size = each.metadata.size();
    }
    return list;
}

Result<Conf> configure(const Connection& connection, const Settings& defaults, const Settings& fixed)
{
    Conf conf(rd_kafka_conf_new());
    rd_kafka_conf_set_log_cb(conf.get(), log);
    rd_kafka_conf_set_ssl_cert_verify_cb(conf.get(), noteCertificate);
    Settings all = {
        {"bootstrap.servers", connection.brokers},
        {"client.id", "millrace"},
        // A local broker is back within a second, so waiting longer between attempts only costs time.
        {"reconnect.backoff.ms", "20"},
        {"reconnect.backoff.max.ms", "500"},
        {"socket.timeout.ms", "10000"},
        {"socket.nagle.disable", "true"},
    };
    all.insert(all.end(), defaults.begin(), defaults.end());
    all.insert(all.end(), connection.properties.begin(), connection.properties.end());
    all.insert(all.end(), fixed.begin(), fixed.end());
    for (const auto& [name, value] : all)
        if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), nullptr, 0) != RD_KAFKA_CONF_OK)
            if (auto checked = checkKafkaProperty(name, value); !checked)
                return fail(checked.error());
    if (valueOf(conf.get(), "enable.ssl.certificate.verification") == "false")
        rd_kafka_conf_set_ssl_cert_verify_cb(conf.get(), nullptr);
    return conf;
}

Result<rd_kafka_t*> open(rd_kafka_type_t type, Conf conf, void* owner)
{
    std::array<char, 512> reason{};
    const auto value = [&](const char* name) { return valueOf(conf.get(), name); };
    if (auto paired = checkKeyPair(value); !paired)
        return fail(paired.error());
    auto witness = std::make_unique<Witness>(value("bootstrap.servers"), owner);
    rd_kafka_conf_set_opaque(conf.get(), witness.get());
    rd_kafka_t* handle = rd_kafka_new(type, conf.get(), reason.data(), reason.size());
    if (handle == nullptr) {
        const auto fault = tlsFault(reason.data(), witness->tlsLog(), value);
        return fail(fault ? *fault : refusedProperties(reason.data()));
    }
    static_cast<void>(conf.release()); // librdkafka owns it now
    static_cast<void>(witness.release());
    return handle;
}

void destroyWithin(rd_kafka_t* handle, Milliseconds deadline)
{
    if (handle == nullptr)
        return;
    std::packaged_task<void()> task([handle] {
        const std::unique_ptr<Witness> witness(&witnessOf(handle)); // its threads write there until they are joined
        rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    });
    const std::future<void> done = task.get_future();
    std::thread thread(std::move(task));
    if (done.wait_for(deadline) == std::future_status::ready) {
        thread.join();
        return;
    }
    spdlog::debug("librdkafka does not let go of a connection; its threads are left behind");
    thread.detach();
}

bool isCoordinatorMoving(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_NOT_COORDINATOR || code == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE ||
           code == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS;
}

bool isAway(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
    case RD_KAFKA_RESP_ERR__WAIT_COORD:
    case RD_KAFKA_RESP_ERR__NODE_UPDATE:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
        return true;
    default:
        return isCoordinatorMoving(code);
    }
}

namespace
{

/// What an end of a connection alone lets one guess.
bool isEarlyEnd(Trouble::Kind kind)
{
    return kind == Trouble::Kind::Silent || kind == Trouble::Kind::Protocol;
}

} // namespace

void Witness::onLog(std::string_view facility, std::string_view line)
{
    const std::lock_guard lock(m_mutex);
    constexpr std::string_view kKey = "ApiKey ", kVersions = " Versions ";
    if (const auto key = line.find(kKey), versions = line.find(kVersions);
        facility == "APIVERSION" && key != std::string_view::npos && versions != std::string_view::npos) {
        const std::string_view name =
            line.substr(key + kKey.size(), line.find(' ', key + kKey.size()) - key - kKey.size());
        const std::string_view highest = line.substr(line.rfind('.') + 1);
        m_apiVersions[std::string(name)] = static_cast<int>(parseInteger(highest).value_or(0));
        return;
    }
    if (facility.starts_with("SSL") && m_tlsLog.size() < kTlsLogBytes)
        m_tlsLog.append(line).push_back('\n');
    if (facility == "OFFSET")
        if (auto partition = resetPartitionIn(line); !partition.empty())
            m_resets.insert(std::move(partition));
    if (facility != "FAIL")
        return;
    auto trouble = troubleIn(line);
    if (!trouble)
        return;
    Noted& noted = m_noted[trouble->broker];
    const auto now = Clock::now();
    using Kind = Trouble::Kind;
    const bool isFresh = now - noted.when < kFresh;
    if (isFresh && noted.trouble.kind == Kind::Stranger && isEarlyEnd(trouble->kind))
        return; // the bytes of an answer are more than an end of the connection
    // What OpenSSL says of a certificate comes first, and is more than what follows it.
    const bool isKnownBetter = isFresh && trouble->kind == Kind::Certificate && noted.trouble.kind == Kind::Certificate;
    noted = {isKnownBetter ? noted.trouble : std::move(*trouble), now};
}

void Witness::onCertificate(const char* broker, int code)
{
    const std::lock_guard lock(m_mutex);
    const std::string address = addressIn(broker);
    m_noted[address] = {certificateTrouble(address, code), Clock::now()};
}

void Witness::onAnswer(int brokers)
{
    const std::lock_guard lock(m_mutex);
    ++m_answers;
    m_known = brokers;
}

bool Witness::hasAnswered() const
{
    const std::lock_guard lock(m_mutex);
    return m_answers > 0;
}

bool Witness::hasOneBroker() const
{
    const std::lock_guard lock(m_mutex);
    return m_known <= 1;
}

std::optional<Trouble> Witness::trouble() const
{
    const std::lock_guard lock(m_mutex);
    const Noted* best = nullptr;
    const auto isLasting = [this](const Noted& each) {
        return each.trouble.isLasting() && (m_answers == 0 || each.trouble.kind > Trouble::Kind::Stranger);
    };
    for (const auto& [broker, each] : m_noted) {
        if (Clock::now() - each.when > kFresh)
            continue;
        if (best == nullptr || std::pair(isLasting(each), each.when) > std::pair(isLasting(*best), best->when))
            best = &each;
    }
    if (best == nullptr)
        return std::nullopt;
    Trouble trouble = best->trouble;
    if (trouble.isLasting() && !isLasting(*best))
        trouble = {Trouble::Kind::Silent,
                   trouble.broker,
                   trouble.kind == Trouble::Kind::Stranger ? "something else answers there, and " + trouble.reason
                                                           : "it ended the connection",
                   {}};
    return trouble;
}

std::string Witness::tlsLog() const
{
    const std::lock_guard lock(m_mutex);
    return m_tlsLog;
}

bool Witness::takeReset(const std::string& topic, int partition)
{
    const std::lock_guard lock(m_mutex);
    return m_resets.erase(topic + " [" + std::to_string(partition) + "]") > 0;
}

std::map<std::string, int> Witness::apiVersions() const
{
    const std::lock_guard lock(m_mutex);
    return m_apiVersions;
}

Witness& witnessOf(const rd_kafka_t* handle)
{
    return *static_cast<Witness*>(rd_kafka_opaque(handle));
}

namespace
{

std::string led(const std::string& what, std::string text)
{
    if (what.empty())
        return text;
    if (text.starts_with("No ") || text.starts_with("The ") || text.starts_with("Something "))
        text.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(text.front())));
    return what + ": " + text;
}

Error silence(const Witness& witness, const std::string& what, const std::optional<Trouble>& trouble)
{
    std::string text = "No Kafka broker answers at " + witness.brokers();
    if (trouble)
        text += ": " + (trouble->broker == witness.brokers() ? "" : trouble->broker + ", ") + trouble->reason;
    return {ErrorCode::Unreachable, led(what, std::move(text)),
            trouble && !trouble->advice.empty() ? trouble->advice : "Check the address, and that the cluster runs",
            true};
}

/// Of a cluster that answers: which brokers do not.
std::optional<Error> absence(const rd_kafka_t* handle, const std::string& what)
{
    const rd_kafka_metadata_t* metadata = nullptr;
    // The call changes nothing in the handle that a caller could see.
    if (rd_kafka_metadata(const_cast<rd_kafka_t*>(handle), 0, nullptr, &metadata, static_cast<int>(kLook.count())) !=
        RD_KAFKA_RESP_ERR_NO_ERROR)
        return std::nullopt;
    std::string absent;
    int answering = 0;
    for (int i = 0; i < metadata->broker_cnt; ++i) {
        const auto& broker = metadata->brokers[i];
        const std::string trouble = lookAtPort(broker.host, broker.port, kKnock).trouble;
        if (trouble.empty())
            ++answering;
        else
            absent += (absent.empty() ? "" : "; ") + ("the broker at " + std::string(broker.host)) + ":" +
                      std::to_string(broker.port) + " does not answer: " + trouble;
    }
    rd_kafka_metadata_destroy(metadata);
    if (absent.empty())
        absent = "no answer came in time, though the cluster at " + witnessOf(handle).brokers() + " answers";
    else
        absent += ", while " + std::to_string(answering) + (answering == 1 ? " other does" : " others do");
    return Error{ErrorCode::Unreachable, what.empty() ? "In part: " + absent : what + ": " + absent,
                 "Try again, or ask the cluster's administrator", true};
}

std::string missing(const Right& right)
{
    return std::string("the right ") + right.operation + " on " + right.resource +
           (right.name.empty() ? "" : " " + right.name) + " is missing";
}

std::string grant(const Right& right)
{
    std::string resource = std::string(" --") + right.resource;
    if (!right.name.empty())
        resource += " '" + right.name + "'";
    return std::string("Ask the cluster's administrator for it (kafka-acls --add --operation ") + right.operation +
           resource + " --allow-principal User:…), or log in as another user";
}

} // namespace

Error unanswered(const rd_kafka_t* handle, const std::string& what)
{
    const Witness& witness = witnessOf(handle);
    const auto trouble = witness.trouble();
    if (trouble && trouble->isLasting())
        return {ErrorCode::Unreachable, led(what, sentence(*trouble)), trouble->advice, false};
    if (witness.hasAnswered())
        if (auto error = absence(handle, what))
            return *error;
    return silence(witness, what, trouble);
}

bool isRefusal(const rd_kafka_t* handle, rd_kafka_resp_err_t code)
{
    if (code == RD_KAFKA_RESP_ERR__AUTHENTICATION || code == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED)
        return true;
    const auto trouble = witnessOf(handle).trouble();
    return code == RD_KAFKA_RESP_ERR__SSL && trouble && trouble->kind == Trouble::Kind::Certificate;
}

Error errorFor(const rd_kafka_t* handle, rd_kafka_resp_err_t code, const std::string& what, const std::string& detail,
               const Rights& rights)
{
    if (isAway(code))
        return unanswered(handle, what);
    if (const auto trouble = witnessOf(handle).trouble(); isRefusal(handle, code) && trouble && trouble->isLasting())
        return unanswered(handle, what);
    if (const auto right = std::ranges::find(rights, refusedResource(code), &Right::resource); right != rights.end())
        return {ErrorCode::Unreachable, what + ": " + missing(*right), grant(*right)};
    const std::string reason = detail.empty() ? std::string(rd_kafka_err2str(code)) : detail;
    return {isUsage(code) ? ErrorCode::Usage : ErrorCode::Failed, what + ": " + reason, adviceFor(code)};
}

Error unknownTopic(const std::string& topic, const std::vector<std::string>& existing)
{
    const std::string near = nearestWord(topic, existing);
    return {ErrorCode::Usage, "The topic " + topic + " does not exist",
            near.empty() ? "millrace topics list names those that exist; publishing to a topic makes it"
                         : "Did you mean " + near + "?"};
}

const TopicShape* ClusterShape::find(const std::string& topic) const
{
    const auto place = std::ranges::find(topics, topic, &TopicShape::name);
    return place == topics.end() ? nullptr : &*place;
}

std::vector<std::string> ClusterShape::topicNames() const
{
    std::vector<std::string> names;
    for (const TopicShape& topic : topics)
        if (!topic.name.starts_with("__"))
            names.push_back(topic.name);
    return names;
}

namespace
{

using Metadata = std::unique_ptr<const rd_kafka_metadata_t, Deleter<rd_kafka_metadata_destroy>>;

/// Whether waiting longer makes no sense on a handle that no broker has answered yet.
bool isHopeless(const Witness& witness, Milliseconds waited)
{
    const auto trouble = witness.trouble();
    return trouble && waited >= (trouble->isLasting() ? kGrace : kPatience);
}

Result<Metadata> askMetadata(rd_kafka_t* handle, bool allTopics, rd_kafka_topic_t* only, Milliseconds timeout,
                             const std::stop_token& stop = {})
{
    Witness& witness = witnessOf(handle);
    const auto begin = Clock::now();
    const auto waited = [&] { return std::chrono::duration_cast<Milliseconds>(Clock::now() - begin); };
    const bool isKnown = witness.hasAnswered();
    Milliseconds slice = isKnown ? timeout : kFirstSlice;
    while (true) {
        const rd_kafka_metadata_t* metadata = nullptr;
        const auto wait = std::clamp(timeout - waited(), Milliseconds(1), slice);
        const auto code = rd_kafka_metadata(handle, allTopics ? 1 : 0, only, &metadata, static_cast<int>(wait.count()));
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
            witness.onAnswer(metadata->broker_cnt);
            return Metadata(metadata);
        }
        if (!isAway(code))
            return fail(
                errorFor(handle, code, "Cannot read the cluster's metadata", {}, {{"DESCRIBE", "cluster", {}}}));
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Connecting was cancelled");
        if (isKnown || waited() >= timeout || isHopeless(witness, waited()))
            return fail(unanswered(handle, {}));
        if (code != RD_KAFKA_RESP_ERR__TRANSPORT) // asked, and no answer: one from far away needs longer
            slice = stop.stop_possible() ? std::min(slice * 2, kLongestSlice) : slice * 2;
    }
}

} // namespace

Status awaitBroker(rd_kafka_t* handle, Milliseconds timeout, const std::stop_token& stop)
{
    if (witnessOf(handle).hasAnswered())
        return {};
    const auto answer = askMetadata(handle, false, nullptr, timeout, stop);
    return answer ? Status{} : fail(answer.error());
}

Result<ClusterShape> readCluster(rd_kafka_t* handle, Milliseconds timeout)
{
    const auto metadata = askMetadata(handle, true, nullptr, timeout);
    if (!metadata)
        return fail(metadata.error());
    ClusterShape shape;
    for (int i = 0; i < (*metadata)->broker_cnt; ++i) {
        const auto& broker = (*metadata)->brokers[i];
        shape.brokers.push_back({broker.id, broker.host, broker.port});
    }
    for (int i = 0; i < (*metadata)->topic_cnt; ++i)
        shape.topics.push_back(shapeOf((*metadata)->topics[i]));
    std::ranges::sort(shape.topics, {}, &TopicShape::name);
    return shape;
}

namespace
{

/// A list of all topics leaves out what we may not see; asked by its name, the topic says so. Only a consumer's handle
/// is asked: a producer's would make the topic where the cluster allows that.
Status checkVisible(rd_kafka_t* handle, const std::string& topic, Milliseconds timeout)
{
    if (rd_kafka_type(handle) != RD_KAFKA_CONSUMER)
        return {};
    const TopicHandle only(rd_kafka_topic_new(handle, topic.c_str(), nullptr));
    const auto metadata = only ? askMetadata(handle, false, only.get(), timeout) : Result<Metadata>(Metadata());
    if (!metadata || !*metadata || (*metadata)->topic_cnt < 1)
        return {};
    const auto code = (*metadata)->topics[0].err;
    return !refusedResource(code).empty()
               ? fail(errorFor(handle, code, "Cannot look at topic " + topic, {}, {{"DESCRIBE", "topic", topic}}))
               : Status{};
}

} // namespace

Result<TopicShape> readTopic(rd_kafka_t* handle, const std::string& topic, Milliseconds timeout)
{
    const auto cluster = readCluster(handle, timeout);
    if (!cluster)
        return fail(cluster.error());
    const TopicShape* shape = cluster->find(topic);
    if (shape != nullptr)
        return *shape;
    return fail(topicAbsent(handle, topic, *cluster, timeout));
}

Error topicAbsent(rd_kafka_t* handle, const std::string& topic, const ClusterShape& cluster, Milliseconds timeout)
{
    const auto visible = checkVisible(handle, topic, timeout);
    return visible ? unknownTopic(topic, cluster.topicNames()) : visible.error();
}

namespace
{

using Addresses = std::unique_ptr<addrinfo, Deleter<freeaddrinfo>>;

struct Resolved {
    Addresses addresses;
    int failure = 0; ///< EAI_…
};

/// A name server that does not answer is asked for much longer than anybody waits: on a thread that is left behind
/// then.
std::optional<Resolved> resolve(const std::string& host, int port, const std::stop_token& stop)
{
    std::packaged_task<Resolved()> task([host, port] {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        const int failure = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
        return Resolved{Addresses(found), failure};
    });
    std::future<Resolved> resolved = task.get_future();
    std::thread(std::move(task)).detach();
    for (const auto end = Clock::now() + kResolveTime; resolved.wait_for(kStopSlice) != std::future_status::ready;)
        if (stop.stop_requested() || Clock::now() >= end)
            return std::nullopt;
    return resolved.get();
}

/// A connection of our own, without librdkafka.
class Socket
{
public:
    explicit Socket(const addrinfo& address)
        : m_descriptor(
              ::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol))
    {
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    /// 0, or the errno of the attempt.
    int connect(const addrinfo& address, Milliseconds timeout, const std::stop_token& stop)
    {
        if (m_descriptor < 0)
            return errno;
        int failure = ::connect(m_descriptor, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
        if (failure != EINPROGRESS)
            return failure;
        socklen_t size = sizeof failure;
        if (!await(POLLOUT, timeout, stop))
            return ETIMEDOUT;
        ::getsockopt(m_descriptor, SOL_SOCKET, SO_ERROR, &failure, &size);
        return failure;
    }
    /// What comes within the time, as far as it comes at once; empty: nothing.
    std::string receive(Milliseconds timeout, const std::stop_token& stop)
    {
        std::array<char, 64> bytes{};
        const auto got = await(POLLIN, timeout, stop) ? ::recv(m_descriptor, bytes.data(), bytes.size(), 0) : 0;
        return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(0, got))};
    }
    void send(std::string_view bytes) { (void)::send(m_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

private:
    [[nodiscard]] bool await(short event, Milliseconds timeout, const std::stop_token& stop) const
    {
        pollfd wanted{m_descriptor, event, 0};
        const auto end = Clock::now() + timeout;
        int ready = 0;
        while (ready == 0 && !stop.stop_requested() && Clock::now() < end)
            ready = ::poll(&wanted, 1, static_cast<int>(std::min(kStopSlice, timeout).count()));
        return ready > 0;
    }
    int m_descriptor;
};

} // namespace

PortLook lookAtPort(const std::string& host, int port, Milliseconds timeout, const std::stop_token& stop)
{
    const auto resolved = resolve(host, port, stop);
    if (!resolved)
        return {{}, "no name server answers"};
    if (resolved->failure != 0)
        return {{}, std::string("the name does not resolve (") + ::gai_strerror(resolved->failure) + ")"};
    PortLook look;
    int failure = ECONNREFUSED;
    for (const addrinfo* each = resolved->addresses.get(); each != nullptr && failure != 0; each = each->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        ::getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
        look.address = text.data();
        failure = Socket(*each).connect(*each, timeout, stop);
    }
    if (failure == ECONNREFUSED)
        look.trouble = "the port is closed (" + std::string(std::strerror(failure)) + ")";
    else if (failure != 0)
        look.trouble = "it cannot be reached (" + std::string(std::strerror(failure)) + ")";
    return look;
}

std::optional<Trouble> lookForStranger(const std::string& host, int port, Milliseconds timeout,
                                       const std::stop_token& stop)
{
    const auto resolved = resolve(host, port, stop);
    if (!resolved || resolved->failure != 0)
        return std::nullopt;
    for (const addrinfo* each = resolved->addresses.get(); each != nullptr; each = each->ai_next) {
        Socket socket(*each);
        if (socket.connect(*each, timeout, stop) != 0)
            continue;
        std::string first = socket.receive(kGreeting, stop); // a database's, or SSH's
        if (first.empty()) {
            socket.send("GET / HTTP/1.0\r\n\r\n");
            first = socket.receive(timeout, stop);
        }
        return strangerIn(host + ":" + std::to_string(port), first);
    }
    return std::nullopt;
}

} // namespace millrace::kafka
