// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/StableTopic.h"

#include "base/Clock.h"
#include "base/Text.h"

#include <algorithm>
#include <thread>

namespace millrace
{
namespace
{

constexpr std::chrono::milliseconds kSettlePatience{5000}, kSettleAgain{100};

bool hasLeaderAndOffsets(const PartitionInfo& partition)
{
    return partition.leader >= 0 && partition.low >= 0 && partition.high >= 0;
}

} // namespace

Result<TopicInfo> stableTopic(Admin& admin, const std::string& name, const std::stop_token& stop)
{
    const auto end = Clock::now() + kSettlePatience;
    auto topic = admin.topic(name);
    while (topic && !std::ranges::all_of(topic->partitions, hasLeaderAndOffsets) && Clock::now() < end) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Waiting for the leaders of topic " + name + " was cancelled");
        std::this_thread::sleep_for(kSettleAgain);
        topic = admin.topic(name);
    }
    return topic;
}

Error offlinePartition(const std::string& topic, int partition)
{
    return {ErrorCode::Unreachable,
            "Topic " + topic + " partition " + std::to_string(partition) +
                " is offline: it has no leader, so nothing of it can be read",
            "Try again when one of its brokers is back", true};
}

std::string offlineForNow(const std::string& topic, int partition)
{
    return offlinePartition(topic, partition).message + " until one of its brokers is back";
}

std::string behindTransaction(const std::string& topic, int partition, std::int64_t offsets)
{
    return countOf(offsets, "offset") + " of topic " + topic + " partition " + std::to_string(partition) +
           (offsets == 1 ? " waits behind an open transaction: nobody can read it before that ends"
                         : " wait behind an open transaction: nobody can read them before it ends");
}

std::vector<std::string> whatHoldsBack(const std::string& topic, const std::vector<PartitionStanding>& standing)
{
    std::vector<std::string> sentences;
    for (const PartitionStanding& each : standing) {
        if (each.isOffline)
            sentences.push_back(offlineForNow(topic, each.partition));
        if (each.waiting > 0)
            sentences.push_back(behindTransaction(topic, each.partition, each.waiting));
    }
    return sentences;
}

std::optional<std::int64_t> waitingAt(const std::vector<PartitionStanding>& standing, int partition)
{
    const auto found = std::ranges::find(standing, partition, &PartitionStanding::partition);
    return found == standing.end() || found->stable < 0 ? std::nullopt : std::optional(found->waiting);
}

} // namespace millrace
