// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Predictions.h"
#include "pipeline/reading/GroupJob.h"
#include "pipeline/writing/TopicTarget.h"

namespace millrace
{

struct PredictConfig {
    GroupJobConfig stream;
    std::string run;                      ///< whose newest checkpoint predicts: folder or name
    std::filesystem::path file;           ///< or this checkpoint
    std::string to;                       ///< the predictions' topic; made when it is missing,
    int partitions = -1;                  ///< with so many partitions; −1: as many as the topic has
    Existing existing = Existing::Append; ///< what to do where it holds records already
    PredictionFormat format = PredictionFormat::Json;
};

struct PredictResult {
    GroupJobResult job;
    Task task;
    std::string to;           ///< the topic, or of a file the CSV
    std::int64_t records = 0; ///< predicted, and committed
    std::vector<std::int64_t>
        classCounts; ///< of these, by the class that was predicted; none where there are no classes
    std::int64_t transactions = 0;
};
nlohmann::json toJson(const PredictResult& result);

/// Predicts the records of a topic as a member of a consumer group, and writes a message for each to another topic: the
/// record's key, the prediction, and the headers "partition" and "offset" of the record and "run" of the model. What
/// is written and the offsets are committed together (TransactionalReader): a reader of committed records sees each
/// record's prediction exactly once. Keys need not be labels. Where both topics have as many partitions, a record's
/// prediction goes into the partition of the same number. Leaves a run folder that names its parent. The result's
/// fields are in session/README.md. Runs on the calling thread.
Result<PredictResult> predict(const PredictConfig& config, JobContext& context);

/// Whether a run of this home has written predictions to the topic.
bool predictedInto(const std::filesystem::path& home, const std::string& topic);

/// What the run's model says of one record by hand: its value, in the format of those that the run has learnt.
/// ErrorCode::BadData names the column.
struct HandPredicted {
    Task task;
    std::vector<float> outputs;
};
Result<HandPredicted> predictByHand(const std::filesystem::path& home, const std::string& run, const std::string& line);

} // namespace millrace
