// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/online/LearntRecords.h"
#include "pipeline/online/OnlineState.h"
#include "pipeline/reading/RecordSource.h"

#include <set>

namespace millrace
{

/// Reads again the records that an online run has learnt, and no others: a later pass over a group's stream. Needs no
/// group, so what the group has committed stays. Used by the thread that polls.
class PassReader : private ConsumerEvents
{
public:
    /// Begins at these positions; `learnt` and `source` outlive the reader. The source's positions are set to them.
    static Result<PassReader> open(const Connection& connection, const std::string& topic, const LearntRecords& learnt,
                                   const Positions& from, RecordSource& source);
    /// Polls once; rows go to the source's handler. False when the pass is over.
    Result<bool> poll(std::chrono::milliseconds timeout, int maxMessages);

private:
    PassReader(Consumer consumer, const LearntRecords& learnt, RecordSource& source);
    void onMessage(const MessageView& message) override;
    void onEnd(int partition, std::int64_t /*offset*/) override { m_ended.insert(partition); }
    void onRewound(int partition, std::int64_t reached, std::int64_t now) override
    {
        m_source->onRewound(partition, reached, now);
    }
    void onBrokersAway(bool away) override { m_source->onBrokersAway(away); }
    [[nodiscard]] bool isOver() const;

    Consumer m_consumer;
    const LearntRecords* m_learnt;
    RecordSource* m_source;
    std::set<int> m_ended; ///< partitions that end before the pass does: compacted since
};

} // namespace millrace
