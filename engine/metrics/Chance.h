// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/ScoreTable.h"

#include <cstdint>
#include <string>
#include <vector>

namespace millrace
{

/// That a model's scores are those of a guess, as a sentence with the likely causes; empty where they are better, or
/// nobody can tell (fewer than ten records of a class). Of two classes the AUC's interval holds .5 or lies below it; of
/// more, kappa is within what no agreement gives in 95 of 100 such sets; of numbers R² is not above 0. That accuracy
/// equals the majority's says nothing where classes are rare. scores and classCounts: of unweighted records.
std::string chanceSentence(TaskKind task, const ScoreTable& scores, const std::vector<std::int64_t>& classCounts);

} // namespace millrace
