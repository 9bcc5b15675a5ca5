// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/online/OnlineConfig.h"
#include "pipeline/runs/RunCatalog.h"

namespace millrace
{

/// The run that wrote the metadata of a committed offset; empty when none of ours did.
std::string runOfCommit(const std::string& metadata);

/// The run that a start of the same online command concerns, where there is one; nullopt: a new run begins.
///
/// With config.continues it is the run of this home that the group's offsets name, or else the newest one of the group
/// and topic. Without, a start on a group whose offsets an ended run of this home has committed is refused
/// (ErrorCode::Usage, with the line that goes on): it would begin an untrained model behind what that one has learnt.
/// Not where that run is the new one's parent: its model goes on. A run that is live is a neighbour in the group.
Result<std::optional<RunInfo>> earlierOnlineRun(const OnlineConfig& config, const std::string& clusterId);

} // namespace millrace
