// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/RegressionTally.h"
#include "metrics/Scores.h"

namespace millrace
{

/// Numbers: loss, RMSE, MAE, R², median error; predicted over actual, residuals. With several targets (rows of targets
/// have one of each then) loss and R² are the means over them, as scikit-learn has it; the scores in a unit are
/// unknown, since there is none in common, and the figures are of the first target.
class RegressionScores final : public Scores
{
public:
    RegressionScores(const std::vector<Target>& targets, KeepOutputs keep);

    void add(std::span<const float> outputs, std::span<const float> targets, std::span<const float> weights) override;
    void merge(const Scores& other) override;
    [[nodiscard]] std::int64_t records() const override;
    [[nodiscard]] std::vector<std::int64_t> classCounts() const override { return {}; }
    [[nodiscard]] ScoreTable table() const override;
    [[nodiscard]] CurvePoint curve() const override;
    [[nodiscard]] nlohmann::json figures() const override;
    [[nodiscard]] nlohmann::json state() const override;
    bool restore(const nlohmann::json& state) override;

private:
    [[nodiscard]] double meanOver(double (RegressionTally::*score)() const) const;

    std::vector<Target> m_targets;
    std::vector<RegressionTally> m_tallies; ///< one a target
};

/// What scores of one target tell.
ScoreTable regressionTable(const RegressionTally& tally, const std::string& unit);

} // namespace millrace
