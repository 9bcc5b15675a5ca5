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

    void add(std::span<const float> logits, std::span<const float> labels) override;
    void merge(const Scores& other) override;
    [[nodiscard]] std::int64_t records() const override { return m_tally.records(); }
    [[nodiscard]] std::vector<std::int64_t> classCounts() const override;
    [[nodiscard]] ScoreTable table() const override;
    [[nodiscard]] CurvePoint curve() const override { return {m_tally.loss(), m_tally.accuracy()}; }
    [[nodiscard]] nlohmann::json figures() const override;
    [[nodiscard]] nlohmann::json state() const override { return m_tally.state(); }
    bool restore(const nlohmann::json& state) override;

private:
    BinaryTally m_tally;
    std::optional<BinaryMetrics> m_outputs; ///< of every record, while they are few
};

} // namespace millrace
