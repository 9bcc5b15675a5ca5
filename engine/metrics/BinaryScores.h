// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/BinaryMetrics.h"
#include "metrics/BinaryTally.h"
#include "metrics/Scores.h"

#include <optional>

namespace millrace
{

/// Two classes: loss, accuracy, AUC, balanced accuracy, precision, recall, F1 and average precision of class 1, Brier
/// score; confusion, ROC, histogram of the probabilities by class.
class BinaryScores final : public Scores
{
public:
    /// cut: the logit above which class 1 is predicted.
    BinaryScores(double cut, KeepOutputs keep);

    void add(std::span<const float> logits, std::span<const float> labels, std::span<const float> weights) override;
    void merge(const Scores& other) override;
    [[nodiscard]] std::int64_t records() const override { return m_tally.records(); }
    [[nodiscard]] std::vector<std::int64_t> classCounts() const override;
    [[nodiscard]] ScoreTable table() const override;
    [[nodiscard]] CurvePoint curve() const override { return {scored().loss(), scored().accuracy()}; }
    [[nodiscard]] nlohmann::json figures() const override;
    [[nodiscard]] nlohmann::json state() const override;
    bool restore(const nlohmann::json& state) override;

private:
    [[nodiscard]] const BinaryTally& scored() const { return m_weighed ? *m_weighed : m_tally; }

    BinaryTally m_tally;                    ///< of records
    std::optional<BinaryTally> m_weighed;   ///< of their weights, where they have some
    std::optional<BinaryMetrics> m_outputs; ///< of every record, while they are few
};

} // namespace millrace
