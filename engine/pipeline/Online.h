// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/online/OnlineConfig.h"
#include "pipeline/online/OnlineResult.h"

namespace millrace
{

/// Learns from a consumer group's stream, mini-dataset after mini-dataset: each record is predicted and scored in
/// arrival order with the weights of that moment, then the mini-dataset is learnt for some epochs, the state saved, and
/// the offsets committed. With several passes, once the stream has ended and all of it is committed, the run leaves the
/// group and learns the same records again; they are neither scored nor shown to detectors again. A run that was
/// stopped or killed goes on from its last checkpoint without losing or repeating a record; see OnlinePlan.h. The
/// result's fields are in session/README.md. Runs on the calling thread (the training thread) with an ingest thread of
/// its own, which alone polls and commits.
Result<OnlineResult> learnOnline(const OnlineConfig& config, JobContext& context);

} // namespace millrace
