// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Task.h"
#include "pipeline/runs/RunCatalog.h"

namespace millrace
{

// What a run's model is asked for, with the names that its classes have for people: also of two that messages tell as 0
// and 1. Read from files, so not on the main thread.

/// Of a run by folder or name; without one the default: two classes.
Task taskOfRun(const RunCatalog& runs, const std::filesystem::path& home, const std::string& run);
/// Of a job that is under way and does not tell its run: of the newest run of its kind with that topic, else of the
/// topic as far as it is known.
Task taskOfJob(const RunCatalog& runs, const std::filesystem::path& home, const std::string& kind,
               const std::string& topic);
/// The task with the names of classes of the same kind of task, where it has none of its own.
Task withNamesOf(const Task& named, const Task& task);
/// That a result names; its classes have no names there.
std::optional<Task> taskInResult(const nlohmann::json& result);

} // namespace millrace
