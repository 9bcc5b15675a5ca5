// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/ScoreTable.h"

#include <cmath>
#include <cstdint>

namespace millrace
{

/// A sum of losses as an integer, so that the sums of a stream's parts add up to that of the whole, exactly and in any
/// order. Records that do not count 1 add up to rounding.
struct LossSum {
    static constexpr double kUnits = 1 << 30;
    static constexpr double kMost = 1e6; ///< of one record; more is no number to add up

    std::int64_t sum = 0;     ///< in units of 2⁻³⁰
    double weighted = 0;      ///< of records that do not count 1: each times its weight
    std::int64_t unknown = 0; ///< records whose loss is no finite number

    /// False where it is no number to add up: the mean is unknown from then on.
    bool add(double loss, double weight = 1)
    {
        if (!(loss <= kMost)) { // or not a number
            ++unknown;
            return false;
        }
        if (weight == 1)
            sum += std::llround(loss * kUnits);
        else
            weighted += weight * loss;
        return true;
    }

    void merge(const LossSum& other)
    {
        sum += other.sum;
        weighted += other.weighted;
        unknown += other.unknown;
    }

    /// total: of the records' weights; the mean is unknown where it is not above 0.
    [[nodiscard]] double mean(double total) const
    {
        return !(total > 0) || unknown > 0 ? kUnknown : (static_cast<double>(sum) / kUnits + weighted) / total;
    }

    friend bool operator==(const LossSum&, const LossSum&) = default;
};

} // namespace millrace
