// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "train/torch/Kernels.h"

namespace millrace
{

/// The three matrix products of a linear operation, by the BLAS that LibTorch calls as well, without its dispatcher's
/// cost and its temporary objects. All matrices are dense and row-major; shape is that of y: [rows, outputs].
/// x is [rows, inputs], w is [outputs, inputs]. Thread-safe.

void multiplyForward(const float* x, const float* w, float* y, Shape shape, int inputs); ///< y = x · wᵀ
void multiplyWeights(const float* gradientY, const float* x, float* gradientW, Shape shape, int inputs);  ///< gᵀ · x
void multiplyBackward(const float* gradientY, const float* w, float* gradientX, Shape shape, int inputs); ///< g · w

} // namespace millrace
