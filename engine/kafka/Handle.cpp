// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/Handle.h"

#include "base/Text.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <future>
#include <spdlog/spdlog.h>
#include <thread>

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

void log(const rd_kafka_t*, int, const char* facility, const char* text)
{
    keptLogger().debug("librdkafka {}: {}", facility, text);
}

Status set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value)
{
    std::array<char, 512> reason{};
    const auto outcome = rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason.data(), reason.size());
    if (outcome == RD_KAFKA_CONF_OK)
        return {};
    return fail(ErrorCode::Usage, "The Kafka property " + name + " cannot be set: " + reason.data(),
                "See librdkafka's list of properties");
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
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
        return "A topic's name has up to 249 letters, digits, dots, underscores and hyphens";
    default:
        return {};
    }
}

bool isUsage(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION || code == RD_KAFKA_RESP_ERR_INVALID_PARTITIONS ||
           code == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND || code == RD_KAFKA_RESP_ERR_INVALID_GROUP_ID;
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
        if (auto done = set(conf.get(), name, value); !done)
            return fail(done.error());
    return conf;
}

Result<rd_kafka_t*> open(rd_kafka_type_t type, Conf conf)
{
    std::array<char, 512> reason{};
    rd_kafka_t* handle = rd_kafka_new(type, conf.get(), reason.data(), reason.size());
    if (handle == nullptr)
        return fail(ErrorCode::Usage, std::string("The Kafka client cannot be set up: ") + reason.data(),
                    "Check the Kafka properties");
    static_cast<void>(conf.release()); // librdkafka owns it now
    return handle;
}

void destroyWithin(rd_kafka_t* handle, Milliseconds deadline)
{
    if (handle == nullptr)
        return;
    std::packaged_task<void()> task([handle] { rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE); });
    const std::future<void> done = task.get_future();
    std::thread thread(std::move(task));
    if (done.wait_for(deadline) == std::future_status::ready) {
        thread.join();
        return;
    }
    spdlog::debug("librdkafka does not let go of a connection; its threads are left behind");
    thread.detach();
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
    case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
        return true;
    default:
        return false;
    }
}

Error unreachable(const std::string& brokers)
{
    return {ErrorCode::Unreachable, "No Kafka broker answers at " + brokers,
            "Check the address, and that the cluster runs", true};
}

Error errorFor(rd_kafka_resp_err_t code, const std::string& what, const std::string& brokers, const std::string& detail)
{
    if (isAway(code)) {
        Error error = unreachable(brokers);
        error.message = what + ": no Kafka broker answers at " + brokers;
        return error;
    }
    const std::string reason = detail.empty() ? std::string(rd_kafka_err2str(code)) : detail;
    return {isUsage(code) ? ErrorCode::Usage : ErrorCode::Failed, what + ": " + reason, adviceFor(code)};
}

Error unknownTopic(const std::string& topic, const std::vector<std::string>& existing)
{
    const std::string near = nearestWord(topic, existing);
    return {ErrorCode::Usage, "The topic " + topic + " does not exist",
            near.empty() ? "Create it, or publish something to it first" : "Did you mean " + near + "?"};
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

Result<ClusterShape> readCluster(rd_kafka_t* handle, const std::string& brokers, Milliseconds timeout)
{
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto code = rd_kafka_metadata(handle, 1, nullptr, &metadata, static_cast<int>(timeout.count()));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(isAway(code) ? unreachable(brokers)
                                 : errorFor(code, "Cannot read the cluster's metadata", brokers));
    ClusterShape shape;
    for (int i = 0; i < metadata->broker_cnt; ++i)
        shape.brokers.push_back({metadata->brokers[i].id, metadata->brokers[i].host, metadata->brokers[i].port});
    for (int i = 0; i < metadata->topic_cnt; ++i)
        shape.topics.push_back(shapeOf(metadata->topics[i]));
    rd_kafka_metadata_destroy(metadata);
    std::ranges::sort(shape.topics, {}, &TopicShape::name);
    return shape;
}

Result<TopicShape> readTopic(rd_kafka_t* handle, const std::string& topic, const std::string& brokers,
                             Milliseconds timeout)
{
    const auto cluster = readCluster(handle, brokers, timeout);
    if (!cluster)
        return fail(cluster.error());
    const TopicShape* shape = cluster->find(topic);
    if (shape == nullptr)
        return fail(unknownTopic(topic, cluster->topicNames()));
    return *shape;
}

} // namespace millrace::kafka
