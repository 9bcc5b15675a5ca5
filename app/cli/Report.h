// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/ExperimentRun.h"

namespace millrace
{

// The human forms of results.
std::string trainReport(const nlohmann::json& result);
std::string evaluateReport(const nlohmann::json& result);
std::string onlineReport(const nlohmann::json& result);
std::string predictReport(const nlohmann::json& result);
std::string publishReport(const nlohmann::json& result);
std::string detectorsReport(const nlohmann::json& result);
/// Of a profile and how near its events are to the rows.
std::string fitReport(const nlohmann::json& result);
std::string proposalReport(const nlohmann::json& result);
std::string summaryReport(const nlohmann::json& result);
/// The last table of a tutorial: what each step did and took, the epochs, the evaluation with lag, the mini-datasets.
std::string experimentReport(const ExperimentRun& run);
/// The same, and where a model was trained and scored what came of it in one sentence.
std::string learnReport(const ExperimentRun& run);
/// The rows of kafka-consumer-groups --describe; nothing where there are none.
std::string groupTable(const nlohmann::json& rows);
/// Of a group that is there, but has no rows: an empty table would look like a failure.
std::string committedNothing(const std::string& group);
/// A look of the lag monitor, with the total below.
std::string lagTable(const nlohmann::json& look);

} // namespace millrace
