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

/// What the rows of a batch count for in its loss; each counts 1 where there is nothing.
struct LossWeights {
    std::span<const float> rows;    ///< [rows], negative ones too
    double unit = 1;                ///< that rows count in: their mean in the training part
    std::span<const float> classes; ///< by class

    [[nodiscard]] bool areEqual() const { return rows.empty() && classes.empty(); }
};

/// The same with each row's loss and gradient times its weights, still over `batch`: a row counts alike in whichever
/// batch it comes, and no sum of weights, which negative ones bring near 0, is divided by (Keras' reduction
/// "sum_over_batch_size"; Nachman and Thaler 2020, "Neural resampler for Monte Carlo reweighting with preserved
/// uncertainties": a loss with negative weights has the right minimum wherever weights are positive on average). The
/// score has the row's weight alone: classes count alike there.
LossSum weightedLoss(const LossFunction& function, const Task& task, std::span<const float> outputs,
                     std::span<const float> targets, const LossWeights& weights, std::size_t batch, float* gradient);

/// Null when the module has no loss of this name.
const LossFunction* findLossFunction(const std::string& name);

} // namespace millrace
