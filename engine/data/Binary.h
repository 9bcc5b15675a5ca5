// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <concepts>

namespace millrace
{

// Two classes by one logit: each rule of the binary task stands here alone.

/// The probability of class 1.
template <std::floating_point Number>
Number sigmoid(Number logit)
{
    return 1 / (1 + std::exp(-logit));
}

/// Whether a target, 0 or 1, is class 1.
template <std::floating_point Number>
bool isPositive(Number target)
{
    return target > Number(0.5);
}

/// The class that a logit decides for; 0 is class 0. Asked of the logit, never of the probability: a small one's is
/// rounded to one half.
template <std::floating_point Number>
bool predictsPositive(Number logit)
{
    return logit > 0;
}

/// What a model says of one record.
struct BinaryOutput {
    float logit = 0;
    [[nodiscard]] float probability() const { return sigmoid(logit); } ///< of class 1
    [[nodiscard]] int predicted() const { return predictsPositive(logit) ? 1 : 0; }
};

} // namespace millrace
