// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/runs/JobContext.h"

namespace millrace
{

/// "All 2,990 records were of class 1: …", of a result that says so; empty otherwise.
std::string onlyClassSentence(const nlohmann::json& result);

/// `only_class` of a result: the class's index where all labels were of one; null where there were several, or none.
/// Where there is one a warning says that nothing could be told apart: an accuracy of 1 would read as a success.
/// counts: records by class; empty where they are not known, or the task has no classes.
nlohmann::json onlyClassOf(const std::vector<std::int64_t>& counts, JobContext& context);
/// The same of what figures count as "confusion", where they do.
nlohmann::json onlyClassOf(const nlohmann::json& figures, JobContext& context);

} // namespace millrace
