// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/Properties.h"

#include "base/Files.h"
#include "base/Text.h"
#include "kafka/Handle.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <sstream>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace millrace
{
namespace
{

using namespace kafka;

/// What Kafka's Java clients know by a name that librdkafka has not, and what stands for it there.
struct JavaProperty {
    std::string_view name;
    const char* here;   ///< empty: nothing does
    const char* advice; ///< how to come from one to the other
};
constexpr const char* kPemFromStore =
    "PEM: keytool -importkeystore -srckeystore FILE -destkeystore FILE.p12 -deststoretype PKCS12, then "
    "openssl pkcs12 -in FILE.p12 -nokeys -out ca.pem";
constexpr const char* kLeaveOut = "Leave it out: Millrace sees to that itself";
constexpr std::array kJavaProperties = {
    JavaProperty{"ssl.truststore.location", "ssl.ca.location", kPemFromStore},
    JavaProperty{"ssl.truststore.password", "", "Leave it out: the PEM file of ssl.ca.location has no password"},
    JavaProperty{"ssl.truststore.type", "", "Leave it out: ssl.ca.location is a PEM file"},
    JavaProperty{"ssl.truststore.certificates", "ssl.ca.pem", "The PEM text goes on one line, or into a file"},
    JavaProperty{"ssl.keystore.type", "ssl.certificate.location and ssl.key.location",
                 "Both are PEM files; ssl.keystore.location takes PKCS#12 (convert JKS with: keytool -importkeystore "
                 "-deststoretype PKCS12)"},
    JavaProperty{"ssl.keystore.key", "ssl.key.pem or ssl.key.location", "The key's PEM text, or its file"},
    JavaProperty{"ssl.keystore.certificate.chain", "ssl.certificate.pem or ssl.certificate.location",
                 "The certificates' PEM text, or their file"},
    JavaProperty{"ssl.protocol", "", kLeaveOut},
    JavaProperty{"ssl.enabled.protocols", "", kLeaveOut},
    JavaProperty{"ssl.provider", "ssl.providers", "OpenSSL's names"},
    JavaProperty{"ssl.trustmanager.algorithm", "", kLeaveOut},
    JavaProperty{"ssl.keymanager.algorithm", "", kLeaveOut},
    JavaProperty{"sasl.jaas.config", "sasl.username and sasl.password",
                 "Its username and password, one line each, in the file of --kafka-config"},
    JavaProperty{"sasl.client.callback.handler.class", "sasl.oauthbearer.method=oidc",
                 "With sasl.oauthbearer.client.id, .client.secret and .token.endpoint.url"},
    JavaProperty{"sasl.login.callback.handler.class", "sasl.oauthbearer.method=oidc",
                 "With sasl.oauthbearer.client.id, .client.secret and .token.endpoint.url"},
    JavaProperty{"sasl.login.class", "", kLeaveOut},
    JavaProperty{"key.deserializer", "", "Leave it out: Millrace reads the bytes itself"},
    JavaProperty{"value.deserializer", "", "Leave it out: Millrace reads the bytes itself"},
    JavaProperty{"key.serializer", "", "Leave it out: Millrace writes the bytes itself"},
    JavaProperty{"value.serializer", "", "Leave it out: Millrace writes the bytes itself"},
    JavaProperty{"max.poll.records", "", "Leave it out: a job takes what is there"},
    JavaProperty{"fetch.max.wait.ms", "fetch.wait.max.ms", "The same value"},
    JavaProperty{"max.request.size", "message.max.bytes", "The same value"},
    JavaProperty{"buffer.memory", "queue.buffering.max.kbytes", "In kilobytes"},
    JavaProperty{"max.block.ms", "message.timeout.ms", "The same value"},
    JavaProperty{"default.api.timeout.ms", "socket.timeout.ms", "The same value"},
    JavaProperty{"send.buffer.bytes", "socket.send.buffer.bytes", "The same value"},
    JavaProperty{"receive.buffer.bytes", "socket.receive.buffer.bytes", "The same value"},
    JavaProperty{"partitioner.class", "partitioner", "murmur2_random is what Java does"},
    JavaProperty{"interceptor.classes", "", kLeaveOut},
    JavaProperty{"metric.reporters", "", kLeaveOut},
    JavaProperty{"metrics.recording.level", "", kLeaveOut},
    JavaProperty{"auto.include.jmx.reporter", "", kLeaveOut},
    JavaProperty{"exclude.internal.topics", "", kLeaveOut},
    JavaProperty{"security.providers", "ssl.providers", "OpenSSL's names"},
};

std::string trimmed(const std::string& text)
{
    const auto first = text.find_first_not_of(" \t\r");
    const auto last = text.find_last_not_of(" \t\r");
    return first == std::string::npos ? std::string() : text.substr(first, last - first + 1);
}

std::vector<std::string> knownProperties()
{
    const Conf conf(rd_kafka_conf_new());
    std::size_t count = 0;
    const char** dumped = rd_kafka_conf_dump(conf.get(), &count);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; i += 2)
        names.emplace_back(dumped[i]);
    rd_kafka_conf_dump_free(dumped, count);
    return names;
}

const JavaProperty* findJavaProperty(const std::string& name)
{
    const auto* const found = std::ranges::find(kJavaProperties, name, &JavaProperty::name);
    return found == kJavaProperties.end() ? nullptr : found;
}

Error unknownProperty(const std::string& name)
{
    const std::string text = "There is no Kafka property " + name;
    if (const JavaProperty* java = findJavaProperty(name); java != nullptr) {
        const bool hasOther = *java->here != '\0';
        return {ErrorCode::Usage, text + " here: it belongs to Kafka's Java clients",
                hasOther ? "Use " + std::string(java->here) + " instead. " + java->advice : java->advice};
    }
    return {ErrorCode::Usage, text, didYouMean(name, knownProperties(), "See librdkafka's list of properties")};
}

/// librdkafka finds a missing file only when it connects, and tells no name.
Status checkFile(const std::string& name, const std::string& value)
{
    const bool isFile = name.starts_with("ssl.") && name.ends_with(".location");
    if (!isFile || value.empty() || value == "probe" || ::access(value.c_str(), R_OK) == 0)
        return {};
    return fail(ErrorCode::Usage,
                "The file " + value + " of the Kafka property " + name + " cannot be read: " + std::strerror(errno),
                "Check the path and its permissions");
}

/// The name of key=value; the value may be a secret, so it is never shown.
Status addProperty(const std::string& text, const std::string& where, std::map<std::string, std::string>& properties)
{
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        return fail(ErrorCode::Usage, where + " is no key=value", "Write it like security.protocol=SSL");
    const std::string name = trimmed(text.substr(0, equals)), value = trimmed(text.substr(equals + 1));
    if (auto checked = checkKafkaProperty(name, value); !checked) {
        Error error = checked.error();
        error.message = where + ": " + error.message;
        return fail(std::move(error));
    }
    properties[name] = value;
    return {};
}

} // namespace

