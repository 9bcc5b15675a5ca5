// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/runs/StateTopic.h"

#include "base/Clock.h"
#include "base/Names.h"

#include <algorithm>

namespace millrace
{
namespace
{

using Milliseconds = std::chrono::milliseconds;

constexpr std::string_view kPrefix = "millrace.state.";
constexpr std::size_t kLongestName = 200; // Kafka's limit is 249
constexpr Milliseconds kStatePollSlice{50};

/// Keeps the last state of each partition.
class Collector : public ConsumerEvents
{
public:
    explicit Collector(StateTopic::States& states) : m_states(states) {}
    void onMessage(const MessageView& message) override
    {
        if (auto state = partitionStateFrom(message.value)) {
            std::pair key(state->topic, state->partition);
            m_states.insert_or_assign(std::move(key), std::move(*state));
        }
    }
    void onEnd(int /*partition*/, std::int64_t offset) override { end = offset; }

    std::optional<std::int64_t> end;

private:
    StateTopic::States& m_states;
};

} // namespace

std::string stateTopicOf(const std::string& group)
{
    return std::string(kPrefix) + uniqueName(group, kLongestName);
}

Result<StateTopic> StateTopic::open(const Connection& connection, Admin& admin, const std::string& group)
{
    const std::string topic = stateTopicOf(group);
    // Small segments: the open one is never compacted, and all that is not is read when a partition changes hands.
    if (auto made = admin.createTopic(
            topic, 1, true, Admin::Timeout(10000),
            {{"cleanup.policy", "compact"}, {"segment.bytes", "8388608"}, {"min.cleanable.dirty.ratio", "0.1"}});
        !made)
        return fail(made.error());
    auto consumer = Consumer::assign(connection, {}, {{topic, 0, -2}});
    if (!consumer)
        return fail(consumer.error());
    return StateTopic(std::move(*consumer), topic);
}

StateTopic::StateTopic(Consumer consumer, std::string topic)
    : m_consumer(std::move(consumer)), m_topic(std::move(topic))
{
}

Result<const StateTopic::States*> StateTopic::read(const std::stop_token& stop, Milliseconds deadline)
{
    Collector collector(m_states);
    if (m_next >= 0) // the end is told anew
        if (auto moved = m_consumer.seek({{m_topic, 0, m_next}}); !moved)
            return fail(moved.error());
    const auto began = Clock::now();
    while (!collector.end) {
        if (stop.stop_requested() || Clock::now() - began > deadline)
            return fail({ErrorCode::Unreachable, "The state topic " + m_topic + " cannot be read to its end",
                         "Check that the cluster runs, and try again", true});
        if (auto polled = m_consumer.poll(kStatePollSlice, 1024, collector); !polled)
            return fail(polled.error());
    }
    m_next = *collector.end;
    return &m_states;
}

Result<std::optional<PartitionState>> StateTopic::waitFor(const std::string& topic, int partition, std::int64_t next,
                                                          Milliseconds deadline, const std::stop_token& stop)
{
    const auto began = Clock::now();
    while (true) {
        const auto states = read(stop);
        if (!states)
            return fail(states.error());
        const auto found = (*states)->find({topic, partition});
        if (found != (*states)->end() && found->second.next == next)
            return std::optional(found->second);
        if (Clock::now() - began >= deadline)
            return std::optional<PartitionState>();
    }
}

} // namespace millrace
