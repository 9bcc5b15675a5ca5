// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Rejections.h"
#include "data/simulator/Simulator.h"
#include "metrics/ScoreTable.h"
#include "pipeline/runs/JobContext.h"

namespace millrace
{

struct FitConfig {
    std::filesystem::path file;
    Schema schema;
    std::filesystem::path out;
    double prior = -1; ///< share of class 1 to set; −1: the file's
    std::string attribution;
    std::uint64_t seed = 1;
};

struct FitResult {
    std::filesystem::path file;
    std::int64_t records = 0; ///< that the label network was scored on,
    ScoreTable scores;
    nlohmann::json figures; ///< and Scores::figures() of them
    std::size_t rows = 0;   ///< of the CSV that could be used
    RejectionReport rejections;
    double prior = 0; ///< share of class 1 among simulated events
    double seconds = 0;
};
nlohmann::json toJson(const FitResult& result); ///< session/README.md has the fields

/// Fits a simulator profile to a CSV: the copula over all rows, and a label network (16 tanh units on standardised
/// features) with Millrace's own learner; then shifts its offset so that simulated events have the prior.
Result<FitResult> fitProfile(const FitConfig& config, JobContext& context);

} // namespace millrace
