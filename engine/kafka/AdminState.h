// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Clock.h"
#include "kafka/Admin.h"
#include "kafka/GroupOffsets.h"
#include "kafka/Handle.h"
#include "kafka/Metadata.h"

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Private to the files of Admin.
namespace millrace
{
namespace kafka
{

inline constexpr std::int64_t kLatest = -1, kEarliest = -2; ///< timestamps that ListOffsets takes for the two ends
using GroupRows = std::map<PartitionKey, GroupLagRow>;
/// Without watermarks.
TopicInfo infoOf(const TopicShape& shape);

} // namespace kafka

/// The connections of an Admin and what all its calls ask by. Thread-safe, as Admin is.
struct Admin::State {
    Connection connection;

    [[nodiscard]] rd_kafka_t* handle() const { return m_handle.get(); }
    Status connect();
    /// One that reads uncommitted records, too: its "latest" is the high watermark.
    Result<rd_kafka_t*> uncommitted();

    using Key = kafka::PartitionKey;
    using Event = kafka::Event;
    using Options = std::unique_ptr<rd_kafka_AdminOptions_t, kafka::Deleter<rd_kafka_AdminOptions_destroy>>;
    using Request = std::function<void(rd_kafka_t*, const rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>;

    /// One request on a queue of its own; the answer's own error is an Error already.
    Result<Event> ask(rd_kafka_t* asked, rd_kafka_admin_op_t kind, const std::string& what, Timeout timeout,
                      const Request& request) const;
    Result<Event> ask(rd_kafka_admin_op_t kind, const std::string& what, Timeout timeout, const Request& request) const
    {
        return ask(handle(), kind, what, timeout, request);
    }
    /// Offsets by time for many partitions at once; kLatest and kEarliest are the ends.
    Result<std::map<Key, std::int64_t>> offsetsFor(rd_kafka_t* asked, const std::vector<Key>& partitions,
                                                   std::int64_t timestamp, Timeout timeout) const;
    Result<Event> describeConfigs(const std::vector<std::string>& topics, const std::string& what,
                                  Timeout timeout) const;
    Status waitForTopic(const std::string& name, bool present, Clock::time_point end) const;
    /// The groups, and the error of a broker that did not tell its own. isMoving: another answer comes in a moment.
    Result<std::pair<std::vector<GroupInfo>, std::optional<Error>>> listGroups(Timeout timeout, bool& isMoving) const;
    Result<std::pair<std::vector<GroupInfo>, std::optional<Error>>> settledGroups(Timeout timeout) const;
    Status waitForCoordinator(const std::string& group, Timeout timeout);
    /// The group's own handle: one of those that are kept, or a new one.
    Result<std::shared_ptr<kafka::GroupOffsets>> offsetsOf(const std::string& group);
    /// topic: this one alone; empty: all. isWhole: with those of its partitions where the group has done nothing.
    Result<std::vector<GroupLagRow>> groupRows(const std::string& group, const std::string& topic, bool isWhole,
                                               Timeout timeout);
    /// False when it is not known who reads.
    bool addMembers(const std::string& group, kafka::GroupRows& rows, Timeout timeout);
    /// Fills the field in with the offset that the timestamp stands for (kLatest, kEarliest), of these partitions.
    Status addOffsets(rd_kafka_t* asked, const std::vector<Key>& partitions, kafka::GroupRows& rows,
                      std::int64_t timestamp, std::optional<std::int64_t> GroupLagRow::*field, Timeout timeout) const;

private:
    std::shared_ptr<rd_kafka_t> m_handle;      ///< one for all calls of this Admin
    std::mutex m_mutex;                        ///< of what follows
    std::shared_ptr<rd_kafka_t> m_uncommitted; ///< made when it is needed
    std::list<std::pair<std::string, std::shared_ptr<kafka::GroupOffsets>>> m_groups; ///< the last used first
    Clock::time_point m_membersAgain;                                                 ///< not asked for before
};

} // namespace millrace
