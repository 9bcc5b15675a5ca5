// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Interval.h"

#include "metrics/ScoreTable.h"

#include <cmath>

namespace millrace
{

Interval wilsonInterval(double share, std::int64_t records)
{
    constexpr double kNormalQuantile = 1.959963984540054; // of 0.975
    if (records <= 0 || !std::isfinite(share))
        return {kUnknown, kUnknown};
    const auto n = static_cast<double>(records);
    const double square = kNormalQuantile * kNormalQuantile / n;
    const double middle = share + square / 2;
    const double half = kNormalQuantile * std::sqrt(share * (1 - share) / n + square / (4 * n));
    return {(middle - half) / (1 + square), (middle + half) / (1 + square)};
}

} // namespace millrace
