// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Interval.h"

#include "metrics/ScoreTable.h"

#include <cmath>

namespace millrace
{

namespace
{
constexpr double kNormalQuantile = 1.959963984540054; // of 0.975
}

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

Interval r2Interval(double r2, double kurtosis, std::int64_t records)
{
    if (records <= 0 || !std::isfinite(r2) || !(kurtosis >= 1))
        return {kUnknown, kUnknown};
    const double half = kNormalQuantile * std::sqrt((kurtosis - 1) / static_cast<double>(records));
    return {1 - (1 - r2) * std::exp(half), 1 - (1 - r2) * std::exp(-half)};
}

} // namespace millrace
