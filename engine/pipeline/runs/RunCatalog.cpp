// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/runs/RunCatalog.h"

#include "base/Files.h"
#include "base/Json.h"
#include "base/Text.h"
#include "pipeline/runs/RunCheckpoints.h"
#include "pipeline/runs/RunFiles.h"

#include <algorithm>
#include <ctime>
#include <functional>
#include <sys/stat.h>

namespace millrace
{
namespace
{

namespace fs = std::filesystem;

constexpr std::time_t kTrashSeconds = 24 * 3600;

bool isLocked(const fs::path& run)
{
    if (!fs::exists(run / kLockFile))
        return false;
    const auto lock = FileLock::tryExclusive(run / kLockFile);
    return lock && !*lock;
}

/// A run may be given as the path of its folder; empty: it is none.
fs::path pathAsked(const std::string& run)
{
    return run.find('/') == std::string::npos ? fs::path() : fs::path(run);
}

} // namespace

RunInfo RunCatalog::read(const fs::path& path)
{
    RunInfo info;
    info.path = path;
    info.folder = path.filename().string();
    auto json = readJson(path / kRunFile);
    if (!json)
        info.trouble = Error{ErrorCode::BadData, json.error().message, kUnreadableAdvice, false};
    else if (!json->is_object())
        info.trouble =
            Error{ErrorCode::BadData, (path / kRunFile).string() + " describes no run", kUnreadableAdvice, false};
    info.description = info.trouble ? nlohmann::json::object() : std::move(*json);
    const auto text = [&info](const char* key, const std::string& otherwise) {
        const auto found = info.description.find(key);
        return found != info.description.end() && found->is_string() ? found->get<std::string>() : otherwise;
    };
    info.name = text("name", info.folder);
    info.kind = text("kind", "");
    info.started = text("started", "");
    info.status = info.trouble ? "unreadable" : text("status", "failed");
    if (info.status == "running" && !isLocked(path))
        info.status = "interrupted";
    info.paused = info.status == "running" && info.description.value("paused", nlohmann::json()) == true;
    info.hasModel = !RunCheckpoints::files(path).empty();
    return info;
}

std::vector<RunInfo> RunCatalog::list() const
{
    std::vector<RunInfo> runs;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(m_runs, error))
        if (entry.is_directory() && entry.path().filename() != kTrashFolder)
            runs.push_back(read(entry.path()));
    std::ranges::sort(runs, std::greater{}, &RunInfo::folder);
    return runs;
}

std::vector<RunInfo> RunCatalog::begunLike(const std::string& kind, const std::string& clusterId,
                                           const nlohmann::json& section, const std::vector<std::string>& keys) const
{
    std::vector<RunInfo> runs = list();
    std::erase_if(runs, [&](const RunInfo& run) {
        const nlohmann::json& configuration = objectIn(run.description, "configuration");
        const std::string cluster = textIn(run.description, "cluster_id");
        const auto differs = [&](const std::string& key) {
            return configuration.value(key, nlohmann::json()) != section.value(key, nlohmann::json());
        };
        return run.kind != kind || run.description.contains("reproduces") ||
               (!cluster.empty() && cluster != clusterId) || std::ranges::any_of(keys, differs);
    });
    return runs;
}

std::vector<RunInfo> RunCatalog::takeInterrupted() const
{
    std::vector<RunInfo> runs;
    for (RunInfo& run : list())
        if (run.status == "interrupted" && !fs::exists(run.path / kToldFile) &&
            writeFileAtomically(run.path / kToldFile, {}))
            runs.push_back(std::move(run));
    return runs;
}

std::string RunCatalog::interruptionSentence(const RunInfo& run)
{
    const bool learns = run.kind == "train" || run.kind == "online";
    const bool isOfFile = !textIn(run.description, "data").empty();
    return "Run " + run.folder + " ended unexpectedly. " +
           (isOfFile       ? "Nothing of it is kept: the same command begins it anew"
            : !learns      ? "What its group has committed is kept: the same command goes on there"
            : run.hasModel ? "Its last checkpoint is kept. Go on with: millrace runs resume " + run.folder
                           : "Nothing of it was saved yet. Begin it anew with: millrace runs resume " + run.folder);
}

