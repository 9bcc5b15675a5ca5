// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/runs/RunFolder.h"

#include "base/Clock.h"
#include "base/CrashPoint.h"
#include "base/Files.h"
#include "base/Json.h"
#include "base/Names.h"
#include "base/Text.h"
#include "base/WriteError.h"
#include "data/Task.h"
#include "pipeline/runs/RunFiles.h"

#include <algorithm>
#include <thread>

namespace millrace
{
namespace
{

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kLockPatience{400};

/// The columns of metrics.csv: the score of a step is the task's curve.
std::string metricsHead(const nlohmann::json& description)
{
    const Task task = taskFromJson(description.value("task", nlohmann::json())).value_or(Task());
    return "step,epoch,records,seconds,loss," + infoOf(task).curve + ",lag\n";
}

std::string compactTime(std::int64_t milliseconds)
{
    std::string text = isoTime(milliseconds);
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

/// Of a name in another script what can be read stays, with a hash behind it: two names look different as folders too.
std::string folderNameOf(const std::string& name)
{
    constexpr std::size_t kLongestName = 100; // files have 255 bytes; a time, a number and endings come on top
    const bool plain = !name.empty() && name.size() <= kLongestName && std::ranges::all_of(name, [](unsigned char c) {
        return c < 128 && (std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.');
    });
    const std::string safe = plain ? name : uniqueName(name, kLongestName);
    return safe.starts_with('.') ? "run" + safe : safe;
}

/// Makes a folder that was not there before; a second run within the same second gets a numbered name.
Result<fs::path> createExclusively(const fs::path& runs, const std::string& base)
{
    std::error_code error;
    error = makePrivateFolder(runs);
    for (int attempt = 1; !error && attempt < 1000; ++attempt) {
        const fs::path path = runs / (attempt == 1 ? base : base + "-" + std::to_string(attempt));
        if (fs::create_directory(path, error)) {
            fs::create_directories(path / "checkpoints", error);
            if (!error)
                return path;
            std::error_code ignored;
            fs::remove(path, ignored);
        }
    }
    return fail(ErrorCode::Failed, "Cannot make a run folder in " + runs.string() + ": " + error.message(),
                "Free some space or check the permissions, or choose another folder with --home");
}

/// What a killed process left of writeFileAtomically().
void removeHalfWritten(const fs::path& folder)
{
    std::vector<fs::path> leftovers;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (entry.path().extension().string().starts_with(".tmp"))
            leftovers.push_back(entry.path());
    for (const fs::path& file : leftovers)
        fs::remove(file, error);
}

} // namespace

Result<RunFolder> RunFolder::create(const fs::path& runs, const std::string& name, nlohmann::json description)
{
    const std::int64_t now = nowMilliseconds();
    auto path = createExclusively(runs, compactTime(now) + "-" + folderNameOf(name));
    if (!path)
        return fail(path.error());
    const auto abandoned = [made = *path](const Error& error) { // nothing is in it yet, and nobody would know a run
        std::error_code ignored;
        fs::remove_all(made, ignored);
        return fail(error);
    };
    auto lock = FileLock::tryExclusive(*path / kLockFile);
    if (!lock)
        return abandoned(lock.error());
    if (!*lock)
        return fail(ErrorCode::Failed, "Run folder " + path->string() + " is used by another Millrace");
    description["name"] = name;
    description["started"] = isoTime(now);
    description["status"] = "running";
    RunFolder folder(std::move(*path), std::move(**lock), std::move(description));
    if (auto written = writeFileAtomically(folder.m_path / kRunFile, dumpJson(folder.m_description, 1)); !written)
        return abandoned(written.error());
    return folder;
}

Result<RunFolder> RunFolder::reopen(const fs::path& path)
{
    // Somebody who only looks whether a run lives holds its lock for a moment.
    auto lock = FileLock::tryExclusive(path / kLockFile);
    for (const auto began = Clock::now(); lock && !*lock && Clock::now() - began < kLockPatience;) {
        std::this_thread::sleep_for(kLockPatience / 20);
        lock = FileLock::tryExclusive(path / kLockFile);
    }
    if (!lock)
        return fail(lock.error());
    if (!*lock) {
        const auto holder = readFile(path / kLockFile);
        return fail(ErrorCode::Failed,
                    "Run " + path.filename().string() + " is being trained by process " +
                        (holder ? holder->substr(0, holder->find('\n')) : "?"),
                    "One process at a time trains a run: stop that one first");
    }
    auto description = readJson(path / kRunFile);
    if (!description)
        return fail(description.error());
    if (!description->is_object())
        return fail(ErrorCode::BadData, (path / kRunFile).string() + " describes no run", kUnreadableAdvice);
    removeHalfWritten(path);
    removeHalfWritten(path / "checkpoints");
    RunFolder folder(path, std::move(**lock), std::move(*description));
    folder.m_checkpoints.adoptEarlier();
    return folder;
}

Status RunFolder::markResumed()
{
    m_description["status"] = "running";
    std::error_code ignored;
    fs::remove(m_path / kToldFile, ignored);
    m_description.erase("paused");
    m_description["resumed"].push_back(isoTime(nowMilliseconds()));
    return writeFileAtomically(m_path / kRunFile, dumpJson(m_description, 1));
}

RunFolder::RunFolder(fs::path path, FileLock lock, nlohmann::json description)
    : m_path(std::move(path)), m_lock(std::move(lock)), m_description(std::move(description)),
      m_rejected(m_path / "rejected.csv"), m_metrics(m_path / kMetricsFile, metricsHead(m_description)),
      m_log(std::make_unique<RunLog>(m_path)), m_journal(std::make_unique<RunJournal>(m_path)), m_checkpoints(m_path)
{
    setBudget(FolderBudget::kDefaultMegabytes);
}

void RunFolder::setBudget(double megabytes)
{
    m_budget = FolderBudget(megabytes);
    m_rejected.setLargest(m_budget.rejected);
    m_metrics.setPartBytes(m_budget.metricsPart);
    m_log->setPartBytes(m_budget.logPart);
    m_journal->setLargest(m_budget.journal);
}

Result<std::int64_t> RunFolder::metricsBytes()
{
    return m_metrics.flush();
}

Status RunFolder::cutMetrics(std::int64_t bytes)
{
    const auto cut = m_metrics.cutTo(bytes);
    return cut ? m_metrics.open() : fail(cut.error());
}

Status RunFolder::addMetric(const MetricPoint& point)
{
    m_line.clear();
    for (const std::int64_t number : {point.step, std::int64_t{point.epoch}, point.records})
        (m_line += std::to_string(number)) += ',';
    for (const auto& [number, decimals] : {std::pair(point.seconds, 4), {point.loss, 6}, {point.score, 6}})
        (m_line += formatFixed(number, decimals)) += ',';
    if (point.lag >= 0)
        m_line += std::to_string(point.lag);
    m_line += '\n';
    auto added = m_metrics.add(m_line);
    crashPoint("metrics.appended");
    if (added && m_metrics.isFull()) {
        const auto rolled = m_metrics.roll();
        logDropped(kMetricsFile);
        if (!rolled)
            return fail(rolled.error());
    }
    return added ? m_log->status() : added;
}

Status RunFolder::journal(nlohmann::json entry)
{
    const auto dropped = m_journal->add(std::move(entry));
    if (!dropped)
        return fail(dropped.error());
    if (*dropped > 0)
        log(formatCount(*dropped) +
            " entries of the journal that no checkpoint needs are dropped: the run can be resumed, "
            "but not reproduced");
    return {};
}

nlohmann::json RunFolder::dropped(const fs::path& run)
{
    nlohmann::json dropped;
    for (const char* file : {"scores.csv", kMetricsFile, kLogFile})
        if (const std::int64_t bytes = AppendFile::dropped(run / file); bytes > 0)
            dropped[file] = bytes;
    if (const std::int64_t entries = RunJournal::dropped(run); entries > 0)
        dropped[kJournalFile] = entries;
    return dropped;
}

Status RunFolder::saveCheckpoint(const Checkpoint& checkpoint, const std::set<std::int64_t>& needed)
{
    return m_checkpoints.save(checkpoint, needed);
}

std::int64_t RunFolder::oldestCheckpoint() const
{
    return m_checkpoints.oldest().value_or(-1);
}

Status RunFolder::saveSnapshot(const std::string& name, const Checkpoint& checkpoint)
{
    return m_checkpoints.saveSnapshot(name, checkpoint, m_budget.snapshots);
}

Status RunFolder::dropCheckpointsAfter(std::int64_t step)
{
    return m_checkpoints.dropAfter(step);
}

Status RunFolder::setPaused(bool paused)
{
    m_description["paused"] = paused;
    return writeFileAtomically(m_path / kRunFile, dumpJson(m_description, 1));
}

Status RunFolder::finish(const std::string& status, const nlohmann::json& result)
{
    const auto flushed = m_metrics.flush();
    m_description.erase("paused");
    m_description["status"] = flushed ? status : "failed";
    m_description["ended"] = isoTime(nowMilliseconds());
    m_description["result"] = flushed ? result : nlohmann::json{{"error", millrace::describe(flushed.error())}};
    auto written = writeFileAtomically(m_path / kRunFile, dumpJson(m_description, 1));
    return written && !flushed ? fail(flushed.error()) : written;
}

void RunFolder::setJournalNeeds(std::int64_t miniDataset)
{
    m_journal->setNeeds(miniDataset);
}

void RunFolder::logDropped(const char* file)
{
    if (const std::int64_t bytes = AppendFile::dropped(m_path / file); bytes > 0)
        log("The first " + formatBytes(bytes) + " of " + file + " are dropped: the folder is kept within " +
            formatBytes(m_budget.all) + " (--keep-mb)");
}

void RunFolder::log(const std::string& line)
{
    m_log->add(line);
}

std::string RunFolder::adviceForFullDisk() const
{
    const std::string kind = textIn(m_description, "kind");
    if (!textIn(m_description, "data").empty()) // of a file
        return "Nothing of it is kept. Free some space, then start the same command again";
    if (kind != "train" && kind != "online")
        return "What the group has committed is kept. Free some space, then start the same command again";
    const auto saved = m_checkpoints.newest();
    const std::string kept =
        saved ? "The run's checkpoint of step " + formatCount(*saved) + " is kept" : "Nothing of the run is saved yet";
    return kept + ". Free some space, then go on: millrace runs resume " + name();
}

Error RunFolder::finishFailed(Error error)
{
    if (isDiskFull(error))
        error.advice = adviceForFullDisk();
    log(millrace::describe(error));
    (void)finish("failed", {{"error", millrace::describe(error)}});
    return error;
}

} // namespace millrace
