// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/runs/RunCatalog.h"

namespace millrace
{

/// What a run's folder keeps of a run that ended before it could tell a result, as a result tells it: per_epoch or the
/// last mini_datasets, the last one maybe unfinished, records and steps, and checkpoint_step (of the last checkpoint,
/// or null). Reads metrics.csv whole. Without one all are empty.
nlohmann::json soFar(const RunInfo& run);

} // namespace millrace
