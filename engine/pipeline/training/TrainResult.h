// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Rejections.h"
#include "data/Task.h"
#include "metrics/Scores.h"
#include "pipeline/reading/NothingRead.h"
#include "pipeline/reading/OnlyClass.h"

#include <nlohmann/json.hpp>

namespace millrace
{

struct EpochResult {
    int epoch = 1;
    std::int64_t records = 0;
    double loss = 0;  ///< mean over the epoch's records, each scored before its step
    double score = 0; ///< likewise, the task's curve
    double seconds = 0;
    std::int64_t deleted = 0;             ///< offsets that it did without, since retention took them
    std::optional<CurvePoint> validation; ///< what the model after it says of the validation part, where there is one
};

/// As results and checkpoints have it.
nlohmann::json toJson(const EpochResult& epoch, const Task& task);
/// May throw what nlohmann-json throws.
EpochResult epochFromJson(const nlohmann::json& json, const Task& task);

/// Of a training that kept a part of the records to score itself by.
struct ValidationResult {
    std::int64_t records = 0;
    int bestEpoch = 0;         ///< the model is that of this epoch
    bool stoppedEarly = false; ///< more epochs did not help
    std::string criterion;     ///< the score by which it is the best
    ScoreTable scores;         ///< of the best epoch
};

struct TrainResult {
    std::string run;
    Task task;
    int partition = 0;
    std::vector<EpochResult> epochs;
    std::optional<ValidationResult> validation;
    std::int64_t forNeither = 0;                      ///< records that a column names for testing: left out
    std::vector<std::string> features;                ///< the columns that were learnt from
    nlohmann::json columns = nlohmann::json::array(); ///< what was done with each, and why, as run.json has it
    std::string weightColumn;                         ///< that records count by; empty: each counts 1
    std::int64_t steps = 0;
    std::int64_t records = 0;
    std::int64_t deletedUnread = 0; ///< offsets that some epoch did without
    RejectionReport rejections;
    std::int64_t parameters = 0;
    int threads = 1; ///< that shared a step
    double seconds = 0;
    std::string limitedBy;
    bool stopped = false;           ///< by the user; the last state is kept
    std::vector<std::string> notes; ///< what was said before it began
    NothingNew nothing;             ///< it went on with a run that had learnt all of it
    bool simulated = false;
    nlohmann::json best;
    std::vector<std::int64_t> classes; ///< records in all passes by class; empty: not known, or a task without
    OnlyClass onlyClass;
    nlohmann::json dropped;        ///< as RunFolder::dropped() has it
    std::optional<bool> identical; ///< of a reproduction: the weights are those of the other run, bit by bit
};
nlohmann::json toJson(const TrainResult& result);

} // namespace millrace
