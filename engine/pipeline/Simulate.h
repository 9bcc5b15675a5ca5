// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/formats/RecordFormat.h"
#include "data/simulator/Simulator.h"
#include "kafka/Connection.h"
#include "metrics/BestPossible.h"
#include "pipeline/runs/JobContext.h"
#include "pipeline/writing/TopicTarget.h"

#include <array>
#include <deque>

namespace millrace
{

struct SimulateConfig {
    std::filesystem::path home;
    SimulatorProfile profile;
    std::int64_t rows = 100000; ///< 0: until a stop is requested; to a topic only
    double seconds = 0;         ///< to a topic: no longer than this; 0 no limit
    std::uint64_t seed = 1;
    std::filesystem::path out; ///< a CSV, gzip where its name ends in .gz; empty: to the topic
    int decimals = 0;          ///< of each number, as 1.250e-01; 0: as short as it reads back the same
    Connection connection;
    std::string topic;
    std::string format = defaultRecordFormat(); ///< of the topic's records
    int partitions = 1;
    Existing existing = Existing::Append;
    double rate = 0;                  ///< to a topic: records a second; 0: as fast as it goes
    std::int64_t retentionBytes = -1; ///< of each partition where the topic is made; −1 all is kept
    std::vector<DriftTurn> drift;
};

struct SimulateResult {
    std::int64_t records = 0;                ///< that were written, or delivered
    std::vector<std::int64_t> classCounts{}; ///< of all that were drawn; none of a regression
    nlohmann::json best{};                   ///< the best scores of these, by name
    std::deque<DriftTurn> drift{};           ///< the last turns that were made
    std::string attribution;
    std::uint64_t seed = 1;
    std::filesystem::path file; ///< empty: to the topic
    std::string topic;
    bool stopped = false; ///< of a topic: by its user
    double seconds = 0;
};
nlohmann::json toJson(const SimulateResult& result);

/// Draws events and writes them as a CSV in the profile's layout (as a whole, or not at all), or publishes them with
/// the label as key. What comes out is marked as simulated, with the best possible accuracy, loss and AUC of just this
/// set. While it goes to a topic, rate and knobs can be turned (JobContext), each tenth of a second is a MetricPoint
/// with the best possible accuracy and loss of its events, and a view says where the knobs stand. A stop ends a CSV
/// with an error, a stream with its result. The result's fields are in session/README.md.
Result<SimulateResult> simulate(const SimulateConfig& config, JobContext& context);

/// The profile that a file holds.
Result<SimulatorProfile> readProfile(const std::filesystem::path& file);

} // namespace millrace
