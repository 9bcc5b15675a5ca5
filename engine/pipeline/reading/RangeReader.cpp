// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/RangeReader.h"

#include "base/Rng.h"
#include "base/Text.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr std::chrono::milliseconds kRangePoll{50};
constexpr int kRangeMessages = 4096;
constexpr std::int64_t kBlock = 1000;

ConsumerOptions optionsFor(const std::vector<OffsetRange>& ranges)
{
    ConsumerOptions options;
    options.passesOverDeleted = true;
    options.fetchWait = std::chrono::milliseconds(10); // the end is waited for
    if (ranges.size() > 1) {                           // what is fetched behind a range is dropped
        options.fetchKilobytes = 64;
        options.queuedKilobytes = 256;
    }
    return options;
}

} // namespace

RangeReader::RangeReader(std::string topic, int partition, JobContext& context)
    : m_topic(std::move(topic)), m_partition(partition), m_context(context)
{
}

Status RangeReader::read(const Connection& connection, const std::vector<OffsetRange>& ranges)
{
    std::int64_t all = 0, done = 0;
    for (const OffsetRange& range : ranges)
        all += range.to - range.from;
    if (all == 0)
        return {};
    const auto start = [&](const OffsetRange& range) { return PartitionOffset{m_topic, m_partition, range.from}; };
    auto consumer = Consumer::assign(connection, optionsFor(ranges), {start(ranges.front())});
    if (!consumer)
        return fail(consumer.error());
    for (const OffsetRange& range : ranges) {
        m_range = range;
        m_next = range.from;
        m_atEnd = false;
        if (&range != ranges.data())
            if (auto moved = consumer->seek({start(range)}); !moved)
                return moved;
        while (!m_atEnd && m_next < range.to) {
            if (m_context.stopRequested())
                return fail(ErrorCode::Cancelled, "It was stopped while it was " + title);
            if (auto polled = consumer->poll(kRangePoll, kRangeMessages, *this); !polled)
                return polled;
            if (m_isRewound)
                return fail(ErrorCode::BadData,
                            "Topic " + m_topic + " was made anew or truncated while it was " + title, "Begin again");
            report(done + std::min(m_next, range.to) - range.from, all);
        }
        done += range.to - range.from;
    }
    return {};
}

void RangeReader::onMessage(const MessageView& message)
{
    m_next = message.offset + 1;
    if (message.offset >= m_range.from && message.offset < m_range.to)
        onRecord(message);
}

void RangeReader::report(std::int64_t done, std::int64_t all)
{
    Progress progress = m_context.progress();
    progress.text = title + " · " + formatCount(done);
    progress.fraction = static_cast<double>(done) / static_cast<double>(all);
    m_context.report(progress);
}

std::vector<OffsetRange> sampledRanges(OffsetRange range, std::int64_t offsets, std::uint64_t seed)
{
    const std::int64_t length = range.to - range.from, blocks = std::max<std::int64_t>(1, offsets / kBlock);
    if (length <= offsets)
        return {range};
    std::vector<OffsetRange> ranges;
    for (std::int64_t i = 0; i < blocks; ++i) { // one block in each part of equal length: they never overlap
        const std::int64_t from = range.from + length * i / blocks, to = range.from + length * (i + 1) / blocks;
        Rng rng(seed, Purpose::RangeSample, static_cast<std::uint64_t>(i));
        const auto free = static_cast<double>(to - from - kBlock);
        const std::int64_t begin = from + static_cast<std::int64_t>(rng.uniform() * free);
        ranges.push_back({begin, begin + kBlock});
    }
    return ranges;
}

} // namespace millrace
