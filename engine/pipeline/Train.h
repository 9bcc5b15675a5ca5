// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/training/TrainConfig.h"
#include "pipeline/training/TrainResult.h"

namespace millrace
{

/// Trains a model from one partition, epoch after epoch, and leaves a run folder behind; see TrainPlan.h for what
/// resuming and reproducing mean. Runs on the calling thread
/// (the training thread) with an ingest thread of its own. A stop request ends it with a checkpoint, as a result whose
/// `stopped` is set.
Result<TrainResult> train(const TrainConfig& config, JobContext& context);

} // namespace millrace
