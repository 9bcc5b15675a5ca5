// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/reading/Ingest.h"
#include "pipeline/reading/ResumeGuards.h"
#include "pipeline/reading/ValidationPart.h"
#include "pipeline/training/TrainConfig.h"

namespace millrace
{

/// All that a run needs to begin, or to go on, asked of the broker and read from its folder beforehand.
struct TrainPlan {
    RunFolder run;
    ModelSpec model;
    Graph graph;
    IngestConfig ingest;
    TrainConfig config;                     ///< with its budget
    Schema records;                         ///< of the topic
    ValidationSplit validation;             ///< what of it is not learnt
    std::optional<Checkpoint> checkpoint{}; ///< where it goes on
    std::deque<RateChange> rates{};         ///< of the journal, still to come
    std::int64_t lastStep = -1;             ///< where a reproduction ends; −1 at the end of the stream
    std::size_t lastEpochs = 0;             ///< and so many epochs have ended there
    std::optional<LearnerState> expected{}; ///< what a reproduction must come to
    std::optional<int> threads{};           ///< of a step, where that is decided already
};

/// A linear model needs no early stopping; whoever gives a model, or takes the columns as they are, says the rest, too.
Sizing sizingOf(const TrainConfig& config);

/// The part of a range of the topic that is not learnt, but scored.
ValidationSource validationSource(const TrainConfig& config, Schema records, ValidationSplit split, std::int64_t start,
                                  std::int64_t end);

/// A new run in a new folder; or, with config.resume (or config.continues: see EarlierTraining.h), an old one from its
/// last good checkpoint (from its beginning when it has none); or, with config.reproduce, a new run that does again
/// what an old one did, up to its last checkpoint.
///
/// The two latter are refused (ErrorCode::BadData) on another cluster, and where the partition does not hold the record
/// that the run read last; and, unless config.skipLost, where records that it still needs were deleted.
/// A resumed run keeps its configuration (ErrorCode::Usage names what differs), but for the number of epochs.
Result<TrainPlan> planTraining(const TrainConfig& asked, JobContext& context);

} // namespace millrace
