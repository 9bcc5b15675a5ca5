// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Admin.h"
#include "kafka/Consumer.h"
#include "pipeline/runs/PartitionState.h"

#include <map>
#include <stop_token>

namespace millrace
{

/// "millrace.state.<group>": the compacted topic of one partition in which the members of a group leave what they have
/// scored of each partition. A group's name that no topic may have is changed to one that it may.
std::string stateTopicOf(const std::string& group);

/// Reads the state topic of a group, as far as transactions are committed. Used by one thread.
class StateTopic
{
public:
    /// Makes the topic when it is missing.
    static Result<StateTopic> open(const Connection& connection, Admin& admin, const std::string& group);

    using States = std::map<std::pair<std::string, int>, PartitionState>; ///< by topic and partition
    /// Reads on to the end as of now. Messages that are no state are passed over. A retriable error when that takes
    /// longer than the deadline, or a stop is requested.
    Result<const States*> read(const std::stop_token& stop,
                               std::chrono::milliseconds deadline = std::chrono::seconds(30));
    /// Reads until the state of this partition reaches to `next`, which another member has committed; nullopt when it
    /// does not come within the deadline. It is late where a dead member's transaction lies before it: the broker ends
    /// that after its transaction.timeout.ms.
    Result<std::optional<PartitionState>> waitFor(const std::string& topic, int partition, std::int64_t next,
                                                  std::chrono::milliseconds deadline, const std::stop_token& stop);

    /// Later destruction is quick.
    void close(std::chrono::milliseconds deadline) { m_consumer.close(deadline); }

private:
    explicit StateTopic(Consumer consumer, std::string topic);
    Consumer m_consumer;
    std::string m_topic;
    std::int64_t m_next = -2;
    States m_states;
};

} // namespace millrace
