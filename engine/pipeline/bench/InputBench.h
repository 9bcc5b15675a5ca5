// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/simulator/Simulator.h"
#include "kafka/Connection.h"
#include "pipeline/runs/JobContext.h"

#include <filesystem>
#include <functional>
#include <map>

namespace millrace
{

/// Runs one of Kafka's own command-line tools ("ProducerPerformance") to its end and returns what it printed.
using KafkaTool = std::function<Result<std::string>(const std::string& name, const std::vector<std::string>& arguments,
                                                    const std::stop_token& stop)>;

struct InputBenchConfig {
    Connection connection;
    std::filesystem::path home;
    SimulatorProfile profile;
    std::int64_t records = 2'000'000;
    int rounds = 3;
    KafkaTool tool; ///< empty: nothing is compared with Kafka's tools
};

struct InputBenchResult {
    std::int64_t records = 0;
    int rounds = 0;
    std::map<std::string, double> medians; ///< by the names of the JSON: "publish_records_per_second"
};
nlohmann::json toJson(const InputBenchResult& result); ///< session/README.md has the fields

/// What feeds the training, measured side by side, round after round: a CSV of numbers with 18 decimals read into
/// batches, summarised, and encoded for publication; its first 256 MB as gzip and zstd, over unpacking alone; the file
/// published, over Kafka's ProducerPerformance with its values; and the topic consumed and decoded, over Kafka's
/// ConsumerPerformance. Medians. Makes the topics "millrace-bench-input" and "millrace-bench-kafka" anew and deletes
/// them and the files at the end.
Result<InputBenchResult> inputBench(const InputBenchConfig& config, JobContext& context);

} // namespace millrace