bool isSecretProperty(const std::string& name)
{
    return name.find("password") != std::string::npos || name.find("secret") != std::string::npos ||
           name.ends_with(".pem") || name == "sasl.jaas.config" || name == "sasl.oauthbearer.config" ||
           name == "ssl.keystore.key";
}

Status checkKafkaProperty(const std::string& name, const std::string& value)
{
    if (findJavaProperty(name) != nullptr) // librdkafka has words of its own for some, but no translation
        return fail(unknownProperty(name));
    const Conf conf(rd_kafka_conf_new());
    std::array<char, 512> reason{};
    const auto outcome = rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), reason.data(), reason.size());
    if (outcome == RD_KAFKA_CONF_OK)
        return checkFile(name, value);
    if (std::string_view(reason.data()).starts_with("No such configuration property"))
        return fail(unknownProperty(name));
    return fail(ErrorCode::Usage,
                "The Kafka property " + name +
                    " cannot be set: " + (isSecretProperty(name) ? "its value is not allowed" : reason.data()),
                "See librdkafka's list of properties");
}

Error refusedProperties(const std::string& reason)
{
    struct Advice {
        std::string_view in;
        const char* advice;
    };
    constexpr std::array kAdvices = {
        Advice{"sasl.kerberos", "Set sasl.mechanism to PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512: without it Kerberos "
                                "is meant"},
        Advice{"sasl.username and sasl.password", "Write both into the file of --kafka-config"},
        Advice{"ssl.keystore.password", "Write it into the file of --kafka-config"},
    };
    const auto found =
        std::ranges::find_if(kAdvices, [&](const Advice& each) { return reason.find(each.in) != std::string::npos; });
    return {ErrorCode::Usage, "The Kafka client cannot be set up: " + reason,
            found == kAdvices.end() ? "Check the Kafka properties" : found->advice};
}

Status readKafkaProperties(const std::string& file, const std::vector<std::string>& given,
                           std::map<std::string, std::string>& properties)
{
    if (!file.empty()) {
        auto content = readFile(file);
        if (!content)
            return fail(content.error());
        std::istringstream lines(*content);
        std::string line, whole;
        for (int number = 1, first = 1; std::getline(lines, line); ++number) {
            if (whole.empty())
                first = number;
            whole += trimmed(line);
            if (whole.ends_with('\\') && !whole.starts_with('#') && lines.peek() != EOF) {
                whole.pop_back();
                continue;
            }
            const std::string entry = std::exchange(whole, {});
            if (entry.empty() || entry.starts_with('#'))
                continue;
            if (auto added = addProperty(entry, file + " line " + std::to_string(first), properties); !added)
                return added;
        }
    }
    for (const std::string& text : given) {
        const std::string name = trimmed(text.substr(0, text.find('=')));
        if (isSecretProperty(name) && findJavaProperty(name) == nullptr)
            return fail(ErrorCode::Usage,
                        "--kafka-property " + name + " holds a secret: a command line is no place for it",
                        "Put it into a file that only you can read, and give that with --kafka-config");
        if (auto added = addProperty(text, "--kafka-property", properties); !added)
            return added;
    }
    return {};
}

} // namespace millrace
