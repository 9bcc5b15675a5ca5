// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <vector>

namespace millrace
{

/// A score that the records at hand do not tell.
inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// As JSON has it, where unknown is null.
inline nlohmann::json orNull(double score)
{
    return std::isfinite(score) ? nlohmann::json(score) : nlohmann::json();
}

/// Scores of a binary classifier over a set of records: mean log-loss, accuracy at a threshold, confusion, exact AUC.
/// Keeps every score (8 bytes a record).
class BinaryMetrics
{
public:
    /// logits [rows] and labels [rows] of 0 or 1.
    void add(std::span<const float> logits, std::span<const float> labels);
    [[nodiscard]] std::int64_t records() const { return static_cast<std::int64_t>(m_logits.size()); }
    [[nodiscard]] double loss() const;     ///< mean binary cross-entropy, natural logarithm; NaN without records
    [[nodiscard]] double accuracy() const; ///< at probability 0.5; NaN without records
    /// Area under the ROC curve as the Mann–Whitney statistic with ties counted half; NaN when a class is absent.
    [[nodiscard]] double auc() const;
    /// [actual][predicted] at a probability threshold.
    [[nodiscard]] std::array<std::array<std::int64_t, 2>, 2> confusion(double threshold = 0.5) const;
    /// At most `points` points (false positive rate, true positive rate) from (0,0) to (1,1).
    [[nodiscard]] std::vector<std::array<double, 2>> roc(int points = 200) const;
    /// {"records","loss","accuracy","auc","confusion"}; unknown numbers are null.
    [[nodiscard]] nlohmann::json toJson() const;

private:
    std::vector<float> m_logits;
    std::vector<float> m_labels;
    double m_lossSum = 0;
    std::int64_t m_correct = 0;
};

/// The best that any model can reach in expectation when each record's probability of class 1 is known: accuracy
/// E[max(p, 1−p)], log-loss E[H(p)], and the AUC of scoring by p itself (pairs weighted by p and 1−p).
struct BestPossible {
    double accuracy = 0, loss = 0, auc = 0; ///< NaN where the records do not tell
};
nlohmann::json toJson(const BestPossible& best);

/// Finds it in one pass and 1.5 MB, however many records come. Probabilities that differ by less than 2⁻¹⁶ may count as
/// tied: the AUC is off by less than 1e-9.
class BestTally
{
public:
    void add(double probability); ///< of class 1, from 0 to 1
    [[nodiscard]] BestPossible best() const;
    /// Over all records: what came between two moments is their difference.
    struct Sums {
        std::int64_t records = 0;
        double accuracy = 0, loss = 0;
    };
    [[nodiscard]] const Sums& sums() const { return m_sums; }

private:
    static constexpr std::size_t kBins = 65536; ///< over [0, 1]
    struct Bin {
        double positives = 0, negatives = 0; ///< sums of p and of 1−p
        double self = 0;                     ///< sum of p(1−p): a record makes no pair with itself
    };
    std::vector<Bin> m_bins = std::vector<Bin>(kBins);
    Sums m_sums;
};

} // namespace millrace
