// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"
#include "train/Checkpoint.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace millrace
{

/// A run as the Runs page shows it.
struct RunInfo {
    std::string folder;           ///< "20260131T123456Z-events"
    std::string name;             ///< "events"
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
    [[nodiscard]] std::vector<RunInfo> list() const; ///< newest first, without the trash
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
    /// The same for a person who may think better of it: restore() takes it back as long as it is in the trash.
    Status moveToTrash(const std::string& folder) const;
    [[nodiscard]] Status restore(const std::string& folder) const;
    /// What was moved there more than a day ago goes for good: what is younger a window may still offer to take back.
    void emptyTrash() const;

private:
    /// The folder of a run that may be deleted.
    [[nodiscard]] Result<std::filesystem::path> removable(const std::string& folder) const;

    std::filesystem::path m_runs;
};

} // namespace millrace
