// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Consumer.h"
#include "pipeline/runs/JobContext.h"

#include <functional>

namespace millrace
{

/// Offsets from…to−1 of a partition.
struct OffsetRange {
    std::int64_t from = 0, to = 0;
};

/// Reads ranges of one partition, one after the other, without a group: what has to be known of a topic before a job
/// reads it. What was deleted of them is passed over. ErrorCode::Cancelled at a stop; brokers that are away are waited
/// for.
class RangeReader : private ConsumerEvents
{
public:
    RangeReader(std::string topic, int partition, JobContext& context);

    std::function<void(const MessageView&)> onRecord = [](const auto&) {};
    /// What is done, for the progress: "measuring the columns".
    std::string title;

    Status read(const Connection& connection, const std::vector<OffsetRange>& ranges);

private:
    void onMessage(const MessageView& message) override;
    void onEnd(int /*partition*/, std::int64_t /*offset*/) override { m_atEnd = true; }
    void onDeleted(int /*partition*/, std::int64_t /*from*/, std::int64_t to) override { m_next = to; }
    void onRewound(int /*partition*/, std::int64_t /*reached*/, std::int64_t /*now*/) override { m_isRewound = true; }
    void onBrokersAway(bool away) override { static_cast<void>(m_context.noteBroker(away)); }
    void report(std::int64_t done, std::int64_t all);

    std::string m_topic;
    int m_partition;
    JobContext& m_context;
    OffsetRange m_range;
    std::int64_t m_next = 0;
    bool m_atEnd = false, m_isRewound = false;
};

/// All of a range, or about so many offsets of it in seeded blocks all over it, in order.
std::vector<OffsetRange> sampledRanges(OffsetRange range, std::int64_t offsets, std::uint64_t seed);

} // namespace millrace
