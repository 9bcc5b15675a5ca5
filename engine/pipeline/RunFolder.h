// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Files.h"
#include "data/Rejections.h"
#include "metrics/MetricBuffer.h"
#include "train/Checkpoint.h"

#include <fstream>
#include <memory>
#include <mutex>
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
    Status goOn();

    [[nodiscard]] const nlohmann::json& description() const { return m_description; } ///< run.json
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    [[nodiscard]] std::string name() const { return m_path.filename().string(); }
    Rejections& rejected() { return m_rejected; }
    [[nodiscard]] const Rejections& rejected() const { return m_rejected; }
    /// Appends a line to metrics.csv. Every step comes here, unmerged.
    Status addMetric(const MetricPoint& point);
    /// How long metrics.csv is now, and making it so long again: the steps after that are done anew.
    [[nodiscard]] std::int64_t metricsBytes();
    Status cutMetrics(std::int64_t bytes);
    /// A decision of the clock or a person, written before it takes effect.
    Status journal(nlohmann::json entry);
    /// All that was journalled so far; a last line that a crash tore is left out.
    static std::vector<nlohmann::json> readJournal(const std::filesystem::path& run);
    /// checkpoints/<step>.safetensors; the last three are kept, and those of the steps in `needed`.
    Status saveCheckpoint(const Checkpoint& checkpoint, const std::set<std::int64_t>& needed = {});
    /// Forgets the checkpoints of later steps; −1: all.
    Status dropCheckpointsAfter(std::int64_t step);
    /// Adds to what run.json will say at the end.
    void describe(const std::string& key, nlohmann::json value) { m_description[key] = std::move(value); }
    /// Says in run.json that its user paused the run, or let it go on: for those who watch from outside.
    Status setPaused(bool paused);
    /// Writes run.json anew with status and result.
    Status finish(const std::string& status, const nlohmann::json& result);
    void log(const std::string& line);

private:
    RunFolder(std::filesystem::path path, FileLock lock, nlohmann::json description);
    std::filesystem::path m_path;
    FileLock m_lock;
    nlohmann::json m_description;
    Rejections m_rejected;
    std::ofstream m_metrics, m_log;
    std::unique_ptr<std::mutex> m_logMutex = std::make_unique<std::mutex>();
    std::vector<std::filesystem::path> m_checkpoints;
};

/// A run as the Runs page shows it.
struct RunInfo {
    std::string folder;         ///< "20260131T123456Z-susy"
    std::string name;           ///< "susy"
    std::string kind;           ///< "train", "evaluate", "online"
    std::string status;         ///< "running", "done", "failed", "cancelled", "interrupted" (its process is gone)
    std::string started;        ///< ISO time, UTC
    nlohmann::json description; ///< run.json whole: configuration, versions, result
    std::filesystem::path path;
    bool hasModel = false; ///< a checkpoint that can be evaluated and exported
    bool paused = false;   ///< by its user, while it is running
};

/// The runs in a folder; there is no other database.
class RunCatalog
{
public:
    explicit RunCatalog(std::filesystem::path runs) : m_runs(std::move(runs)) {}
    [[nodiscard]] std::vector<RunInfo> list() const; ///< newest first
    static RunInfo read(const std::filesystem::path& run);
    /// RUN is a folder name, or a name for its newest run with a model.
    [[nodiscard]] Result<RunInfo> find(const std::string& run) const;
    /// The newest good checkpoint; a torn one is passed over and said in `warning`.
    static Result<Checkpoint> loadCheckpoint(const RunInfo& run, std::string* warning = nullptr);
    /// Refused while the run is live.
    Status remove(const std::string& folder) const;

private:
    std::filesystem::path m_runs;
};

} // namespace millrace
