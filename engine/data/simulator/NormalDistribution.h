// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace millrace
{

/// Standard normal distribution function.
double normalCdf(double x);

/// Its inverse, for p in (0, 1), to about 16 digits: M. J. Wichura, "Algorithm AS 241: The percentage points of the
/// normal distribution", Applied Statistics 37 (1988), PPND16.
double normalQuantile(double p);

/// The lower triangle L with L·Lᵀ = matrix ([size, size] row-major, symmetric); empty when it is not positive definite.
std::vector<double> choleskyFactor(const std::vector<double>& matrix, int size);

} // namespace millrace
