// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Predictions.h"
#include "pipeline/reading/GroupReader.h"
#include "pipeline/writing/TopicTarget.h"

namespace millrace
{

struct PredictConfig {
    Connection connection;
    std::filesystem::path home;
    nlohmann::json section;
    std::string run;            ///< whose newest checkpoint predicts: folder or name
    std::filesystem::path file; ///< or this checkpoint
    std::string topic, group;
    std::string fromFormat = defaultRecordFormat(); ///< of that topic's records
    std::string to;                                 ///< the predictions' topic; made when it is missing,
    int partitions = -1;                            ///< with so many partitions; −1: as many as the topic has
    Existing existing = Existing::Append;           ///< what to do where it holds records already
    PredictionFormat format = PredictionFormat::Json;
    std::chrono::milliseconds interval{1000}; ///< a transaction commits so often
    StreamEnd until;
    OnError onError = OnError::Skip;
};

/// Predicts the records of a topic as a member of a consumer group, and writes a message for each to another topic: the
/// record's key, the prediction, and the headers "partition" and "offset" of the record and "run" of the model. What
/// is written and the offsets are committed together (TransactionalReader): a reader of committed records sees each
/// record's prediction exactly once. Keys need not be labels. Where both topics have as many partitions, a record's
/// prediction goes into the partition of the same number. Leaves a run folder that names its parent. The result's
/// fields are in session/README.md. Runs on the calling thread.
Result<nlohmann::json> predict(const PredictConfig& config, JobContext& context);

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
