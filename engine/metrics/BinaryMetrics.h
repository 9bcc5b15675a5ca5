// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/ScoreTable.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace
{

/// Scores of a binary classifier over a set of records: mean log-loss, accuracy at a threshold, confusion, exact AUC.
/// Keeps every score (8 bytes a record). Weights count in what is of ranks; the rest counts records (BinaryTally
/// weighs).
class BinaryMetrics
{
public:
    explicit BinaryMetrics(double cut = 0) : m_cut(cut) {} ///< the logit above which class 1 is predicted
    /// logits [rows], labels [rows] of 0 or 1, and weights [rows] or always none.
    void add(std::span<const float> logits, std::span<const float> labels, std::span<const float> weights = {});
    [[nodiscard]] std::int64_t records() const { return static_cast<std::int64_t>(m_logits.size()); }
    [[nodiscard]] double loss() const;     ///< mean binary cross-entropy, natural logarithm; NaN without records
    [[nodiscard]] double accuracy() const; ///< NaN without records
    /// Area under the ROC curve as the Mann–Whitney statistic with ties counted half; NaN when a class is absent.
    [[nodiscard]] double auc() const;
    [[nodiscard]] double averagePrecision() const; ///< of class 1; NaN when it is absent
    /// [actual][predicted] at a probability threshold.
    [[nodiscard]] std::array<std::array<std::int64_t, 2>, 2> confusion(double threshold = 0.5) const;
    /// At most `points` points (false positive rate, true positive rate) from (0,0) to (1,1).
    [[nodiscard]] std::vector<std::array<double, 2>> roc(int points = 200) const;

private:
    double m_cut;
    std::vector<float> m_logits;
    std::vector<float> m_labels;
    std::vector<float> m_weights; ///< of all, or none: of ranks alone
    double m_lossSum = 0;
    std::int64_t m_correct = 0;
};

} // namespace millrace
