// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/MultiClassTally.h"
#include "metrics/Prequential.h"

#include <deque>

namespace millrace
{

/// Several classes by one logit each: the scores of MultiClassScores, temporal kappa (Žliobaitė, Bifet, Read,
/// Pfahringer and Holmes 2015) and the two baselines: saying the class that was most frequent so far (the first of
/// equals), and saying the last one again (class 0 at first). Those of the window are made from its records when they
/// are asked for, and exact.
class MultiClassPrequential final : public Prequential
{
public:
    MultiClassPrequential(int classes, int window, std::int64_t exactOutputs);

    void add(std::span<const float> logits, std::span<const float> targets) override;
    [[nodiscard]] std::int64_t records() const override { return m_all.confusion().records(); }
    [[nodiscard]] std::vector<std::int64_t> classCounts() const override { return m_counts; }
    [[nodiscard]] std::int64_t windowRecords() const override { return static_cast<std::int64_t>(m_recent.size()); }
    [[nodiscard]] ScoreTable cumulative() const override;
    [[nodiscard]] ScoreTable windowed() const override;
    [[nodiscard]] Baselines baselines() const override;
    [[nodiscard]] nlohmann::json figures() const override { return m_all.confusion().figures(); }
    void useBins() override { m_all.useBins(); }
    [[nodiscard]] nlohmann::json state() const override;
    void restore(const nlohmann::json& state) override;

private:
    struct Entry {
        MultiClassOutcome outcome;
        bool majority = false, noChange = false; ///< the baseline was right
    };
    /// How often the baselines were right.
    struct Rights {
        std::int64_t majority = 0, noChange = 0;
        void add(const Entry& entry);
    };
    void addOne(MultiClassOutcome outcome);

    std::size_t m_window;
    MultiClassTally m_all;
    Rights m_rights;
    std::deque<Entry> m_recent;
    std::vector<std::int64_t> m_counts; ///< by class
    int m_mostFrequent = 0, m_last = 0;
};

} // namespace millrace
