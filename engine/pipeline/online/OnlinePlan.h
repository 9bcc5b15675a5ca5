// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/RunningMoments.h"
#include "pipeline/online/OnlineIngest.h"
#include "pipeline/reading/LabelJoin.h"
#include "pipeline/training/TrainedModel.h"

namespace millrace
{

/// All that an online run needs to begin, or to go on, asked of the broker and read from its folder beforehand.
struct OnlinePlan {
    RunFolder run;
    TrainedModel trained; ///< learns; without the running normaliser's transform
    std::string parent{}; ///< a run's folder; empty: a new model
    std::optional<RunningMoments> normaliser{};
    OnlineState state{};
    LabelJoin join{1};
    OnlineStart start{};
    std::deque<RateChange> rates{};         ///< of the journal, still to come
    std::int64_t lastStep = -1;             ///< where a reproduction ends; −1 at the end of the stream
    std::optional<LearnerState> expected{}; ///< what a reproduction must come to
};

/// Whether an online run left what it goes on from; one that was killed while it began did not.
bool canBeResumed(const RunInfo& run);

/// A new run in a new folder; or, with config.resume, an old one from its last good checkpoint; or, with
/// config.reproduce, a new run (as a group of its own) that does again what an old one did, up to its last checkpoint.
///
/// The same command started again: see EarlierRun.h. The two latter are refused (ErrorCode::BadData) on another
/// cluster, and where a partition does not hold the record that the run read last; and, unless config.skipLost, where
/// records that it still needs were deleted. A resumed run keeps its configuration (ErrorCode::Usage names what
/// differs). Where the group stands is looked at when it is joined: see OnlineConfig::foreignOffset.
Result<OnlinePlan> planOnline(const OnlineConfig& config, JobContext& context);

/// The model as it is saved: with the normaliser as its first transform, so that others predict alike.
ModelSpec withNormaliser(ModelSpec model, const std::optional<RunningMoments>& normaliser);

} // namespace millrace
