// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/runs/RunCatalog.h"
#include "pipeline/training/TrainConfig.h"

namespace millrace
{

/// With config.continues the newest training of this topic, partition and name.
std::optional<RunInfo> earlierTraining(const TrainConfig& config, const std::string& clusterId);

} // namespace millrace
