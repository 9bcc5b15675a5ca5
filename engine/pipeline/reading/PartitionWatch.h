// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Admin.h"
#include "pipeline/runs/JobContext.h"
#include "pipeline/runs/RunFolder.h"

#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace millrace
{

struct PartitionNews {
    Note::Severity severity = Note::Severity::Info;
    std::string text;
};

/// What look after look at a topic's partitions says of them: that one has no leader, or that a transaction stays open
/// in front of its readers, once two looks in a row have shown it, and that it is over. Transactions are said once a
/// partition: a producer of long ones makes them all day. Not thread-safe.
class StandingHistory
{
public:
    explicit StandingHistory(std::string topic) : m_topic(std::move(topic)) {}
    std::vector<PartitionNews> add(const std::vector<PartitionStanding>& look);

private:
    struct Known {
        int offlineLooks = 0;     ///< in a row
        std::int64_t heldAt = -1; ///< at the last look, by a transaction; −1 by none
        bool isHeld = false;      ///< and that was said
        bool wasHeld = false;     ///< that was said once
    };
    void addLeader(const PartitionStanding& now, Known& known, std::vector<PartitionNews>& news) const;
    void addTransaction(const PartitionStanding& now, Known& known, std::vector<PartitionNews>& news) const;
    std::string m_topic;
    std::map<int, Known> m_known; ///< by partition
};

/// Looks every few seconds at the partitions that a job reads, on a thread and connections of its own: a reader is told
/// neither that a partition has no leader nor that its records wait behind an open transaction, it only gets none.
/// Begins after the first of these pauses, so that a short job pays nothing.
class PartitionWatch
{
public:
    /// partition: this one alone; none: all of the topic.
    PartitionWatch(const Connection& connection, const std::string& topic, std::optional<int> partition = {});
    PartitionWatch(const PartitionWatch&) = delete;
    PartitionWatch& operator=(const PartitionWatch&) = delete;
    /// A look that is under way at a frozen broker is left behind.
    ~PartitionWatch();

    /// Puts what was seen since the last call into log and notes. Costs nothing where there is no news.
    void tell(RunFolder& run, JobContext& context);

private:
    struct Shared;
    static void look(const std::stop_token& stop, Shared& shared);
    std::shared_ptr<Shared> m_shared;
    std::future<void> m_done;
    std::jthread m_thread;
};

} // namespace millrace
