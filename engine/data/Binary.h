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

/// The logit of a probability between 0 and 1; of one half exactly 0.
inline double logitOf(double probability)
{
    return std::log(probability) - std::log1p(-probability);
}

/// Whether a logit above `cut`, that of the task's threshold, decides for class 1; one that is equal decides for class
/// 0. Asked of the logit, never of the probability: a small one's is rounded to one half.
template <std::floating_point Number>
bool predictsPositive(Number logit, double cut)
{
    return static_cast<double>(logit) > cut;
}

} // namespace millrace
