// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/AppendFile.h"
#include "base/Files.h"
#include "data/Rejections.h"
#include "metrics/MetricBuffer.h"
#include "train/Checkpoint.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <set>

namespace millrace
{

/// What the files of a run that never ends may take, by what keep-mb allows in all. The rest is for checkpoints.
struct FolderBudget {
    static constexpr double kDefaultMegabytes = 1000;
    explicit FolderBudget(double megabytes = kDefaultMegabytes);
    std::int64_t all, scoresPart, metricsPart, logPart; ///< a part: an AppendFile keeps several
    std::int64_t journal, rejected, snapshots;
};

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
    /// All that was journalled so far; a last line that a crash tore is left out.
    static std::vector<nlohmann::json> readJournal(const std::filesystem::path& run);
    /// checkpoints/<step>.safetensors; the last three are kept, and those of the steps in `needed`.
    Status saveCheckpoint(const Checkpoint& checkpoint, const std::set<std::int64_t>& needed = {});
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
    Status thinJournal();
    [[nodiscard]] std::string adviceForFullDisk() const;
    FolderBudget m_budget;
    AppendFile m_metrics;
    std::string m_line; ///< of metrics.csv; kept for its room
    /// What several threads write.
    struct Shared {
        std::mutex logMutex, journalMutex;
        AppendFile log, journal;
        Status logStatus; ///< the first failure
        std::atomic<bool> logFailed{false};
        std::int64_t thinAt = 0; ///< bytes of the journal
        std::int64_t journalNeeds = 0;
    };
    std::unique_ptr<Shared> m_shared = std::make_unique<Shared>();
    std::vector<std::filesystem::path> m_checkpoints;
};

/// A run as the Runs page shows it.
struct RunInfo {
    std::string folder;           ///< "20260131T123456Z-susy"
    std::string name;             ///< "susy"
    std::string kind;             ///< "train", "evaluate", "online"
    std::string status;           ///< "running", "done", "failed", "cancelled", "interrupted" (its process is gone),
                                  ///< "unreadable"
    std::optional<Error> trouble; ///< why run.json cannot be read
    std::string started;          ///< ISO time, UTC
    nlohmann::json description;   ///< run.json whole: configuration, versions, result
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
    /// Those that began with the same values of these keys of their section, on this cluster or an unknown one, newest
    /// first. Reproductions only look like them.
    [[nodiscard]] std::vector<RunInfo> begunLike(const std::string& kind, const std::string& clusterId,
                                                 const nlohmann::json& section,
                                                 const std::vector<std::string>& keys) const;
    static RunInfo read(const std::filesystem::path& run);
    /// Runs whose process ended unexpectedly and that nobody was told of yet: each is handed out once.
    [[nodiscard]] std::vector<RunInfo> takeInterrupted() const;
    /// What to say of such a run.
    static std::string interruptionSentence(const RunInfo& run);
    /// RUN is a folder's name or path, or a name for its newest run with a model; where none of the name has one, the
    /// newest.
    [[nodiscard]] Result<RunInfo> find(const std::string& run) const;
    /// The newest good checkpoint; a torn one is passed over and said in `warning`.
    static Result<Checkpoint> loadCheckpoint(const RunInfo& run, std::string* warning = nullptr);
    /// Refused while the run is live.
    Status remove(const std::string& folder) const;

private:
    std::filesystem::path m_runs;
};

} // namespace millrace
