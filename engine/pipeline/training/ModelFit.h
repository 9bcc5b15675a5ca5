// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/ModelSpec.h"
#include "pipeline/reading/ValidationPart.h"

namespace millrace
{

/// What is done with a column of a topic, and why: for people.
struct PreparedColumn {
    std::string column, what, why, question; ///< question: as ColumnPlan has it
};
nlohmann::json toJson(const std::vector<PreparedColumn>& columns);

struct FittedModel {
    ModelSpec model;
    std::vector<PreparedColumn> columns; ///< in the topic's order
    std::int64_t rows = 0;               ///< that were looked at
    std::vector<double> onlyValues{};    ///< by target: the one that all records have; NaN of several, or unknown
};

/// A preset for a topic's records, with encoders and standardization that fit what is to be learnt of them: about
/// 100,000 records at most, in seeded blocks, none of the validation part. A regression gets its targets' mean and
/// deviation. ErrorCode::BadData where no column is left to learn from.
/// Of a table that is parted by time, what is elapsed is no feature.
Result<FittedModel> fitModel(const std::string& preset, const ValidationSource& source, bool isByTime,
                             JobContext& context);

} // namespace millrace
