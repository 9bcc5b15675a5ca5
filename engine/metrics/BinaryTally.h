// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/BinaryMetrics.h"
#include "metrics/LossSum.h"
#include "metrics/Ranking.h"

namespace millrace
{

/// Scores of a binary classifier kept as whole numbers only (of records that count 1 each), so that the tallies of a
/// stream's parts add up to that of the whole, exactly and in any order: confusion, log-loss and squared error in units
/// of 2⁻³⁰, and a histogram of the probabilities by class, of which AUC, average precision and ROC are read (ties
/// within a bin count half).
class BinaryTally
{
public:
    static constexpr int kBins = 3200;                   ///< over [0, 1]
    using Counts = std::array<std::array<double, 2>, 2>; ///< of records, or sums of their weights
    using Histogram = std::array<std::vector<double>, 2>;

    explicit BinaryTally(double cut = 0) : m_cut(cut) {} ///< the logit above which class 1 is predicted

    /// logits [rows], labels [rows] of 0 or 1, and weights [rows] or none: each counts 1.
    void add(std::span<const float> logits, std::span<const float> labels, std::span<const float> weights = {});
    void merge(const BinaryTally& other);

    [[nodiscard]] double total() const;                                                       ///< of the weights
    [[nodiscard]] std::int64_t records() const { return static_cast<std::int64_t>(total()); } ///< that count 1 each
    [[nodiscard]] const Counts& confusion() const { return m_confusion; }                     ///< [actual][predicted]
    /// Mean binary cross-entropy, natural logarithm; NaN when unknown.
    [[nodiscard]] double loss() const { return m_loss.mean(total()); }
    [[nodiscard]] double accuracy() const;
    /// Mean (probability − label)² (Brier 1950: "Verification of forecasts expressed in terms of probability").
    [[nodiscard]] double brier() const { return m_squares.mean(total()); }
    [[nodiscard]] double auc() const;              ///< of the histogram; NaN when a class is absent
    [[nodiscard]] double averagePrecision() const; ///< of the histogram; NaN without records of class 1
    /// (false positive rate, true positive rate) from (0,0) to (1,1), at most `points`.
    [[nodiscard]] std::vector<std::array<double, 2>> roc(int points = 200) const;
    /// By class, in `bins` equal bins over [0, 1]; kBins must be a multiple.
    [[nodiscard]] Histogram histogram(int bins) const;

    [[nodiscard]] nlohmann::json state() const;
    /// False, and unchanged, when it is no state().
    bool restore(const nlohmann::json& state);

    friend bool operator==(const BinaryTally&, const BinaryTally&) = default;

private:
    /// By bin; empty when a loss is unknown.
    [[nodiscard]] std::vector<RankGroup> ranked() const;

    double m_cut;
    Counts m_confusion{};
    LossSum m_loss, m_squares; ///< squares: of probability − label
    Histogram m_histogram{std::vector<double>(kBins), std::vector<double>(kBins)};
};

} // namespace millrace
