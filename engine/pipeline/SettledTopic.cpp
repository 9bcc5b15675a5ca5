// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/SettledTopic.h"

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

Result<TopicInfo> settledTopic(Admin& admin, const std::string& name, const std::stop_token& stop)
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

std::string behindTransaction(const std::string& topic, int partition, std::int64_t offsets)
{
    return formatCount(offsets) + " offsets of topic " + topic + " partition " + std::to_string(partition) +
           " wait behind an open transaction: nobody can read them before it ends";
}

} // namespace millrace