Result<RunInfo> RunCatalog::find(const std::string& run) const
{
    std::vector<std::string> names;
    std::optional<RunInfo> withoutModel; // the newest of the name; one with a model goes before it
    const fs::path path = pathAsked(run);
    for (RunInfo& info : list()) {
        names.push_back(info.name);
        std::error_code ignored;
        if (info.folder == run || (!path.empty() && fs::equivalent(path, info.path, ignored)) ||
            (info.name == run && info.hasModel))
            return std::move(info);
        if (info.name == run && !withoutModel)
            withoutModel = std::move(info);
    }
    if (withoutModel)
        return std::move(*withoutModel);
    const std::string advice = names.empty() ? "There are no runs yet: train one first"
                                             : didYouMean(run, names, "See them with: millrace runs list");
    return fail(ErrorCode::Usage, "There is no run '" + run + "' in " + m_runs.string(), advice);
}

Result<Checkpoint> RunCatalog::loadCheckpoint(const RunInfo& run, std::string* warning)
{
    auto files = RunCheckpoints::files(run.path);
    Error last{ErrorCode::BadData, "Run " + run.folder + " (" + run.status + ") has no checkpoint: it has no model",
               "Take another run, or train it again", false};
    for (auto file = files.rbegin(); file != files.rend(); ++file) {
        auto checkpoint = readCheckpoint(*file);
        if (checkpoint)
            return checkpoint;
        last = checkpoint.error();
        if (warning != nullptr)
            *warning = describe(last) + "; the one before is used";
    }
    return fail(last);
}

Result<fs::path> RunCatalog::removable(const std::string& folder) const
{
    const auto runs = list(); // whatever is no folder of it is nobody's to delete here: "", "..", "a/b"
    if (std::ranges::find(runs, folder, &RunInfo::folder) == runs.end()) {
        std::string folders; // several runs may bear one name: which goes is for a person to say
        for (const RunInfo& info : runs)
            if (info.name == folder)
                folders += (folders.empty() ? "" : ", ") + info.folder;
        return folders.empty()
                   ? fail(ErrorCode::Usage, "There is no run '" + folder + "'", "See them with: millrace runs list")
                   : fail(ErrorCode::Usage, "'" + folder + "' is a run's name, and a run is deleted by its folder",
                          "Give one of: " + folders);
    }
    fs::path path = m_runs / folder;
    if (isLocked(path))
        return fail(ErrorCode::Failed, "Run " + folder + " is live", "Stop it first");
    return path;
}

Status RunCatalog::remove(const std::string& folder) const
{
    const auto path = removable(folder);
    if (!path)
        return fail(path.error());
    std::error_code error;
    fs::remove_all(*path, error);
    if (error)
        return fail(ErrorCode::Failed, "Cannot delete " + path->string() + ": " + error.message());
    return {};
}

Status RunCatalog::moveToTrash(const std::string& folder) const
{
    const auto path = removable(folder);
    if (!path)
        return fail(path.error());
    std::error_code error;
    fs::create_directories(m_runs / kTrashFolder, error);
    fs::rename(*path, m_runs / kTrashFolder / folder, error);
    if (error)
        return fail(ErrorCode::Failed, "Cannot delete " + path->string() + ": " + error.message());
    return {};
}

Status RunCatalog::restore(const std::string& folder) const
{
    std::error_code error;
    fs::rename(m_runs / kTrashFolder / folder, m_runs / folder, error);
    if (error)
        return fail(ErrorCode::Failed, "Cannot bring back run " + folder + ": " + error.message());
    return {};
}

void RunCatalog::emptyTrash() const
{
    std::error_code ignored; // what cannot be deleted now goes the next time
    for (const auto& entry : fs::directory_iterator(m_runs / kTrashFolder, ignored)) {
        struct ::stat found = {};
        if (::lstat(entry.path().c_str(), &found) == 0 && std::time(nullptr) - found.st_ctime > kTrashSeconds)
            fs::remove_all(entry.path(), ignored);
    }
}

} // namespace millrace
