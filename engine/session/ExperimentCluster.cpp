// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/ExperimentCluster.h"

#include "base/Files.h"
#include "kafka/Addresses.h"
#include "kafka/Properties.h"
#include "session/ExperimentMistake.h"

#include <cstdlib>

namespace millrace
{
namespace
{

using nlohmann::json;

constexpr std::string_view kFromEnvironment = "env:", kFromFile = "file:";

/// Secrets stay outside the file: it is made to be handed on.
Status checkClusterProperties(const json& properties)
{
    if (!properties.is_object())
        return fail(
            experimentMistake("cluster.properties", "must be an object", "{\"security.protocol\": \"SASL_SSL\"}"));
    for (const auto& [name, value] : properties.items()) {
        const std::string path = "cluster.properties." + name;
        if (!value.is_string())
            return fail(experimentMistake(path, "must be a text", ""));
        const auto text = value.get<std::string>();
        const bool isReference = text.starts_with(kFromEnvironment) || text.starts_with(kFromFile);
        if (isReference)
            continue;
        // A property that is unknown here is told first: it may have another name.
        if (auto known = checkKafkaProperty(name, isSecretProperty(name) ? "x" : text); !known) {
            Error error = known.error();
            error.message = path + ": " + error.message;
            return fail(std::move(error));
        }
        if (isSecretProperty(name))
            return fail(experimentMistake(
                path, "holds a secret, and an experiment file is no place for it",
                "Write \"env:NAME\" (an environment variable) or \"file:PATH\" instead of the value"));
    }
    return {};
}

Status checkNamedCluster(const json& cluster)
{
    if (!cluster["brokers"].is_string())
        return fail(experimentMistake("cluster.brokers", "must be a text", "For example \"host:9092\""));
    if (cluster.value("local", false))
        return fail(experimentMistake("cluster.local", "is true, and cluster.brokers names another cluster",
                                      "Leave out one of them"));
    if (cluster.contains("port"))
        return fail(experimentMistake("cluster.port", "is of the local Kafka, and cluster.brokers names another one",
                                      "Write the port behind the host: \"host:9092\""));
    auto addresses = parseBrokers(cluster["brokers"]);
    if (addresses)
        return {};
    return fail(experimentMistake("cluster.brokers:", addresses.error().message, addresses.error().advice));
}

Status checkLocalCluster(const json& cluster)
{
    if (!cluster.value("local", true))
        return fail(experimentMistake("cluster.local", "is false, and cluster.brokers is missing",
                                      "Say where the cluster is: \"brokers\": \"host:9092\""));
    const json port = cluster.value("port", json(0));
    if (!port.is_number_integer() || port.get<std::int64_t>() < 0 || port.get<std::int64_t>() > kHighestPort)
        return fail(experimentMistake("cluster.port", "must be a whole number from 1 to 65535, or 0 for any", ""));
    return {};
}

Result<std::string> resolveReference(const std::string& name, const std::string& text)
{
    if (text.starts_with(kFromEnvironment)) {
        const std::string variable = text.substr(kFromEnvironment.size());
        const char* value = std::getenv(variable.c_str());
        if (value == nullptr)
            return fail(experimentMistake("cluster.properties." + name,
                                          "refers to the environment variable " + variable + ", which is not set",
                                          "Set it"));
        return std::string(value);
    }
    if (!text.starts_with(kFromFile))
        return text;
    auto content = readFile(text.substr(kFromFile.size()));
    if (!content)
        return fail(content.error());
    while (content->ends_with('\n') || content->ends_with('\r'))
        content->pop_back();
    return std::move(*content);
}

} // namespace

Status checkCluster(const json& cluster)
{
    if (cluster.is_string())
        return cluster == "local" ? Status{}
                                  : fail(experimentMistake("cluster", "must be \"local\" or an object",
                                                           "{\"brokers\": \"host:9092\", \"properties\": {…}}"));
    if (auto checked = checkKeys(cluster, "cluster", {"local", "brokers", "port", "properties"}); !checked)
        return checked;
    if (cluster.contains("local") && !cluster["local"].is_boolean())
        return fail(experimentMistake("cluster.local", "must be true or false", ""));
    if (auto checked = cluster.contains("brokers") ? checkNamedCluster(cluster) : checkLocalCluster(cluster); !checked)
        return checked;
    return cluster.contains("properties") ? checkClusterProperties(cluster["properties"]) : Status{};
}

Result<std::optional<Connection>> clusterOf(const json& sections)
{
    const json cluster = sections.value("cluster", json());
    const json brokers = cluster.is_object() ? cluster.value("brokers", json()) : json();
    const bool isLocal = cluster.is_object() && cluster.value("local", json()) == true;
    if (isLocal || !brokers.is_string() || brokers.get<std::string>().empty())
        return std::optional<Connection>();
    Connection connection{brokers, {}};
    const json properties = cluster.value("properties", json::object()); // items() would outlive a temporary
    for (const auto& [name, text] : properties.items()) {
        auto value = resolveReference(name, text);
        if (!value)
            return fail(value.error());
        if (auto checked = checkKafkaProperty(name, *value); !checked)
            return fail(checked.error());
        connection.properties[name] = std::move(*value);
    }
    return std::optional(std::move(connection));
}

} // namespace millrace
