// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/StreamBounds.h"

#include "base/Text.h"

#include <algorithm>
#include <array>

namespace millrace
{
namespace
{

std::optional<std::int64_t> numberAfter(const std::string& text, std::string_view prefix, std::int64_t least = 0)
{
    if (!text.starts_with(prefix))
        return std::nullopt;
    const auto value = parseInteger(std::string_view(text).substr(prefix.size()));
    return value && *value >= least ? value : std::nullopt;
}

} // namespace

Result<StreamStart> parseStreamStart(const std::string& text)
{
    using Kind = StreamStart::Kind;
    if (text == "earliest")
        return StreamStart{Kind::Earliest, 0};
    if (text == "latest")
        return StreamStart{Kind::Latest, 0};
    if (const auto offset = numberAfter(text, ""))
        return StreamStart{Kind::Offset, *offset};
    if (const auto count = numberAfter(text, "last:"))
        return StreamStart{Kind::Last, *count};
    if (text.starts_with("time:"))
        if (const auto time = parseIsoTime(std::string_view(text).substr(5)))
            return StreamStart{Kind::Time, *time};
    return fail(ErrorCode::Usage, "'" + text + "' is no place to start from",
                "Give earliest, latest, an offset, time:2026-01-31T12:00 or last:N");
}

Result<StreamEnd> parseStreamEnd(const std::string& text)
{
    using Kind = StreamEnd::Kind;
    if (text == "end")
        return StreamEnd{Kind::End, 0};
    if (text == "never")
        return StreamEnd{Kind::Never, 0};
    if (const auto count = numberAfter(text, "count:", 1)) // of nothing nothing would be learnt
        return StreamEnd{Kind::Count, *count};
    if (const auto milliseconds = numberAfter(text, "idle:", 1))
        return StreamEnd{Kind::Idle, *milliseconds};
    return fail(ErrorCode::Usage, "'" + text + "' is no place to end at",
                "Give end, count:N, idle:MILLISECONDS or never, each number from 1");
}

Result<std::int64_t> resolveStart(Admin& admin, const std::string& topic, const PartitionInfo& partition,
                                  const StreamStart& start)
{
    const auto within = [&](std::int64_t offset) { return std::clamp(offset, partition.low, partition.high); };
    switch (start.kind) {
    case StreamStart::Kind::Earliest:
        return partition.low;
    case StreamStart::Kind::Latest:
        return partition.high;
    case StreamStart::Kind::Last:
        return within(partition.high - start.value);
    case StreamStart::Kind::Time: {
        auto offset = admin.offsetForTime(topic, partition.partition, start.value);
        if (!offset)
            return fail(offset.error());
        return within(*offset);
    }
    case StreamStart::Kind::Offset:
        break;
    }
    if (start.value < partition.low || start.value > partition.high)
        return fail(ErrorCode::Usage,
                    topic + " partition " + std::to_string(partition.partition) + " has no offset " +
                        formatCount(start.value),
                    "It holds offsets " + formatCount(partition.low) + " to " + formatCount(partition.high));
    return start.value;
}

Result<PartitionInfo> findPartition(const TopicInfo& topic, int partition)
{
    for (const PartitionInfo& info : topic.partitions)
        if (info.partition == partition)
            return info;
    return fail(ErrorCode::Usage, topic.name + " has no partition " + std::to_string(partition),
                "It has partitions 0 to " + std::to_string(topic.partitions.size() - 1));
}

} // namespace millrace
