// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Clock.h"
#include "pipeline/online/RecordBlock.h"

#include <map>

namespace millrace
{

/// Says where a stream divides into mini-datasets: one closes when it is full, when the linger has passed, when the
/// stream ends, or when its partitions are revoked; one that an earlier life of the run has closed closes at the same
/// record again. They leave it in blocks, with all that is ready; cut they are where they are learnt. Used by the
/// thread that polls.
class MiniDatasetBuilder
{
public:
    struct Limits {
        int records = 10000;
        std::chrono::milliseconds linger{200};
    };
    /// What was forgotten, and what was counted before it.
    struct Forgotten {
        std::int64_t records = 0, miniDatasets = 0; ///< of the latter only those that were handed on
        RecordBlock::Counted before;
    };

    /// number: of the mini-dataset that is open now. plan: records of those that closed before they were full.
    MiniDatasetBuilder(Limits limits, std::int64_t number, std::map<std::int64_t, int> plan,
                       RecordBlock::Counted before);

    void add(std::span<const float> features, float label, MiniDataset::Origin origin);
    /// Of the record that was added last, where labels come late.
    void addId(std::string id) { m_block.addId(std::move(id)); }
    void add(std::vector<ArrivedLabel> labels);
    [[nodiscard]] bool isFull() const;
    /// Its time is over; not of one whose size is planned.
    [[nodiscard]] bool hasLingered() const;
    /// Makes the open one ready, unless there is nothing in it.
    void close(MiniDataset::Closed closed, int pass, StreamPosition after);
    /// The same of a full one that has one record, where nothing but it has moved the stream since the one before:
    /// `after` is of its partition. Much cheaper.
    void closeSingle(int pass, const PartitionPosition& after);
    /// Whether closeSingle() may be called, for all that the builder knows of.
    [[nodiscard]] bool isSingle() const { return hasReady() && m_block.openRows() == 1; }

    /// Closed, and not handed on yet.
    [[nodiscard]] bool hasReady() const { return m_block.miniDatasets() > 0; }
    RecordBlock takeReady();
    /// Waiting for the learner is not waiting for records.
    void excuse(Clock::duration waited) { m_opened += waited; }

    /// Forgets what is open or ready, behind `queued`, which was handed on and not taken. Their labels stay: they have
    /// no group that would read them again.
    Forgotten forget(const std::vector<RecordBlock>& queued);
    [[nodiscard]] bool isOpenEmpty() const { return m_block.isOpenEmpty(); }
    /// What was counted when the open one was opened.
    [[nodiscard]] const RecordBlock::Counted& before() const { return m_before; }

    /// Of the open one.
    [[nodiscard]] std::int64_t number() const { return m_number; }
    /// The plan has an entry for the open one, or a later one.
    [[nodiscard]] bool isPlanned() const { return m_plan.lower_bound(m_number) != m_plan.end(); }
    void forgetPlan() { m_plan.clear(); }

private:
    void begin(); ///< what comes first into an empty one starts its time

    Limits m_limits;
    std::map<std::int64_t, int> m_plan;
    RecordBlock m_block; ///< those that are ready, and the open one behind them
    RecordBlock::Counted m_before;
    std::int64_t m_number = 0;
    Clock::time_point m_opened = Clock::now();
};

} // namespace millrace
