// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/ExperimentRun.h"

#include <string>

namespace millrace
{

/// What came of an experiment that trains, and evaluates what it has trained: the score on records that were not learnt
/// with its interval, beside the majority (or the mean) and beside the baseline, where there is one. Empty without an
/// evaluation that scored something.
std::string learnSentence(const ExperimentRun& run);
/// The same of the results: of the evaluation and of the baseline's (null: there is none). appended: the topics held
/// other records before, and what was scored may be among what was learnt.
std::string learnSentence(const nlohmann::json& test, const nlohmann::json& baseline, bool appended = false);

} // namespace millrace
