// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/simulator/Simulator.h"
#include "pipeline/Train.h"

#include <set>

namespace millrace
{

struct BenchConfig {
    Connection connection;
    std::filesystem::path home;
    SimulatorProfile profile;
    std::int64_t records = 60000;
    int rounds = 3;
    std::set<int> batches = {TrainConfig().batch}; ///< records a step; each is measured by itself
};

/// What this machine does, as ratios measured side by side in one run: an epoch of the tutorial's network from Kafka
/// over the bare matrix products of its steps, and over the same loop from memory; training with a checkpoint every
/// second over training without; with the raw numbers, the CSV reader's rate and the peak memory. What belongs to
/// another batch than training's default begins with "batch_N_". Makes the topics "millrace-bench" and
/// "millrace-bench-long" anew and deletes them at the end.
Result<nlohmann::json> bench(const BenchConfig& config, JobContext& context);

} // namespace millrace
