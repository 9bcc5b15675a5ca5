// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Clock.h"
#include "pipeline/online/MiniDataset.h"

#include <deque>
#include <map>

namespace millrace
{

/// Divides a stream into mini-datasets: one closes when it is full, when the linger has passed, when the stream ends,
/// or when its partitions are revoked; one that an earlier life of the run has closed closes at the same record again.
/// Used by the thread that polls.
class MiniDatasetBuilder
{
public:
    struct Limits {
        int records = 10000;
        std::chrono::milliseconds linger{200};
    };
    /// What was forgotten, and how the stream stood before it.
    struct Forgotten {
        std::int64_t records = 0;
        RejectionState rejectedBefore;
        std::int64_t deletedBefore = 0;
    };

    /// number: of the mini-dataset that is open now. plan: records of those that closed before they were full.
    MiniDatasetBuilder(Limits limits, std::int64_t number, std::map<std::int64_t, int> plan,
                       const StreamPosition& position);

    void add(std::span<const float> features, float label, MiniDataset::Origin origin);
    /// Of the record that was added last, where labels come late.
    void addId(std::string id) { m_open.ids.push_back(std::move(id)); }
    void add(std::vector<ArrivedLabel> labels);
    [[nodiscard]] bool isFull() const;
    /// Its time is over; not of one whose size is planned.
    [[nodiscard]] bool hasLingered() const;
    /// Makes the open one ready, unless there is nothing in it.
    void close(MiniDataset::Closed closed, int pass, StreamPosition after);

    /// Closed, and not handed on yet; in order.
    [[nodiscard]] bool hasReady() const { return !m_ready.empty(); }
    MiniDataset& ready() { return m_ready.front(); }
    void popReady() { m_ready.pop_front(); }
    /// Waiting for the learner is not waiting for records.
    void excuse(Clock::duration waited) { m_opened += waited; }

    /// Forgets what is open or ready, behind `queued`, which was handed on and not taken. Their labels stay: they have
    /// no group that would read them again.
    Forgotten forget(const std::vector<MiniDataset>& queued);
    /// How the stream stood when the open one was opened.
    [[nodiscard]] const MiniDataset& open() const { return m_open; }

    /// Of the open one.
    [[nodiscard]] std::int64_t number() const { return m_number; }
    /// The plan has an entry for the open one, or a later one.
    [[nodiscard]] bool isPlanned() const { return m_plan.lower_bound(m_number) != m_plan.end(); }
    void forgetPlan() { m_plan.clear(); }

private:
    void begin(); ///< what comes first into an empty one starts its time

    Limits m_limits;
    std::map<std::int64_t, int> m_plan;
    MiniDataset m_open;
    std::deque<MiniDataset> m_ready;
    std::int64_t m_number = 0;
    Clock::time_point m_opened = Clock::now();
};

} // namespace millrace
