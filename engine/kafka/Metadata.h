// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <chrono>
#include <librdkafka/rdkafka.h>
#include <stop_token>
#include <string>
#include <vector>

/// Private to engine/kafka: what a cluster tells of itself.
namespace millrace::kafka
{

/// Waits until a broker has answered once; at once where one has. Does not wait out the time-out for what lasts: a
/// refused login, a certificate. ErrorCode::Cancelled after a stop.
Status awaitBroker(rd_kafka_t* handle, std::chrono::milliseconds timeout, const std::stop_token& stop = {});

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
Result<ClusterShape> readCluster(rd_kafka_t* handle, std::chrono::milliseconds timeout);
/// ErrorCode::Usage, with the nearest name as advice, when the topic does not exist.
Result<TopicShape> readTopic(rd_kafka_t* handle, const std::string& topic, std::chrono::milliseconds timeout);
/// Why it is not there: it does not exist, or we may not see it.
Error topicAbsent(rd_kafka_t* handle, const std::string& topic, const ClusterShape& cluster,
                  std::chrono::milliseconds timeout);

} // namespace millrace::kafka
