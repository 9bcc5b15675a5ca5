// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/simulator/Simulator.h"
#include "kafka/Connection.h"
#include "pipeline/runs/JobContext.h"

#include <filesystem>
#include <map>

namespace millrace
{

struct OnlineBenchConfig {
    Connection connection;
    std::filesystem::path home;
    SimulatorProfile profile;
    std::int64_t records = 1'000'000; ///< that the logistic regression learns; the network a twentieth
    int rounds = 3;
};

struct OnlineBenchResult {
    std::int64_t records = 0;
    int rounds = 0;
    std::map<std::string, double> medians; ///< by the names of the JSON: "logistic_records_per_second"
};
nlohmann::json toJson(const OnlineBenchResult& result); ///< session/README.md has the fields

/// Online learning record by record, from the first to the last learnt one, with everything that a run keeps: the
/// presets logistic and tutorial, each over predicting and learning the same rows in memory one by one, and the network
/// also over a training with batches of one. Side by side, round after round; medians. Makes the topic
/// "millrace-bench-online" anew and deletes it and its groups at the end.
Result<OnlineBenchResult> onlineBench(const OnlineBenchConfig& config, JobContext& context);

} // namespace millrace
