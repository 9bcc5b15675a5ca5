// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Task.h"

#include <span>
#include <string>

namespace millrace
{

/// Sums over the rows of a part of a batch.
struct LossSum {
    double loss = 0;
    double score = 0; ///< as StepResult has it
};

/// The loss of outputs [rows, outputsOf(task)] for targets [rows, targetsOf(task)], and its gradient of the mean over a
/// batch of `batch` rows, of which these are a part, to gradient [rows, outputs]. Nothing here allocates. A target that
/// the task does not have, as the index of a class beyond the last, makes the loss NaN.
struct LossFunction {
    const char* name; ///< a row of the loss table
    LossSum (*compute)(const Task& task, std::span<const float> outputs, std::span<const float> targets,
                       std::size_t batch, float* gradient);
};

/// Null when the module has no loss of this name.
const LossFunction* findLossFunction(const std::string& name);

} // namespace millrace
