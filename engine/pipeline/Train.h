// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/Ingest.h"
#include "pipeline/NothingRead.h"
#include "pipeline/RunFolder.h"
#include "train/Learner.h"

namespace millrace
{

struct TrainConfig {
    Connection connection;
    std::filesystem::path home;
    nlohmann::json section;    ///< as asked for, for run.json
    std::string run = "train"; ///< name
    std::string topic;
    int partition = -1; ///< −1: the only one; a new run on a topic of several is refused
    StreamStart from;
    StreamEnd until;
    std::string preset = "tutorial";
    std::optional<ModelSpec> model; ///< instead of the preset
    OptimizerSpec optimizer;
    int epochs = 10;
    int batch = 64;
    int shuffle = 64;
    std::uint64_t seed = 1;
    int threads = 0; ///< that share a step; 0: as measured, see ThreadChoice.h
    OnError onError = OnError::Skip;
    std::chrono::milliseconds checkpointEvery{30000};       ///< besides the end of each epoch, pause and stop
    double keepMegabytes = FolderBudget::kDefaultMegabytes; ///< of the run's folder
    std::int64_t checkpointSteps = 0;                       ///< and every so many steps; 0 off
    bool goOn = false;     ///< with the newest run of this topic and name, where there is one
    std::string resume;    ///< a run to go on with from its last checkpoint, bit-identically
    std::string reproduce; ///< a run to do again as its journal says, up to its last checkpoint
    bool skipLost = false; ///< go on without records that retention has deleted
};

struct EpochResult {
    int epoch = 1;
    std::int64_t records = 0;
    double loss = 0; ///< mean over the epoch's records, each scored before its step
    double accuracy = 0;
    double seconds = 0;
    std::int64_t deleted = 0; ///< offsets that it did without, since retention took them
};

struct TrainResult {
    std::string run;
    int partition = 0;
    std::vector<EpochResult> epochs;
    std::int64_t steps = 0;
    std::int64_t records = 0;
    std::int64_t rejected = 0;
    std::int64_t deletedUnread = 0;                       ///< offsets that some epoch did without
    nlohmann::json rejections = nlohmann::json::object(); ///< as Rejections::tell() has them
    std::int64_t parameters = 0;
    int threads = 1; ///< that shared a step
    double seconds = 0;
    std::string limitedBy;
    bool stopped = false;           ///< by the user; the last state is kept
    std::vector<std::string> notes; ///< what was said before it began
    NothingNew nothing;             ///< it went on with a run that had learnt all of it
    bool simulated = false;
    nlohmann::json best;
    std::int64_t ones = 0;         ///< of the records, in all passes; −1: not known
    nlohmann::json onlyClass;      ///< as tellOnlyClass() has it
    nlohmann::json dropped;        ///< as RunFolder::dropped() has it
    std::optional<bool> identical; ///< of a reproduction: the weights are those of the other run, bit by bit
};
nlohmann::json toJson(const TrainResult& result);

/// Trains a model from one partition, epoch after epoch, and leaves a run folder behind; see TrainPlan.h for what
/// resuming and reproducing mean. Runs on the calling thread
/// (the training thread) with an ingest thread of its own. A stop request ends it with a checkpoint, as a result whose
/// `stopped` is set.
Result<TrainResult> train(const TrainConfig& config, JobContext& context);

} // namespace millrace
