// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Connection.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace millrace
{

struct PartitionInfo {
    int partition = 0;
    int leader = -1;
    std::vector<int> replicas, inSync;
    std::int64_t low = -1, high = -1; ///< watermarks; −1 unknown
};

struct TopicInfo {
    std::string name;
    bool internal = false;
    std::vector<PartitionInfo> partitions;
};

struct BrokerInfo {
    int id = 0;
    std::string host;
    int port = 0;
};

struct ClusterInfo {
    std::string clusterId;
    int controller = -1;
    std::vector<BrokerInfo> brokers;
    std::vector<TopicInfo> topics; ///< without watermarks
};

struct ConfigEntry {
    std::string name, value;
    bool isDefault = true;
};

struct GroupInfo {
    std::string id, state, protocolType;
};

/// A row of kafka-consumer-groups --describe. Unknown numbers are nullopt, shown as "–".
struct GroupLagRow {
    std::string group, topic;
    int partition = 0;
    std::optional<std::int64_t> currentOffset; ///< committed
    std::optional<std::int64_t> logEndOffset;
    std::optional<std::int64_t> logStartOffset; ///< of groupPositions() only
    std::string commitMetadata;
    std::string consumerId, host, clientId; ///< empty without a member
    [[nodiscard]] std::optional<std::int64_t> lag() const;
};

/// Admin calls, each with a time-out; an unreachable cluster is ErrorCode::Unreachable. Thread-safe. One connection is
/// kept open between calls.
class Admin
{
public:
    static Result<Admin> open(const Connection& connection);
    Admin(Admin&&) noexcept;
    Admin& operator=(Admin&&) noexcept;
    ~Admin();

    using Timeout = std::chrono::milliseconds;
    Result<ClusterInfo> cluster(Timeout timeout = Timeout(5000));
    /// With watermarks. ErrorCode::Usage when the topic does not exist; the advice names the nearest one that does.
    Result<TopicInfo> topic(const std::string& name, Timeout timeout = Timeout(5000));
    /// Returns when the topic can be used (its leaders are known). An existing topic is an error, unless it has the
    /// same number of partitions and `mayExist`; its configuration stays what it is then.
    Status createTopic(const std::string& name, int partitions, bool mayExist, Timeout timeout = Timeout(10000),
                       const std::map<std::string, std::string>& configuration = {});
    /// Returns when the topic is gone from the metadata.
    Status deleteTopic(const std::string& name, Timeout timeout = Timeout(10000));
    /// Deletes the records of a partition before this offset, as retention does.
    Status deleteRecords(const std::string& topic, int partition, std::int64_t before, Timeout timeout = Timeout(5000));
    Result<std::vector<ConfigEntry>> topicConfig(const std::string& name, Timeout timeout = Timeout(5000));
    Result<std::vector<GroupInfo>> groups(Timeout timeout = Timeout(5000));
    Result<std::vector<GroupLagRow>> groupLag(const std::string& group, Timeout timeout = Timeout(5000));
    /// As groupLag, of all partitions of the group's topics (or of this topic alone, which must exist), read or not,
    /// and with the offsets at which they start.
    Result<std::vector<GroupLagRow>> groupPositions(const std::string& group, const std::string& topic,
                                                    Timeout timeout = Timeout(5000));
    Status deleteGroup(const std::string& group, Timeout timeout = Timeout(5000));
    /// First offset whose timestamp is at or after the time; the end where there is none.
    Result<std::int64_t> offsetForTime(const std::string& topic, int partition, std::int64_t milliseconds,
                                       Timeout timeout = Timeout(5000));

private:
    struct State;
    explicit Admin(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// Whether a broker answers a metadata request within the time-out, or why none does.
Status reach(const Connection& connection, std::chrono::milliseconds timeout);
/// The same: the meaning of "ready".
bool isReachable(const Connection& connection, std::chrono::milliseconds timeout);

/// librdkafka's version, for run.json and doctor.
std::string kafkaClientVersion();

} // namespace millrace
