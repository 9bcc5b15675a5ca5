// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/simulator/Simulator.h"
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

/// Fits a simulator profile to a CSV: the copula over all rows, and a label network (16 tanh units on standardised
/// features) with Millrace's own learner; then shifts its offset so that simulated events have the prior. The
/// result's fields are in session/README.md.
Result<nlohmann::json> fitProfile(const FitConfig& config, JobContext& context);

} // namespace millrace
