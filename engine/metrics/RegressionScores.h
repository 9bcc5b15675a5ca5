// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/RegressionTally.h"
#include "metrics/Scores.h"

namespace millrace
{

/// Numbers: loss, RMSE, MAE, R², median error; predicted over actual, residuals. With several targets (rows of targets
/// have one of each then) all are means over them, as scikit-learn has it ("uniform_average"); those in a unit are
/// taken in scales of the training part first, since there is no unit in common. The figures tell each target's own:
/// "targets"
/// [{"name", its scores, "predicted_actual", "residuals"}].
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
    using Score = double (RegressionTally::*)() const;
    [[nodiscard]] double meanOver(Score score) const;
    [[nodiscard]] double meanInScales(Score score) const;

    std::vector<Target> m_targets;
    std::vector<RegressionTally> m_tallies; ///< one a target
};

/// What scores of one target tell.
ScoreTable regressionTable(const RegressionTally& tally, const std::string& unit);

} // namespace millrace
