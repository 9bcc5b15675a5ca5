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

} // namespace millrace
