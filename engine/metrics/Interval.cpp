// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Interval.h"

#include "metrics/ScoreTable.h"

#include <algorithm>
#include <cmath>

namespace millrace
{

namespace
{
constexpr double kNormalQuantile = 1.959963984540054; // of 0.975

/// By the logit's standard error, whose derivative is 1 / (value (1 − value)): no bound leaves the scores that there
/// are.
Interval inTheLogit(double value, double deviation)
{
    const double odds = value / (1 - value), factor = std::exp(kNormalQuantile * deviation / (value * (1 - value)));
    return {odds / factor / (1 + odds / factor), odds * factor / (1 + odds * factor)};
}
} // namespace

Interval wilsonInterval(double share, std::int64_t records)
{
    if (records <= 0 || !std::isfinite(share))
        return {kUnknown, kUnknown};
    const auto n = static_cast<double>(records);
    const double square = kNormalQuantile * kNormalQuantile / n;
    const double middle = share + square / 2;
    const double half = kNormalQuantile * std::sqrt(share * (1 - share) / n + square / (4 * n));
    return {(middle - half) / (1 + square), (middle + half) / (1 + square)};
}

Interval averagePrecisionInterval(double value, std::int64_t positives)
{
    return wilsonInterval(value, positives);
}

Interval aucInterval(double auc, std::int64_t positives, std::int64_t negatives)
{
    if (!std::isfinite(auc) || positives <= 0 || negatives <= 0)
        return {kUnknown, kUnknown};
    const auto p = static_cast<double>(positives), n = static_cast<double>(negatives);
    const double square = auc * auc, bothAbove = auc / (2 - auc), bothBelow = 2 * square / (1 + auc);
    const double variance =
        (auc * (1 - auc) + (p - 1) * (bothAbove - square) + (n - 1) * (bothBelow - square)) / (p * n);
    const double deviation = std::sqrt(std::max(0.0, variance));
    return !(deviation > 0) || auc <= 0 || auc >= 1 ? Interval{auc, auc} : inTheLogit(auc, deviation);
}

Interval meanInterval(const ShareOf& a, const ShareOf& b)
{
    const Interval ofA = wilsonInterval(a.share, a.records), ofB = wilsonInterval(b.share, b.records);
    const double mean = (a.share + b.share) / 2;
    return {mean - std::hypot(a.share - ofA.low, b.share - ofB.low) / 2,
            mean + std::hypot(ofA.high - a.share, ofB.high - b.share) / 2};
}

Interval macroF1Interval(double value, const std::vector<std::vector<double>>& matrix, std::int64_t records)
{
    const std::size_t classes = matrix.size();
    std::vector<double> totals(classes); // of each class, the actual records and the predicted ones
    double all = 0;
    for (std::size_t i = 0; i < classes; ++i)
        for (std::size_t j = 0; j < classes; ++j) {
            totals[i] += matrix[i][j];
            totals[j] += matrix[i][j];
            all += matrix[i][j];
        }
    const auto there = static_cast<double>(std::ranges::count_if(totals, [](double total) { return total > 0; }));
    if (records <= 0 || !(all > 0) || !std::isfinite(value))
        return {kUnknown, kUnknown};
    // The derivative of macro F1 by each cell's share; F1 = 2 p_ii / total_i, and a mistake stands in two totals.
    double mean = 0, square = 0;
    for (std::size_t i = 0; i < classes; ++i)
        for (std::size_t j = 0; j < classes; ++j) {
            if (matrix[i][j] == 0)
                continue;
            const auto part = [&](std::size_t k) { return 2 * matrix[k][k] / totals[k] / (totals[k] / all); };
            const double slope = (i == j ? 2 / (totals[i] / all) - 2 * part(i) : -part(i) - part(j)) / there;
            mean += slope * matrix[i][j] / all;
            square += slope * slope * matrix[i][j] / all;
        }
    const double deviation = std::sqrt((square - mean * mean) / static_cast<double>(records));
    if (!(deviation > 0))
        return {kUnknown, kUnknown};
    return inTheLogit(value, deviation);
}

Interval r2Interval(double r2, double kurtosis, std::int64_t records)
{
    if (records <= 0 || !std::isfinite(r2) || !(kurtosis >= 1))
        return {kUnknown, kUnknown};
    const double half = kNormalQuantile * std::sqrt((kurtosis - 1) / static_cast<double>(records));
    return {1 - (1 - r2) * std::exp(half), 1 - (1 - r2) * std::exp(-half)};
}

} // namespace millrace
