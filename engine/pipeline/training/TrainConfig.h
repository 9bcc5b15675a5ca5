// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/RoleWishes.h"
#include "data/splits/SplitSpec.h"
#include "model/ModelSpec.h"
#include "pipeline/reading/RecordSource.h"
#include "pipeline/reading/StreamBounds.h"
#include "pipeline/runs/RunFolder.h"
#include "pipeline/training/ClassWeights.h"
#include "pipeline/training/TrainBudget.h"

namespace millrace
{

/// What a training is asked to do.
struct TrainConfig {
    Connection connection;
    std::filesystem::path home;
    nlohmann::json section;    ///< as asked for, for run.json
    std::string run = "train"; ///< name
    std::string topic;
    std::string format = defaultRecordFormat(); ///< of its records
    int partition = -1;                         ///< −1: the only one; a new run on a topic of several is refused
    StreamStart from;
    StreamEnd until;
    RoleWishes roles; ///< of the columns of a topic that nobody has published here
    std::string preset = defaultPreset();
    std::optional<ModelSpec> model; ///< instead of the preset
    /// Encoders and standardization are fitted to what is to be learnt; else every column is a number, taken as it is.
    /// Of a model that is given its own hold.
    bool prepares = true;
    std::optional<SplitSpec> validation; ///< how the validation part is drawn; nullopt: as the topic itself was
    ClassWeightWish classWeights;
    std::optional<double> threshold = kEvenThreshold; ///< of two classes; nullopt: found on the validation part
    BudgetWish wish;                                  ///< as asked for,
    TrainBudget budget;                               ///< and decided by the plan
    std::uint64_t seed = 1;
    int threads = 0; ///< that share a step; 0: as measured, see ThreadChoice.h
    OnError onError = OnError::Skip;
    std::chrono::milliseconds checkpointEvery{30000};       ///< besides the end of each epoch, pause and stop
    double keepMegabytes = FolderBudget::kDefaultMegabytes; ///< of the run's folder
    std::int64_t checkpointSteps = 0;                       ///< and every so many steps; 0 off
    bool continues = false; ///< with the newest run of this topic and name, where there is one
    std::string resume;     ///< a run to go on with from its last checkpoint, bit-identically
    std::string reproduce;  ///< a run to do again as its journal says, up to its last checkpoint
    bool skipLost = false;  ///< go on without records that retention has deleted
};

} // namespace millrace
