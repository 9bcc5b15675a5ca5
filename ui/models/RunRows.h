// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/RowsModel.h"
#include "pipeline/runs/RunCatalog.h"

namespace millrace
{

class Job;

// The list of runs: a row each, and what can be said of a run and of what can be done with it.

/// The columns of the list; the main scores follow.
namespace runColumn
{
enum Place { Name, Kind, Status, Started, Topic, Records, FirstScore };
}
QList<RowsColumn> runColumns();
/// Of folders, which show the run's name.
RowsColumn runNameColumn();
/// "20260131T123456Z-events" → "events"
QString runNameIn(const QString& folder);
QVariantList runRow(const RunInfo& run);

/// How the run ended: its status, but of one that is done and got nothing what it did not do: "nothing new", "nothing
/// scored", …
std::string outcomeOf(const RunInfo& run);
const nlohmann::json& configurationOf(const RunInfo& run);
bool isLearning(const RunInfo& run); ///< a training, or an online run

// Why something cannot be done with the run (nullptr: none is selected), as a sentence; empty where it can be done.
QString whyNotResumed(const RunInfo* run, bool hasBroker);
QString whyNotReproduced(const RunInfo* run, bool hasBroker);
QString whyNotUsed(const RunInfo* run); ///< it has no model
QString whyNotDeleted(const RunInfo* run, const std::vector<RunInfo>& runs, const QList<Job*>& live);

/// Those that evaluate, go on from, repeat or predict with the run.
std::vector<std::string> runsBuiltOn(const RunInfo& run, const std::vector<RunInfo>& runs);

} // namespace millrace
