// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/BinaryMetrics.h"
#include "metrics/LossSum.h"
#include "metrics/Ranking.h"

namespace millrace
{

/// Scores of a binary classifier kept as integers only, so that the tallies of a stream's parts add up to that of the
/// whole, exactly and in any order: confusion, log-loss and squared error in units of 2⁻³⁰, and a
/// histogram of the probabilities by class, of which AUC, average precision and ROC are read (ties within a bin count
/// half).
class BinaryTally
{
public:
    static constexpr int kBins = 3200; ///< over [0, 1]
    using Counts = std::array<std::array<std::int64_t, 2>, 2>;
    using Histogram = std::array<std::vector<std::int64_t>, 2>;

    explicit BinaryTally(double cut = 0) : m_cut(cut) {} ///< the logit above which class 1 is predicted

    /// logits [rows] and labels [rows] of 0 or 1.
    void add(std::span<const float> logits, std::span<const float> labels);
    void merge(const BinaryTally& other);

    [[nodiscard]] std::int64_t records() const;
    [[nodiscard]] const Counts& confusion() const { return m_confusion; } ///< [actual][predicted]
    /// Mean binary cross-entropy, natural logarithm; NaN when unknown.
    [[nodiscard]] double loss() const { return m_loss.mean(records()); }
    [[nodiscard]] double accuracy() const;
    /// Mean (probability − label)² (Brier 1950: "Verification of forecasts expressed in terms of probability").
    [[nodiscard]] double brier() const { return m_squares.mean(records()); }
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
    Histogram m_histogram{std::vector<std::int64_t>(kBins), std::vector<std::int64_t>(kBins)};
};

} // namespace millrace
