// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/Evaluate.h"
#include "pipeline/Predict.h"
#include "pipeline/training/FileBatches.h"

namespace millrace
{

struct PredictFileConfig {
    FileJobConfig file;
    std::string run;             ///< whose newest checkpoint predicts: folder or name
    std::filesystem::path model; ///< or this checkpoint
    std::filesystem::path out;   ///< the CSV to write,
    bool replaces = false;       ///< also where it is there already
};

/// Predicts the rows of a file and writes them to a CSV, in their order, each with all its fields as they stand and
/// what predictedNames() tells; a row that cannot be used has nothing there. The CSV gets its name when it is whole.
/// Leaves a run folder that names its parent. Runs on the calling thread. ErrorCode::Usage, with the answer,
/// where the CSV is there and not to be replaced.
Result<PredictResult> predictFile(const PredictFileConfig& config, JobContext& context);

struct EvaluateFileConfig {
    FileJobConfig file;
    std::string run;
};

/// Scores a trained run on the rows of a file with labels. The result is that of evaluate(), without a group.
Result<EvaluateResult> evaluateFile(const EvaluateFileConfig& config, JobContext& context);

} // namespace millrace
