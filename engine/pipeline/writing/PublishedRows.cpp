// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/writing/PublishedRows.h"

#include "base/Clock.h"
#include "base/Text.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr std::chrono::milliseconds kPoll{50};
constexpr int kMessages = 4096;
/// So long an end must stay the end. Requests of a process that is gone are in the broker's hands within milliseconds;
/// should a slow network bring one later still, the watermarks do not match in the end, and the result says so.
constexpr std::chrono::milliseconds kSettled{250};
constexpr std::int64_t kMostRows = 1'000'000'000; ///< a header "row" beyond it is not ours

} // namespace

Status PublishedRows::read(const Connection& connection, const std::string& topic,
                           const std::vector<std::int64_t>& begin, JobContext& context)
{
    m_ends = begin;
    m_atEnd.assign(begin.size(), false);
    std::vector<PartitionOffset> partitions;
    for (std::size_t i = 0; i < begin.size(); ++i)
        partitions.push_back({topic, static_cast<int>(i), begin[i]});
    auto consumer = Consumer::assign(connection, {}, partitions);
    if (!consumer)
        return fail(consumer.error());
    m_changed = Clock::now();
    while (!settled()) {
        if (context.stopRequested())
            return fail(ErrorCode::Cancelled, "Looking at what stands in topic " + topic + " was cancelled");
        if (auto polled = consumer->poll(kPoll, kMessages, *this); !polled)
            return polled;
        Progress progress;
        progress.text = m_away ? "waiting for the broker" : "looking at what is there · " + formatCount(m_rows);
        progress.records = m_rows;
        context.report(progress);
    }
    return {};
}

bool PublishedRows::settled() const
{
    return !m_away && std::ranges::all_of(m_atEnd, std::identity{}) && Clock::now() - m_changed >= kSettled;
}

int PublishedRows::partitionOf(std::int64_t row) const
{
    const auto slot = static_cast<std::size_t>(row);
    return slot < m_partitions.size() ? m_partitions[slot] - 1 : -1;
}

void PublishedRows::onMessage(const MessageView& message)
{
    m_changed = Clock::now();
    m_ends[static_cast<std::size_t>(message.partition)] = message.offset + 1;
    const std::int64_t row = parseInteger(message.header(kRowHeader).value_or("")).value_or(-1);
    if (row < 0 || row >= kMostRows)
        return;
    const auto slot = static_cast<std::size_t>(row);
    if (slot >= m_partitions.size())
        m_partitions.resize(std::max(slot + 1, m_partitions.size() * 2), 0);
    if (m_partitions[slot] != 0) {
        ++m_repeated;
        return;
    }
    m_partitions[slot] = static_cast<std::int16_t>(message.partition + 1);
    ++m_rows;
}

void PublishedRows::onEnd(int partition, std::int64_t offset)
{
    const auto slot = static_cast<std::size_t>(partition);
    if (!m_atEnd[slot] || m_ends[slot] != offset)
        m_changed = Clock::now();
    m_atEnd[slot] = true;
    m_ends[slot] = offset;
}

} // namespace millrace
