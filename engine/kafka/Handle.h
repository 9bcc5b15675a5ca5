// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Consumer.h"

#include <chrono>
#include <librdkafka/rdkafka.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// Private to engine/kafka: what Consumer, Producer and Admin share.
namespace millrace::kafka
{

using Milliseconds = std::chrono::milliseconds;
using Settings = std::vector<std::pair<std::string, std::string>>;

template <auto Destroy>
struct Deleter {
    template <class T>
    void operator()(T* object) const
    {
        Destroy(object);
    }
};
using Conf = std::unique_ptr<rd_kafka_conf_t, Deleter<rd_kafka_conf_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Deleter<rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Deleter<rd_kafka_event_destroy>>;
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t, Deleter<rd_kafka_topic_partition_list_destroy>>;
/// Partitions with offsets, and with metadata where there are some.
PartitionList listOf(const std::vector<PartitionOffset>& partitions);
using TopicHandle = std::unique_ptr<rd_kafka_topic_t, Deleter<rd_kafka_topic_destroy>>;

/// librdkafka's configuration: defaults, then the user's properties, then what this code relies on. Its log goes to
/// spdlog at debug.
Result<Conf> configure(const Connection& connection, const Settings& defaults, const Settings& fixed);

/// How long opening waits for the cluster's answer, and the end of a handle for librdkafka's threads.
inline constexpr Milliseconds kOpenTimeout(5000);
inline constexpr Milliseconds kDestroyTimeout(500);

/// Takes the configuration over.
Result<rd_kafka_t*> open(rd_kafka_type_t type, Conf conf);

/// Destroys the handle without closing the consumer. librdkafka joins its own threads here, and one of those can wait
/// for a broker that never answers: so it is done on a thread that is left behind when the time is over.
void destroyWithin(rd_kafka_t* handle, Milliseconds deadline = kDestroyTimeout);

/// An error of librdkafka as ours; "what" leads the message ("Cannot commit the offsets of group g").
Error errorFor(rd_kafka_resp_err_t code, const std::string& what, const std::string& brokers,
               const std::string& detail = {});
Error unreachable(const std::string& brokers);
/// True for what says that brokers are away for now.
bool isAway(rd_kafka_resp_err_t code);
Error unknownTopic(const std::string& topic, const std::vector<std::string>& existing);

/// The cluster's metadata as plain values, asked anew each time. Asking for all topics never creates one.
struct PartitionShape {
    int partition = 0;
    int leader = -1;
    std::vector<int> replicas, inSync;
};
struct TopicShape {
    std::string name;
    std::vector<PartitionShape> partitions;
};
struct BrokerShape {
    int id = 0;
    std::string host;
    int port = 0;
};
struct ClusterShape {
    std::vector<BrokerShape> brokers;
    std::vector<TopicShape> topics;
    [[nodiscard]] const TopicShape* find(const std::string& topic) const;
    [[nodiscard]] std::vector<std::string> topicNames() const;
};
Result<ClusterShape> readCluster(rd_kafka_t* handle, const std::string& brokers, Milliseconds timeout);
/// ErrorCode::Usage, with the nearest name as advice, when the topic does not exist.
Result<TopicShape> readTopic(rd_kafka_t* handle, const std::string& topic, const std::string& brokers,
                             Milliseconds timeout);

} // namespace millrace::kafka
