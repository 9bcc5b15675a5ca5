// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/RecordDecoder.h"
#include "pipeline/runs/JobContext.h"
#include "pipeline/runs/RunCatalog.h"

namespace millrace
{

/// A model taken from a run's newest good checkpoint, ready to predict or to learn on.
struct TrainedModel {
    RunInfo run;
    ModelSpec model;
    Schema records; ///< of those that it has learnt from; of an earlier build's: the features alone
    OptimizerSpec optimizer;
    LearnerState state;
    std::unique_ptr<Learner> learner;

    /// What a checkpoint of the run holds.
    static Result<TrainedModel> of(RunInfo run, const Checkpoint& checkpoint, std::uint64_t seed = 1);
    /// A torn checkpoint that was passed over is told as a note.
    static Result<TrainedModel> load(const RunCatalog& runs, const std::string& run, JobContext& context,
                                     std::uint64_t seed = 1);
    /// Of a checkpoint's file, whose name is the run's then.
    static Result<TrainedModel> loadFile(const std::filesystem::path& file);
};

/// The name of the format of the records that a run has learnt from.
std::string recordFormatNameOf(const RunInfo& run);
/// The format itself, of records that hold the features of the model of the run's newest checkpoint; without a learner,
/// so this is quick.
Result<std::unique_ptr<RecordFormat>> recordFormatOf(const RunCatalog& runs, const std::string& run);

/// What a checkpoint says of the records that were learnt.
Result<Schema> recordsIn(const Checkpoint& checkpoint, const ModelSpec& model);
/// What a model takes of each record.
RecordInput inputOf(const ModelSpec& model);

/// A learner for a model, with new weights by the seed; opens the learner module at first use.
Result<std::unique_ptr<Learner>> makeLearner(const ModelSpec& model, const OptimizerSpec& optimizer,
                                             std::uint64_t seed);

} // namespace millrace
