// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"
#include "pipeline/runs/JobContext.h"
#include "pipeline/training/TrainConfig.h"

#include <filesystem>

namespace millrace
{

/// What of a table's features would become numbers, and how: for people, before anything is published.
struct ColumnProposal {
    std::string column, what, why;
    int numbers = 0; ///< that are made of it; 0: it is left out
};

struct ProposeConfig {
    std::filesystem::path file;
    Schema schema;            ///< whose classes are known
    std::int64_t rows = 0;    ///< of the file that can be used, about
    std::string format, key;  ///< of the records, as the table would be published
    bool splitByTime = false; ///< what is elapsed is no feature then
    std::uint64_t seed = 1;   ///< of the sample where the columns have more texts than are counted
};

/// A look at 100,000 rows at most, spread over the file, as records of it would be read: by the same format, and with
/// the proposal of the same encoders, as a training makes it from the topic (training/ModelFit.h). There the records of
/// the training part alone count, so that details may differ.
Result<std::vector<ColumnProposal>> proposeColumns(const ProposeConfig& config, JobContext& context);

/// A model and its budget on a table, before anything is trained.
struct ModelForecast {
    std::vector<std::string> layers; ///< "Dense 64 relu"
    std::int64_t parameters = 0;
    TrainBudget budget;
    bool isSized = false; ///< the budget is by the number of rows; else the tutorial's
};
/// inputs: the numbers that a row becomes, of which a preset is made; rows: that are to be learnt, about.
Result<ModelForecast> forecastModel(const TrainConfig& config, const Task& task, int inputs, std::int64_t rows);

} // namespace millrace
