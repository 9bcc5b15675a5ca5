// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/runs/RunFolder.h"

#include "base/Clock.h"
#include "base/CrashPoint.h"
#include "base/Files.h"
#include "base/Json.h"
#include "base/Names.h"
#include "base/Text.h"
#include "base/WriteError.h"

#include <algorithm>
#include <fstream>
#include <thread>

namespace millrace
{
namespace
{

namespace fs = std::filesystem;

constexpr std::size_t kCheckpointsKept = 3;
constexpr std::string_view kRunFile = "run.json";
constexpr auto kUnreadable = "Mend that file, or delete the run's folder";
constexpr std::string_view kLockFile = "lock";
constexpr std::string_view kToldFile = "interruption-told"; ///< somebody knows that the run ended unexpectedly
constexpr std::chrono::milliseconds kLockPatience{400};
constexpr auto kThinned = "thinned"; ///< an event of the journal
constexpr auto kMetricsFile = "metrics.csv", kLogFile = "log.txt", kJournalFile = "journal.jsonl";
constexpr std::string_view kMetricsHead = "step,epoch,records,seconds,loss,accuracy,lag\n";

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

std::vector<fs::path> checkpointFiles(const fs::path& run)
{
    std::vector<fs::path> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(run / "checkpoints", error))
        if (entry.path().extension() == ".safetensors")
            files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

std::string nameOfCheckpoint(std::int64_t step)
{
    std::string name = std::to_string(step);
    name.insert(0, 12 - std::min<std::size_t>(12, name.size()), '0');
    return name + ".safetensors";
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

/// Files of a folder, the one that was written last at the end.
std::vector<fs::path> byAge(const fs::path& folder)
{
    std::vector<std::pair<fs::file_time_type, fs::path>> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
        files.emplace_back(entry.last_write_time(error), entry.path());
    std::ranges::sort(files);
    std::vector<fs::path> paths;
    for (auto& [time, path] : files)
        paths.push_back(std::move(path));
    return paths;
}

/// What no checkpoint needs: how mini-datasets were cut, or records were passed over, before them.
bool isNeeded(const nlohmann::json& entry, std::int64_t fromMiniDataset)
{
    const std::string event = textIn(entry, "event");
    return (event != "closed" && event != "skip") || integerIn(entry, "mini_dataset") >= fromMiniDataset;
}

/// A line of the journal; null where a crash tore it.
nlohmann::json parseEntry(const std::string& line)
{
    return parseJson(line, std::string(kJournalFile)).value_or(nlohmann::json());
}

/// What the first entry of the journal says of those that were before it.
std::int64_t droppedEntriesOf(const fs::path& run)
{
    std::ifstream journal(run / kJournalFile);
    std::string line;
    std::getline(journal, line);
    const auto entry = parseEntry(line);
    return textIn(entry, "event") == kThinned ? integerIn(entry, "entries") : 0;
}

bool isLocked(const fs::path& run)
{
    if (!fs::exists(run / kLockFile))
        return false;
    const auto lock = FileLock::tryExclusive(run / kLockFile);
    return lock && !*lock;
}

} // namespace

FolderBudget::FolderBudget(double megabytes)
    : all(static_cast<std::int64_t>(megabytes * 1e6)),
      scoresPart(all * 35 / 100 / static_cast<std::int64_t>(AppendFile::kPartsKept)),
      metricsPart(all * 20 / 100 / static_cast<std::int64_t>(AppendFile::kPartsKept)),
      logPart(all * 5 / 100 / static_cast<std::int64_t>(AppendFile::kPartsKept)), journal(all * 5 / 100),
      rejected(all * 5 / 100), snapshots(all * 15 / 100)
{
}

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
        return fail(ErrorCode::BadData, (path / kRunFile).string() + " describes no run", kUnreadable);
    removeHalfWritten(path);
    removeHalfWritten(path / "checkpoints");
    RunFolder folder(path, std::move(**lock), std::move(*description));
    folder.m_checkpoints = checkpointFiles(path);
    return folder;
}

Status RunFolder::goOn()
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
      m_rejected(m_path / "rejected.csv"), m_metrics(m_path / kMetricsFile, std::string(kMetricsHead))
{
    m_shared->log = AppendFile(m_path / kLogFile);
    m_shared->journal = AppendFile(m_path / kJournalFile);
    setBudget(FolderBudget::kDefaultMegabytes);
}

void RunFolder::setBudget(double megabytes)
{
    m_budget = FolderBudget(megabytes);
    m_rejected.setLargest(m_budget.rejected);
    m_metrics.setPartBytes(m_budget.metricsPart);
    m_shared->log.setPartBytes(m_budget.logPart);
    m_shared->thinAt = m_budget.journal;
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

std::vector<nlohmann::json> RunFolder::readJournal(const fs::path& run)
{
    std::vector<nlohmann::json> entries;
    std::ifstream journal(run / kJournalFile);
    for (std::string line; std::getline(journal, line);)
        if (auto entry = parseEntry(line); entry.is_object())
            entries.push_back(std::move(entry));
    return entries;
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
    if (added && m_shared->logFailed) {
        const std::lock_guard lock(m_shared->logMutex);
        return m_shared->logStatus;
    }
    return added;
}

Status RunFolder::journal(nlohmann::json entry)
{
    const std::lock_guard lock(m_shared->journalMutex);
    entry["time"] = isoTime(nowMilliseconds());
    crashPoint("journal.opened");
    if (auto added = m_shared->journal.add(dumpJson(entry) + '\n'); !added)
        return added;
    const auto size = m_shared->journal.flush();
    if (!size)
        return fail(size.error());
    crashPoint("journal.written");
    return *size > m_shared->thinAt ? thinJournal() : Status{};
}

/// Where a decision was dropped, the run can go on, but not be done again: the first entry says so.
Status RunFolder::thinJournal()
{
    std::string kept;
    std::int64_t droppedEntries = 0;
    std::ifstream journal(m_path / kJournalFile);
    for (std::string line; std::getline(journal, line);) {
        const auto entry = parseEntry(line);
        if (!entry.is_object())
            continue;
        if (textIn(entry, "event") == kThinned)
            droppedEntries += integerIn(entry, "entries");
        else if (isNeeded(entry, m_shared->journalNeeds))
            (kept += line) += '\n';
        else
            ++droppedEntries;
    }
    if (droppedEntries > 0)
        kept.insert(0, dumpJson({{"event", kThinned}, {"entries", droppedEntries}}) + '\n');
    if (droppedEntries > 0)
        log(formatCount(droppedEntries) +
            " entries of the journal that no checkpoint needs are dropped: the run can be "
            "resumed, but not reproduced");
    m_shared->journal = AppendFile(m_path / kJournalFile);
    m_shared->thinAt = std::max(m_budget.journal, static_cast<std::int64_t>(kept.size()) * 2);
    return writeFileAtomically(m_path / kJournalFile, kept);
}

nlohmann::json RunFolder::dropped(const fs::path& run)
{
    nlohmann::json dropped;
    for (const char* file : {"scores.csv", kMetricsFile, kLogFile})
        if (const std::int64_t bytes = AppendFile::dropped(run / file); bytes > 0)
            dropped[file] = bytes;
    if (const std::int64_t entries = droppedEntriesOf(run); entries > 0)
        dropped[kJournalFile] = entries;
    return dropped;
}

Status RunFolder::saveCheckpoint(const Checkpoint& checkpoint, const std::set<std::int64_t>& needed)
{
    const fs::path file = m_path / "checkpoints" / nameOfCheckpoint(checkpoint.learner.step);
    crashPoint("checkpoint.began");
    if (auto written = writeCheckpoint(file, checkpoint); !written)
        return written;
    crashPoint("checkpoint.written");
    std::erase(m_checkpoints, file); // written anew after a resume
    m_checkpoints.push_back(file);
    std::set<fs::path> kept;
    for (const std::int64_t step : needed)
        kept.insert(file.parent_path() / nameOfCheckpoint(step));
    for (std::size_t i = 0; i + kCheckpointsKept < m_checkpoints.size();) {
        const auto older = m_checkpoints.begin() + static_cast<std::ptrdiff_t>(i);
        if (kept.contains(*older)) {
            ++i;
            continue;
        }
        std::error_code ignored;
        fs::remove(*older, ignored);
        m_checkpoints.erase(older);
    }
    crashPoint("checkpoint.older-removed");
    return {};
}

std::int64_t RunFolder::oldestCheckpoint() const
{
    return m_checkpoints.empty() ? -1 : parseInteger(m_checkpoints.front().stem().string()).value_or(-1);
}

Status RunFolder::saveSnapshot(const std::string& name, const Checkpoint& checkpoint)
{
    std::error_code ignored; // the write says what is wrong with the folder
    fs::create_directories(m_path / "model", ignored);
    if (auto written = writeCheckpoint(m_path / "model" / (name + ".safetensors"), checkpoint); !written)
        return written;
    std::vector<fs::path> snapshots = byAge(m_path / "model");
    std::int64_t bytes = 0;
    for (auto newest = snapshots.rbegin(); newest != snapshots.rend(); ++newest) {
        const auto size = static_cast<std::int64_t>(fs::file_size(*newest, ignored));
        bytes += size;
        if (bytes > m_budget.snapshots && newest != snapshots.rbegin())
            fs::remove(*newest, ignored);
    }
    return {};
}

Status RunFolder::dropCheckpointsAfter(std::int64_t step)
{
    std::error_code error;
    while (!error && !m_checkpoints.empty() &&
           (step < 0 || m_checkpoints.back().filename() > fs::path(nameOfCheckpoint(step)))) {
        fs::remove(m_checkpoints.back(), error);
        m_checkpoints.pop_back();
    }
    if (error)
        return fail(ErrorCode::Failed,
                    "Cannot delete checkpoints in " + (m_path / "checkpoints").string() + ": " + error.message(),
                    "Check the permissions of the folder");
    return {};
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
    const std::lock_guard lock(m_shared->journalMutex);
    m_shared->journalNeeds = miniDataset;
}

void RunFolder::logDropped(const char* file)
{
    if (const std::int64_t bytes = AppendFile::dropped(m_path / file); bytes > 0)
        log("The first " + formatBytes(bytes) + " of " + file + " are dropped: the folder is kept within " +
            formatBytes(m_budget.all) + " (--keep-mb)");
}

void RunFolder::log(const std::string& line)
{
    const std::lock_guard lock(m_shared->logMutex);
    auto added = m_shared->log.add(isoTime(nowMilliseconds()) + ' ' + line + '\n');
    if (added)
        if (const auto flushed = m_shared->log.flush(); !flushed)
            added = fail(flushed.error());
    if (added && m_shared->log.isFull())
        if (const auto rolled = m_shared->log.roll(); !rolled)
            added = fail(rolled.error());
    if (!added && !m_shared->logFailed) {
        m_shared->logStatus = added;
        m_shared->logFailed = true;
    }
}

std::string RunFolder::adviceForFullDisk() const
{
    const std::string kind = textIn(m_description, "kind");
    if (kind != "train" && kind != "online")
        return "What the group has committed is kept. Free some space, then start the same command again";
    const std::string kept = m_checkpoints.empty()
                                 ? "Nothing of the run is saved yet"
                                 : "The run's checkpoint of step " +
                                       formatCount(parseInteger(m_checkpoints.back().stem().string()).value_or(0)) +
                                       " is kept";
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

RunInfo RunCatalog::read(const fs::path& path)
{
    RunInfo info;
    info.path = path;
    info.folder = path.filename().string();
    auto json = readJson(path / kRunFile);
    if (!json)
        info.trouble = Error{ErrorCode::BadData, json.error().message, kUnreadable, false};
    else if (!json->is_object())
        info.trouble = Error{ErrorCode::BadData, (path / kRunFile).string() + " describes no run", kUnreadable, false};
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
    info.hasModel = !checkpointFiles(path).empty();
    return info;
}

std::vector<RunInfo> RunCatalog::list() const
{
    std::vector<RunInfo> runs;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(m_runs, error))
        if (entry.is_directory())
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
    return "Run " + run.folder + " ended unexpectedly. " +
           (!learns        ? "What its group has committed is kept: the same command goes on there"
            : run.hasModel ? "Its last checkpoint is kept. Go on with: millrace runs resume " + run.folder
                           : "Nothing of it was saved yet. Begin it anew with: millrace runs resume " + run.folder);
}

namespace
{

/// A run may be given as the path of its folder; empty: it is none.
fs::path pathAsked(const std::string& run)
{
    return run.find('/') == std::string::npos ? fs::path() : fs::path(run);
}

} // namespace

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
    const std::string near = nearestWord(run, names);
    std::string advice = "See them with: millrace runs list";
    if (names.empty())
        advice = "There are no runs yet: train one first";
    else if (!near.empty())
        advice = "Did you mean " + near + "?";
    return fail(ErrorCode::Usage, "There is no run '" + run + "' in " + m_runs.string(), advice);
}

Result<Checkpoint> RunCatalog::loadCheckpoint(const RunInfo& run, std::string* warning)
{
    auto files = checkpointFiles(run.path);
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

Status RunCatalog::remove(const std::string& folder) const
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
    const fs::path path = m_runs / folder;
    if (isLocked(path))
        return fail(ErrorCode::Failed, "Run " + folder + " is live", "Stop it first");
    std::error_code error;
    fs::remove_all(path, error);
    if (error)
        return fail(ErrorCode::Failed, "Cannot delete " + path.string() + ": " + error.message());
    return {};
}

} // namespace millrace
