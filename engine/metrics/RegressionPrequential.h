// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/Prequential.h"
#include "metrics/RegressionTally.h"

#include <deque>

namespace millrace
{

/// One target (of several the first): the scores of RegressionScores, and R² of the two baselines: saying the mean of
/// the targets so far, and the last target again; both begin with the training part's mean. Those of the window are
/// made from its records when they are asked for, and exact. The baselines that are drawn (baselines()) are on the
/// scale of curveOf(): R² against the training part's mean.
class RegressionPrequential final : public Prequential
{
public:
    RegressionPrequential(const Task& task, int window, std::int64_t exactOutputs);

    void add(std::span<const float> outputs, std::span<const float> targets) override;
    [[nodiscard]] std::int64_t records() const override { return m_all.tally.records(); }
    [[nodiscard]] std::vector<std::int64_t> classCounts() const override { return {}; }
    [[nodiscard]] std::int64_t windowRecords() const override { return static_cast<std::int64_t>(m_recent.size()); }
    [[nodiscard]] ScoreTable cumulative() const override { return tableOf(m_all); }
    [[nodiscard]] ScoreTable windowed() const override;
    [[nodiscard]] Baselines baselines() const override;
    [[nodiscard]] nlohmann::json figures() const override { return m_all.tally.figures(); }
    void useBins() override { m_all.tally.useBins(); }
    [[nodiscard]] nlohmann::json state() const override;
    void restore(const nlohmann::json& state) override;

private:
    struct Entry {
        float output = 0, target = 0;
        double mean = 0, last = 0; ///< what the baselines said
    };
    struct Sums {
        RegressionTally tally;
        ExactSum meanSquares{}, lastSquares{}; ///< the baselines' squared errors
        void add(const Entry& entry);
    };
    [[nodiscard]] ScoreTable tableOf(const Sums& sums) const;

    Target m_target;
    std::size_t m_width, m_window;
    Sums m_all;
    std::deque<Entry> m_recent;
    double m_last;
};

} // namespace millrace
