// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace millrace
{

/// Binary cross-entropy of a logit, natural logarithm; does not overflow. label is 0 or 1.
inline double logLoss(double logit, double label)
{
    return std::max(logit, 0.0) - logit * label + std::log1p(std::exp(-std::abs(logit)));
}

/// The bits of a float in the order of the numbers; −0 is 0.
inline std::uint32_t orderedBits(float number)
{
    const auto bits = std::bit_cast<std::uint32_t>(number + 0.0F);
    return (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
}

} // namespace millrace
