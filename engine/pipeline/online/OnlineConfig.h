// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/online/DriftWatch.h"
#include "pipeline/reading/RecordSource.h"
#include "pipeline/reading/StreamBounds.h"
#include "pipeline/runs/RunFolder.h"
#include "pipeline/training/ClassWeights.h"
#include "train/Learner.h"

namespace millrace
{

/// What a resumed run does where the group's committed offset is not its own: somebody reset it.
enum class ForeignOffset {
    Refuse,
    Checkpoint, ///< goes on where the run's checkpoint stands
    Group,      ///< goes on where the group stands
};

/// What an online run is asked to do.
struct OnlineConfig {
    Connection connection;
    std::filesystem::path home;
    nlohmann::json section;
    std::string run; ///< the parent; empty: a new model from the preset
    std::string preset = "tutorial";
    std::string topic, group;
    std::string format = defaultRecordFormat(); ///< of the topic's records, and of late labels
    StreamStart from;                           ///< of a new run, in partitions where the group has committed nothing
    StreamEnd until;
    int records = 10000;                   ///< a mini-dataset closes when it has so many
    std::chrono::milliseconds linger{200}; ///< or when this has passed with something in it
    int epochs = 3;
    int passes = 1; ///< over the stream's records: the group reads them once, later passes learn them again
    int batch = 32;
    int shuffle = 32;
    OptimizerSpec optimizer;      ///< of a new model; a parent's goes on
    bool setLearningRate = false; ///< the optimizer's rate counts for a parent's model too
    ClassWeightWish classWeights; ///< by name: a stream's classes are not counted beforehand
    std::uint64_t seed = 1;
    OnError onError = OnError::Skip;
    bool normalise = false; ///< running mean and deviation of each feature, saved with the model
    DriftSettings drift;
    double keepMegabytes = FolderBudget::kDefaultMegabytes; ///< of the run's folder
    bool keepScores = true; ///< every prediction in scores.csv; without it the scores of a resumed run begin anew
    std::string labelTopic; ///< labels come late, in a topic of their own; empty: each record has its label as key
    std::string labelJoin = "key";                  ///< see parseJoinKey()
    std::int64_t labelHorizon = 100000;             ///< further records for which a record waits for its label
    std::int64_t skipLag = 0;                       ///< skip ahead when a partition's lag exceeds this; 0 never
    std::int64_t checkpointSteps = 0;               ///< besides after mini-datasets, at pause and stop; 0 off
    std::chrono::milliseconds checkpointEvery{200}; ///< not more often than this after mini-datasets
    bool continues = false;                         ///< with the group's earlier run, where there is one
    std::string resume;                             ///< a run to go on with from its last checkpoint
    std::string reproduce; ///< a run to do again as its journal says, up to its last checkpoint
    bool skipLost = false; ///< go on without records that retention has deleted
    ForeignOffset foreignOffset = ForeignOffset::Refuse;
};

} // namespace millrace
