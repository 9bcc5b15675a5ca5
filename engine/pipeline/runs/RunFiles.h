// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

/// The files of a run's folder, as those name them who write and read them.
namespace millrace
{

inline constexpr std::string_view kRunFile = "run.json";
inline constexpr std::string_view kLockFile = "lock";
inline constexpr std::string_view kToldFile = "interruption-told"; ///< somebody knows that the run ended unexpectedly
inline constexpr auto kMetricsFile = "metrics.csv", kLogFile = "log.txt", kJournalFile = "journal.jsonl";
/// Of the folder of runs: those that a person has deleted and may still take back.
inline constexpr auto kTrashFolder = ".trash";
/// What to do where kRunFile cannot be read.
inline constexpr auto kUnreadableAdvice = "Mend that file, or delete the run's folder";

} // namespace millrace
