// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/ScoreTable.h"

#include <cmath>
#include <cstdint>

namespace millrace
{

/// A sum of losses as an integer, so that the sums of a stream's parts add up to that of the whole, exactly and in any
/// order.
struct LossSum {
    static constexpr double kUnits = 1 << 30;
    static constexpr double kMost = 1e6; ///< of one record; more is no number to add up

    std::int64_t sum = 0;     ///< in units of 2⁻³⁰
    std::int64_t unknown = 0; ///< records whose loss is no finite number

    /// False where it is no number to add up: the mean is unknown from then on.
    bool add(double loss)
    {
        if (!(loss <= kMost)) { // or not a number
            ++unknown;
            return false;
        }
        sum += std::llround(loss * kUnits);
        return true;
    }

    void merge(const LossSum& other)
    {
        sum += other.sum;
        unknown += other.unknown;
    }

    [[nodiscard]] double mean(std::int64_t records) const
    {
        return records == 0 || unknown > 0 ? kUnknown
                                           : static_cast<double>(sum) / kUnits / static_cast<double>(records);
    }

    friend bool operator==(const LossSum&, const LossSum&) = default;
};

} // namespace millrace
