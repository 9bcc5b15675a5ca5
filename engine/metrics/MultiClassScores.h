// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/MultiClassTally.h"
#include "metrics/Scores.h"

namespace millrace
{

/// Several classes by one logit each: loss, accuracy, AUC (one against the rest), balanced accuracy, F1, kappa, top-3
/// accuracy; confusion.
class MultiClassScores final : public Scores
{
public:
    MultiClassScores(int classes, KeepOutputs keep);

    void add(std::span<const float> logits, std::span<const float> targets, std::span<const float> weights) override;
    void merge(const Scores& other) override;
    [[nodiscard]] std::int64_t records() const override { return m_tally.confusion().records(); }
    [[nodiscard]] std::vector<std::int64_t> classCounts() const override { return m_tally.confusion().classCounts(); }
    [[nodiscard]] ScoreTable table() const override;
    [[nodiscard]] CurvePoint curve() const override { return {scored().loss(), scored().confusion().accuracy()}; }
    [[nodiscard]] nlohmann::json figures() const override { return m_tally.confusion().figures(); }
    [[nodiscard]] nlohmann::json state() const override;
    bool restore(const nlohmann::json& state) override;

private:
    [[nodiscard]] const MultiClassTally& scored() const { return m_weighed ? *m_weighed : m_tally; }

    MultiClassTally m_tally;                  ///< of records
    std::optional<MultiClassTally> m_weighed; ///< of their weights, where they have some
};

} // namespace millrace
