// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Connection.h"
#include "metrics/Lag.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace millrace
{

struct PartitionInfo {
    int partition = 0;
    int leader = -1;
    std::vector<int> replicas, inSync;
    std::int64_t low = -1, high = -1; ///< watermarks; −1 unknown
};

/// What keeps a reader of committed records from a partition's records.
struct PartitionStanding {
    int partition = 0;
    bool isOffline = false;   ///< it has no leader
    std::int64_t stable = -1; ///< where such a reader's end is; −1 unknown
    std::int64_t waiting = 0; ///< offsets behind that end, of transactions that are open
};

/// Offsets behind open transactions in all of these.
std::int64_t waitingIn(const std::vector<PartitionStanding>& standing);

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
    bool currentOffsetFails = false;           ///< it could not be read: unknown, not "nothing committed"
    std::optional<std::int64_t> logStartOffset, logEndOffset; ///< the end of a reader of committed records
    std::optional<std::int64_t> highWatermark;                ///< the end with what open transactions hold back
    std::string commitMetadata;
    std::string consumerId, host, clientId; ///< empty without a member
    /// False where the cluster does not tell who reads: a group of the newer protocol (KIP-848), or a broker is away.
    bool membersKnown = false;

    // What NextRecords adds.
    /// Of the first record that a reader at the committed offset gets: milliseconds since 1970. Unknown while nothing
    /// is committed, or the record could not be read in time.
    std::optional<std::int64_t> nextTimestamp;
    bool appendTime = false; ///< the kind of nextTimestamp: the broker's at append, or the producer's at creation
    /// A reader at the committed offset meets the end at once. Offsets may be left all the same: transaction markers
    /// and aborted records take some.
    bool nothingLeft = false;

    [[nodiscard]] LagOffsets offsets() const;
    [[nodiscard]] std::optional<std::int64_t> lag() const { return readLag(offsets()).lag; }
};

/// What a group has committed in a partition, and what its member wrote beside it.
struct CommittedPosition {
    std::int64_t offset = 0;
    std::string metadata;
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
    /// By partition, in order. Needs no group.
    Result<std::vector<PartitionStanding>> standing(const std::string& topic, Timeout timeout = Timeout(1000));
    /// The same of many topics, as cluster() tells of them, by name: two questions, however many they are.
    Result<std::map<std::string, std::vector<PartitionStanding>>> standings(const std::vector<TopicInfo>& topics,
                                                                            Timeout timeout = Timeout(1000));
    /// Returns when the topic can be used (its leaders are known). An existing topic is an error, unless it has the
    /// same number of partitions and `mayExist`; its configuration stays what it is then.
    Status createTopic(const std::string& name, int partitions, bool mayExist, Timeout timeout = Timeout(10000),
                       const std::map<std::string, std::string>& configuration = {});
    /// Returns when the topic is gone from the metadata.
    Status deleteTopic(const std::string& name, Timeout timeout = Timeout(10000));
    /// Gives the topic so many partitions in all.
    Status growTopic(const std::string& name, int partitions, Timeout timeout = Timeout(10000));
    /// Deletes the records of a partition before this offset, as retention does.
    Status deleteRecords(const std::string& topic, int partition, std::int64_t before, Timeout timeout = Timeout(5000));
    /// The identity that the cluster gave the topic when it was made: one of the same name that is made later has
    /// another. Empty where there is none (Kafka before 2.8, librdkafka before 2.3).
    Result<std::string> topicId(const std::string& name, Timeout timeout = Timeout(5000));
    Result<std::vector<ConfigEntry>> topicConfig(const std::string& name, Timeout timeout = Timeout(5000));
    Result<std::vector<GroupInfo>> groups(Timeout timeout = Timeout(5000));
    /// An error that names the nearest group when the cluster has none of this name.
    Status requireGroup(const std::string& group, Timeout timeout = Timeout(5000));
    /// The partitions where the group has committed something or has members; none for a group that does not exist.
    /// Joins nothing. The connections of the last eight groups are kept open.
    Result<std::vector<GroupLagRow>> groupLag(const std::string& group, Timeout timeout = Timeout(5000));
    /// As groupLag, of all partitions of the group's topics (or of this topic alone, which must exist), read or not.
    Result<std::vector<GroupLagRow>> groupPositions(const std::string& group, const std::string& topic,
                                                    Timeout timeout = Timeout(5000));
    /// What the group has committed in one topic, by partition.
    Result<std::map<int, CommittedPosition>> committedOffsets(const std::string& group, const std::string& topic,
                                                              Timeout timeout = Timeout(5000));
    /// Only for somebody who asked for it: never on a timer.
    Status deleteGroup(const std::string& group, Timeout timeout = Timeout(5000));
    /// Those of the topics that are compacted: there end − start is far from the number of records.
    Result<std::set<std::string>> compacted(const std::vector<std::string>& topics, Timeout timeout = Timeout(5000));
    [[nodiscard]] const Connection& connection() const;
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
