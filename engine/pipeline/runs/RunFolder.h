// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/AppendFile.h"
#include "base/Files.h"
#include "data/Rejections.h"
#include "metrics/MetricBuffer.h"
#include "pipeline/runs/FolderBudget.h"
#include "pipeline/runs/RunCheckpoints.h"
#include "pipeline/runs/RunJournal.h"
#include "pipeline/runs/RunLog.h"

#include <memory>
#include <set>

namespace millrace
{

/// One run's folder while it is written: runs/<UTC>-<name>/ with run.json, journal.jsonl, metrics.csv, checkpoints/,
/// model/, rejected.csv, log.txt. Made exclusively and locked as long as the object lives. Not thread-safe, but for
/// log() and journal(), and saveCheckpoint(), which may run on a thread of its own beside the rest, one call at a time.
/// rejected() is the ingest thread's.
class RunFolder
{
public:
    static Result<RunFolder> create(const std::filesystem::path& runs, const std::string& name,
                                    nlohmann::json description);

    /// Takes over the folder of a run that ended before its time. Refused while another process has it: the error names
    /// it.
    static Result<RunFolder> reopen(const std::filesystem::path& path);
    /// Says in run.json that the run goes on.
    Status markResumed();

    [[nodiscard]] const nlohmann::json& description() const { return m_description; } ///< run.json
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    [[nodiscard]] std::string name() const { return m_path.filename().string(); }
    Rejections& rejected() { return m_rejected; }
    [[nodiscard]] const Rejections& rejected() const { return m_rejected; }
    /// Appends a line to metrics.csv. Every step comes here, unmerged. The error is also that of a log() before.
    Status addMetric(const MetricPoint& point);
    /// How long metrics.csv is now, dropped parts included, and making it so long again: the steps after that are done
    /// anew.
    Result<std::int64_t> metricsBytes();
    Status cutMetrics(std::int64_t bytes);
    /// How much may be kept. What resume needs always is.
    void setBudget(double megabytes);
    [[nodiscard]] const FolderBudget& budget() const { return m_budget; }
    /// Decisions about mini-datasets before this one are needed by no checkpoint: they may be dropped from the journal.
    void setJournalNeeds(std::int64_t miniDataset);
    /// What was dropped to stay within the budget, by file: bytes, or entries of the journal; null: nothing.
    static nlohmann::json dropped(const std::filesystem::path& run);
    /// Says in the log what of a file of parts is dropped by now.
    void logDropped(const char* file);
    /// A decision of the clock or a person, written before it takes effect.
    Status journal(nlohmann::json entry);
    /// checkpoints/<step>.safetensors; the last three are kept, and those of the steps in `needed`.
    Status saveCheckpoint(const Checkpoint& checkpoint, const std::set<std::int64_t>& needed = {});
    /// Once less is needed than when the last one was saved.
    void removeOlderCheckpoints(const std::set<std::int64_t>& needed) { m_checkpoints.removeOlder(needed); }
    /// The step of the oldest one that is kept; −1: there is none.
    [[nodiscard]] std::int64_t oldestCheckpoint() const;
    /// model/<name>.safetensors, of which the oldest go where they are too many. For people: nothing reads it again.
    Status saveSnapshot(const std::string& name, const Checkpoint& checkpoint);
    /// Forgets the checkpoints of later steps; −1: all.
    Status dropCheckpointsAfter(std::int64_t step);
    /// Adds to what run.json will say at the end.
    void describe(const std::string& key, nlohmann::json value) { m_description[key] = std::move(value); }
    /// Says in run.json that its user paused the run, or let it go on: for those who watch from outside.
    Status setPaused(bool paused);
    /// Writes run.json anew with status and result.
    Status finish(const std::string& status, const nlohmann::json& result);
    void log(const std::string& line);
    /// Ends the run with the job's error, in log.txt and run.json as far as they can be written, and hands it out:
    /// where the disk is full it says what is kept, and the line that goes on.
    [[nodiscard]] Error finishFailed(Error error);

private:
    RunFolder(std::filesystem::path path, FileLock lock, nlohmann::json description);
    std::filesystem::path m_path;
    FileLock m_lock;
    nlohmann::json m_description;
    Rejections m_rejected;
    [[nodiscard]] std::string adviceForFullDisk() const;
    FolderBudget m_budget;
    AppendFile m_metrics;
    std::string m_line; ///< of metrics.csv; kept for its room
    std::unique_ptr<RunLog> m_log;
    std::unique_ptr<RunJournal> m_journal;
    RunCheckpoints m_checkpoints;
};

} // namespace millrace
