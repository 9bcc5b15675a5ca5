// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace millrace
{

/// In which the share lies with 95 % confidence, where so much of so many records was found: E. B. Wilson, "Probable
/// inference, the law of succession, and statistical inference", JASA 22 (1927). Both unknown without records.
struct Interval {
    double low = 0, high = 0;
};
Interval wilsonInterval(double share, std::int64_t records);

/// In which R² lies with 95 % confidence for these targets: of n squared errors the mean has by the central limit
/// theorem the relative standard error √((kurtosis − 1) / n), the kurtosis (fourth moment by the squared second) being
/// that of the errors around 0. That is the standard error of its logarithm (delta method: Wasserman 2004, "All of
/// Statistics", section 9.9), in which the interval is taken, so that no bound is above 1. Unknown where one is.
Interval r2Interval(double r2, double kurtosis, std::int64_t records);

} // namespace millrace
