// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/runs/JobContext.h"

namespace millrace
{

/// "All 2,990 records were of class 1: …", of a result in which tellOnlyClass() found it; empty otherwise.
std::string onlyClassSentence(const nlohmann::json& result);

/// Sets `only_class` of the result: the class's index where all labels were of one; null where there were several, or
/// none. Then a warning says that nothing could be told apart: an accuracy of 1 would read as a success. counts:
/// records by class; empty where they are not known, or the task has no classes.
void tellOnlyClass(const std::vector<std::int64_t>& counts, JobContext& context, nlohmann::json& result);
/// The same of what the result's `confusion` counts, where it has one.
void tellOnlyClass(JobContext& context, nlohmann::json& result);

} // namespace millrace
