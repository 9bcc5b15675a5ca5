// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Batch.h"
#include "pipeline/runs/JobContext.h"
#include "train/Learner.h"

namespace millrace
{

/// False where a loss is no number or exploded: beyond 1e18 the squares of its gradients, which Adam adds up, leave
/// float32, and the run is dead though it goes on.
bool isSoundLoss(double loss);
/// False where a step left a weight that is no number; such weights are never saved.
bool areSoundWeights(const LearnerState& state);

/// Why a run stops at a step whose loss or weights are not sound. where: "epoch 2, step 17". Names the column of the
/// batch (features [rows, names]) whose values are largest, where they are too large to be learnt from as they are.
Error divergence(const std::string& where, double loss, const Batch& batch, const std::vector<std::string>& names);

/// Why a run stops after an epoch whose mean loss is below 0, which negative weights alone can make it.
Error belowZero(const std::string& where, double loss);

/// The same as the end of a job: marked on the charts where it began, at so many records.
Status stopAtDivergence(Error error, JobContext& context, std::int64_t records);

} // namespace millrace
