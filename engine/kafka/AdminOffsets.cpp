// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/AdminState.h"
#include "kafka/Errors.h"

#include <algorithm>
#include <numeric>

namespace millrace
{
namespace
{

using namespace kafka;

constexpr int kAskAgain = 20, kSeldomAgain = 500; // milliseconds: a pause doubles up to the second
/// How long a broker may not know a topic that the metadata has: it was just made, else it was just deleted.
constexpr std::chrono::seconds kTopicSpreads{2};

/// What a partition answers while its leader changes, or its broker comes back.
bool isLeaderMoving(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
    case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION: // none of those that were asked for has a leader
        return true;
    default:
        return false;
    }
}

} // namespace

std::int64_t waitingIn(const std::vector<PartitionStanding>& standing)
{
    return std::accumulate(standing.begin(), standing.end(), std::int64_t{0},
                           [](std::int64_t sum, const PartitionStanding& each) { return sum + each.waiting; });
}

Result<std::map<PartitionKey, std::int64_t>> Admin::State::offsetsFor(rd_kafka_t* asked,
                                                                      const std::vector<Key>& partitions,
                                                                      std::int64_t timestamp, Timeout timeout) const
{
    std::map<Key, std::int64_t> offsets;
    if (partitions.empty())
        return offsets;
    const PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
    for (const auto& [topic, partition] : partitions)
        rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = timestamp;
    const auto begin = Clock::now();
    const auto end = begin + timeout;
    const Queue pace(rd_kafka_queue_new(asked));
    auto code = rd_kafka_offsets_for_times(asked, list.get(), static_cast<int>(timeout.count()));
    // A topic that was just made has its leaders in the metadata before that broker knows, partition by partition; the
    // answer is a matter of milliseconds.
    const auto passes = [&](rd_kafka_resp_err_t error) {
        return isLeaderMoving(error) ||
               (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART && Clock::now() < begin + kTopicSpreads);
    };
    const auto tooEarly = [&] {
        return passes(code) ||
               std::any_of(list->elems, list->elems + list->cnt, [&](const auto& each) { return passes(each.err); });
    };
    for (int pause = kAskAgain; tooEarly() && Clock::now() < end; pause = std::min(2 * pause, kSeldomAgain)) {
        rd_kafka_queue_poll(pace.get(), pause);
        // librdkafka takes "no leader" of its cache for final and asks nobody again.
        const auto left =
            std::chrono::ceil<Timeout>(std::max(end - Clock::now(), Clock::duration(Timeout(kSeldomAgain))));
        if (!readCluster(asked, left))
            break;
        for (int i = 0; i < list->cnt; ++i)
            list->elems[i].offset = timestamp;
        code = rd_kafka_offsets_for_times(asked, list.get(), static_cast<int>(left.count()));
    }
    if (code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
        return offsets; // nobody knows any
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(errorFor(asked, code, "Cannot read the offsets of topic " + partitions.front().first, {},
                             {{"DESCRIBE", "topic", partitions.front().first}}));
    for (int i = 0; i < list->cnt; ++i)
        if (const auto& each = list->elems[i]; each.err == RD_KAFKA_RESP_ERR_NO_ERROR)
            offsets[{each.topic, each.partition}] = each.offset;
    return offsets;
}

Result<std::int64_t> Admin::offsetForTime(const std::string& topic, int partition, std::int64_t milliseconds,
                                          Timeout timeout)
{
    const PartitionKey key(topic, partition);
    for (const std::int64_t timestamp : {std::max<std::int64_t>(0, milliseconds), kLatest}) {
        const auto offsets = m_state->offsetsFor(m_state->handle(), {key}, timestamp, timeout);
        if (!offsets)
            return fail(offsets.error());
        if (offsets->contains(key) && offsets->at(key) >= 0)
            return offsets->at(key);
    }
    return fail(ErrorCode::Failed,
                "The offsets of topic " + topic + ", partition " + std::to_string(partition) + " cannot be read",
                "Check that the topic has this partition");
}

Result<std::vector<PartitionStanding>> Admin::standing(const std::string& topic, Timeout timeout)
{
    const auto shape = readTopic(m_state->handle(), topic, timeout);
    if (!shape)
        return fail(shape.error());
    auto all = standings({infoOf(*shape)}, timeout);
    if (!all)
        return fail(all.error());
    return std::move((*all)[topic]);
}

Result<std::map<std::string, std::vector<PartitionStanding>>> Admin::standings(const std::vector<TopicInfo>& topics,
                                                                               Timeout timeout)
{
    std::vector<PartitionKey> led;
    for (const TopicInfo& topic : topics)
        for (const PartitionInfo& each : topic.partitions)
            if (each.leader >= 0)
                led.emplace_back(topic.name, each.partition);
    const auto uncommitted = m_state->uncommitted();
    if (!uncommitted)
        return fail(uncommitted.error());
    // The high watermark first: what lies between it and the stable end then did not come in the meantime.
    const auto high = m_state->offsetsFor(*uncommitted, led, kLatest, timeout);
    if (!high)
        return fail(high.error());
    const auto stable = m_state->offsetsFor(m_state->handle(), led, kLatest, timeout);
    if (!stable)
        return fail(stable.error());
    std::map<std::string, std::vector<PartitionStanding>> standings;
    for (const TopicInfo& topic : topics)
        for (const PartitionInfo& each : topic.partitions) {
            PartitionStanding now{each.partition, each.leader < 0, -1, 0};
            const PartitionKey key(topic.name, each.partition);
            if (const auto end = stable->find(key); end != stable->end() && high->contains(key)) {
                now.stable = end->second;
                now.waiting = std::max<std::int64_t>(0, high->at(key) - end->second);
            }
            standings[topic.name].push_back(now);
        }
    return standings;
}

} // namespace millrace
