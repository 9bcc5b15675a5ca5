// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Rejections.h"
#include "data/Task.h"
#include "metrics/ScoreTable.h"
#include "pipeline/reading/NothingRead.h"
#include "pipeline/reading/OnlyClass.h"

#include <nlohmann/json.hpp>

namespace millrace
{

/// Where labels come late: how many records and labels have not found each other.
struct LateLabels {
    std::int64_t waiting = 0;       ///< records that wait for theirs
    std::int64_t late = 0;          ///< records that waited in vain
    std::int64_t unmatched = 0;     ///< labels of no record
    std::int64_t deletedUnread = 0; ///< offsets of the labels' topic that retention took before they were read
};

struct OnlineResult {
    std::string run, parent; ///< parent: empty where it began with new weights
    std::string group, topic;
    Task task;
    std::int64_t records = 0; ///< that were scored before they were learnt
    ScoreTable scores;
    nlohmann::json figures;            ///< Prequential::figures()
    std::int64_t windowRecords = 0;    ///< the last of them,
    ScoreTable windowed;               ///< and their scores
    std::vector<std::int64_t> classes; ///< of these by class; none where the task has none
    OnlyClass onlyClass;
    nlohmann::json drifts, miniDatasets; ///< the last ones, as OnlineState has them
    std::int64_t miniDatasetCount = 0;   ///< of all
    int batch = 0;                       ///< records a step
    std::int64_t steps = 0;
    int pass = 1, passes = 1;
    std::int64_t repeated = 0;                ///< records that later passes have learnt again
    double seconds = 0, recordsPerSecond = 0; ///< with joining the group, and those of earlier lives
    /// From the first to the last learnt record of this life, and records a second of that.
    double learningSeconds = 0, learningRate = 0;
    RejectionReport rejections;
    std::int64_t skipped = 0;       ///< records that were passed over since the lag was too long
    std::int64_t deletedUnread = 0; ///< offsets that retention took before they were read
    std::optional<LateLabels> labels;
    nlohmann::json dropped;         ///< as RunFolder::dropped() has it
    std::optional<bool> identical;  ///< of a reproduction: the weights are those of the other run, bit by bit
    std::vector<std::string> notes; ///< what was told before it began
    NothingNew nothing;
    bool simulated = false;
    nlohmann::json best; ///< the best possible scores of a simulated set, else null
    bool stopped = false;
};
nlohmann::json toJson(const OnlineResult& result);

} // namespace millrace
