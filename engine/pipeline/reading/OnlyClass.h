// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Task.h"
#include "pipeline/runs/JobContext.h"

namespace millrace
{

/// The class's index where all labels were of one; nullopt where there were several, or none.
using OnlyClass = std::optional<std::int64_t>;

/// Where there is one a warning says that nothing could be told apart: an accuracy of 1 would read as a success.
/// counts: records by class; empty where they are not known, or the task has no classes.
OnlyClass onlyClassOf(const std::vector<std::int64_t>& counts, JobContext& context);

/// Of a training: warns of classes that had no record, which it cannot have learnt.
void tellMissingClasses(const Task& task, const std::vector<std::int64_t>& counts, JobContext& context);

/// As a result's `only_class`.
nlohmann::json toJson(const OnlyClass& only);
OnlyClass onlyClassIn(const nlohmann::json& result);

/// "All records were of class 1: …"; empty where they were not of one.
std::string onlyClassSentence(const OnlyClass& only);

} // namespace millrace
