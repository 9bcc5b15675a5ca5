// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Rejections.h"
#include "data/simulator/Nearness.h"
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
    bool hasPrior = false;
    double prior = 0; ///< of two classes: share of class 1 among simulated events
    Nearness nearness{};
    double seconds = 0;
};
nlohmann::json toJson(const FitResult& result); ///< session/README.md has the fields

/// Fits a simulator profile to a CSV of any task: the copula over all rows, and a label network (16 tanh units on
/// standardised numbers and one-hot texts) with Millrace's own learner; of two classes it then shifts the network's
/// offset so that simulated events have the prior. Then it draws as many events as there are rows (20,000 at most) and
/// tells how near they are. A text column of more than 1,000 levels is left out, with a note.
Result<FitResult> fitProfile(const FitConfig& config, JobContext& context);

} // namespace millrace
