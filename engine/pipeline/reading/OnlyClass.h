// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/runs/JobContext.h"

namespace millrace
{

/// "All 2,990 records were of class 1: …", of a result in which tellOnlyClass() found it; empty otherwise.
std::string onlyClassSentence(const nlohmann::json& result);

/// Sets `only_class` of the result: 0 or 1 where all labels were of it; null where there were both, or none. Then a
/// warning says that nothing could be told apart: an accuracy of 1 would read as a success.
void tellOnlyClass(std::int64_t zeros, std::int64_t ones, JobContext& context, nlohmann::json& result);
/// The same of what the result's `confusion` counts.
void tellOnlyClass(JobContext& context, nlohmann::json& result);

} // namespace millrace
