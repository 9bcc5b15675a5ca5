// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>

namespace millrace
{

/// Sums over the rows of a part of a batch.
struct LossSum {
    double loss = 0;
    double score = 0; ///< as StepResult has it
};

/// The loss of outputs [rows, outputs] for targets [rows], and its gradient of the mean over a batch of `batch` rows,
/// of which these are a part, to gradient [rows, outputs].
struct LossFunction {
    const char* name; ///< a row of the loss table
    LossSum (*compute)(std::span<const float> outputs, std::span<const float> targets, std::size_t batch,
                       float* gradient);
};

/// Null when the module has no loss of this name.
const LossFunction* findLossFunction(const std::string& name);

} // namespace millrace
