// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/simulator/Simulator.h"
#include "pipeline/Train.h"

#include <map>
#include <set>

namespace millrace
{

struct BenchConfig {
    Connection connection;
    std::filesystem::path home;
    SimulatorProfile profile;
    std::int64_t records = 60000;
    int rounds = 3;
    std::set<int> batches = {TrainBudget().batch}; ///< records a step; each is measured by itself
};

/// An epoch of 'tutorial' at one batch size.
struct EpochFigures {
    double overProducts = 0, overMemory = 0; ///< ratios of what follows
    double seconds = 0, memorySeconds = 0, productsSeconds = 0;
    int threads = 1; ///< that shared a step
};

struct BenchResult {
    std::int64_t records = 0;
    int rounds = 0;
    double checkpointsOverNone = 0;                    ///< of the two rates,
    double checkpointsRate = 0, noCheckpointsRate = 0; ///< in records a second
    double publishRate = 0;                            ///< likewise
    double csvMegabytesPerSecond = 0;
    std::int64_t peakMemoryBytes = 0;
    std::map<int, EpochFigures> epochs; ///< by batch size
};
nlohmann::json toJson(const BenchResult& result);

/// What this machine does, as ratios measured side by side in one run: an epoch of the tutorial's network from Kafka
/// over the bare matrix products of its steps, and over the same loop from memory; training with a checkpoint every
/// second over training without; with the raw numbers, the CSV reader's rate and the peak memory. What belongs to
/// another batch than training's default begins with "batch_N_". Makes the topics "millrace-bench" and
/// "millrace-bench-long" anew and deletes them at the end.
Result<BenchResult> bench(const BenchConfig& config, JobContext& context);

} // namespace millrace
