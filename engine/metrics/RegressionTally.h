// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Task.h"
#include "metrics/ExactSum.h"
#include "metrics/ScoreTable.h"

#include <cstdint>
#include <limits>
#include <vector>

namespace millrace
{

/// Scores of one target's predictions, in its unit. Sums are exact and counts whole, so that those of a stream's parts
/// add up to those of the whole, in any order; only the median error is of bins then. Scores are NaN without records,
/// and once an output or a target is no finite number. A state has less than 300 kB.
class RegressionTally
{
public:
    /// mostErrors: the errors of so many records are kept for the median, at most those of a million (8 MB).
    RegressionTally(const Target& target, std::int64_t mostErrors);

    /// weight: what the record counts for.
    void add(float output, float target, float weight = 1);
    void merge(const RegressionTally& other);
    void useBins(); ///< for the median

    [[nodiscard]] std::int64_t records() const { return m_records; }
    [[nodiscard]] bool isApproximate() const { return !m_keepsErrors; } ///< the median error
    [[nodiscard]] double loss() const; ///< mean squared error over the square of the target's scale, as is learnt by
    [[nodiscard]] double rmse() const; ///< root of the mean squared error
    [[nodiscard]] double mae() const;  ///< mean absolute error
    [[nodiscard]] double medianError() const; ///< median absolute error; of an even number the mean of
    /// the middle two, of weighted ones the first at which half of the weight is reached, as scikit-learn has it
    /// 1 − squared errors / squared deviations from the mean of these records' targets; NaN where all of these are
    /// equal.
    [[nodiscard]] double r2() const { return r2Of(m_squares); }
    /// The same of somebody else's squared errors on these records.
    [[nodiscard]] double r2Of(const ExactSum& squaredErrors) const;
    [[nodiscard]] double meanTarget() const; ///< the mean of the training part without records

    /// {"predicted_actual": {"from", "to", "counts" [actual cell][predicted cell]}, "residuals": {"from", "to",
    /// "counts" [bin], "below", "above"}}. The first is over the training part's mean ± 4 scales in 50 cells, with one
    /// more on either side for what is beyond; a residual is actual − predicted, within ± 4 scales.
    [[nodiscard]] nlohmann::json figures() const;
    [[nodiscard]] nlohmann::json state() const;
    /// Of an object without records. May throw what nlohmann-json throws, or std::out_of_range.
    void restore(const nlohmann::json& state);

private:
    static constexpr int kCells = 50, kResidualBins = 200;
    static constexpr double kReach = 4; ///< scales
    [[nodiscard]] double meanOf(const ExactSum& sum) const;
    [[nodiscard]] std::size_t cellOf(double value) const;
    [[nodiscard]] double binnedMedian() const;
    [[nodiscard]] double weightedMedian() const;
    void keep(double error, float weight);

    Target m_target;
    std::size_t m_mostErrors;
    bool m_keepsErrors;
    std::int64_t m_records = 0;
    double m_total = 0;                  ///< of the weights of those that are known
    std::int64_t m_unknown = 0;          ///< records with an output or a target that is no finite number
    ExactSum m_squares, m_errors;        ///< of errors: squared, absolute
    ExactSum m_targets, m_targetSquares; ///< of the targets less the training part's mean, lest large means cost digits
    double m_lowest = std::numeric_limits<double>::infinity(), m_highest = -m_lowest; ///< target
    std::vector<double> m_cells;                                                      ///< [actual][predicted]
    std::vector<double> m_residuals;                                                  ///< below, bins, above
    std::vector<double> m_errorBins;  ///< of absolute errors in scales, 128 to each doubling
    std::vector<double> m_kept;       ///< absolute errors, while they are few
    std::vector<float> m_keptWeights; ///< theirs, where these are not all 1
    bool m_isWeighted = false;
};

} // namespace millrace
