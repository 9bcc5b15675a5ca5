// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Clock.h"
#include "kafka/Handle.h"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

namespace millrace::kafka
{

using PartitionKey = std::pair<std::string, int>;

/// What a group has committed in one partition.
struct CommittedOffset {
    std::optional<std::int64_t> offset; ///< nothing is committed, or `fails`
    bool fails = false;                 ///< this partition's offset could not be read
    std::string metadata;
};

/// Asks what one group has committed, on a handle of its own that never subscribes and is never assigned anything, so
/// that it never joins the group. Thread-safe.
///
/// Not by librdkafka's ListConsumerGroupOffsets: every Admin call that is addressed to a group's coordinator can free
/// its state twice when its request cannot be sent (librdkafka's issues 3663 and 4605, open in 2.15: the process dies
/// of SIGSEGV, or of the assertion `eonce->refcnt > 0`), and brokers do go while somebody looks. rd_kafka_committed()
/// waits on a queue of its own, which may be thrown away at any time.
class GroupOffsets
{
public:
    static Result<std::shared_ptr<GroupOffsets>> open(const Connection& connection, const std::string& group);

    /// Of these partitions, those with an offset or with an error. All are asked about when there are few, or they are
    /// others than before, or it was long ago; else those of topics where something is committed.
    Result<std::map<PartitionKey, CommittedOffset>> committed(const std::vector<PartitionKey>& partitions,
                                                              Milliseconds timeout);
    /// Its "latest" is the high watermark: it reads uncommitted records.
    [[nodiscard]] rd_kafka_t* handle() const { return m_handle.get(); }

private:
    GroupOffsets(rd_kafka_t* handle, std::string group);
    rd_kafka_resp_err_t committedBy(Clock::time_point end, rd_kafka_topic_partition_list_t* list);
    Status ask(const std::vector<PartitionKey>& partitions, std::map<PartitionKey, CommittedOffset>& found,
               Clock::time_point end);
    [[nodiscard]] std::vector<PartitionKey> worthAsking(const std::vector<PartitionKey>& partitions);
    Error causeOf(rd_kafka_resp_err_t code);

    std::shared_ptr<rd_kafka_t> m_handle;
    std::string m_group;
    std::mutex m_mutex;
    std::vector<PartitionKey> m_asked; ///< what was asked about when all were
    std::set<std::string> m_topics;    ///< where something is committed
    Clock::time_point m_askedAll;
};

} // namespace millrace::kafka
