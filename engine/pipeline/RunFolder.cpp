// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/RunFolder.h"

#include "base/Clock.h"
#include "base/CrashPoint.h"
#include "base/Files.h"
#include "base/Text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

namespace millrace
{
namespace
{

namespace fs = std::filesystem;

constexpr std::size_t kCheckpointsKept = 3;
constexpr std::string_view kRunFile = "run.json";
constexpr std::string_view kLockFile = "lock";
constexpr std::chrono::milliseconds kLockPatience{400};
constexpr std::string_view kMetricsHead = "step,epoch,records,seconds,loss,accuracy,lag\n";

std::string compactTime(std::int64_t milliseconds)
{
    std::string text = isoTime(milliseconds);
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

std::string safeName(const std::string& name)
{
    std::string safe;
    for (const char c : name)
        safe += std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' ? c : '-';
    return safe.empty() || safe.starts_with('.') ? "run" + safe : safe;
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
            return path;
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

bool isLocked(const fs::path& run)
{
    if (!fs::exists(run / kLockFile))
        return false;
    const auto lock = FileLock::tryExclusive(run / kLockFile);
    return lock && !*lock;
}

} // namespace

Result<RunFolder> RunFolder::create(const fs::path& runs, const std::string& name, nlohmann::json description)
{
    const std::int64_t now = nowMilliseconds();
    auto path = createExclusively(runs, compactTime(now) + "-" + safeName(name));
    if (!path)
        return fail(path.error());
    auto lock = FileLock::tryExclusive(*path / kLockFile);
    if (!lock)
        return fail(lock.error());
    if (!*lock)
        return fail(ErrorCode::Failed, "Run folder " + path->string() + " is used by another Millrace");
    description["name"] = name;
    description["started"] = isoTime(now);
    description["status"] = "running";
    RunFolder folder(std::move(*path), std::move(**lock), std::move(description));
    if (auto written = writeFileAtomically(folder.m_path / kRunFile, dumpJson(folder.m_description, 1)); !written)
        return fail(written.error());
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
    removeHalfWritten(path);
    removeHalfWritten(path / "checkpoints");
    RunFolder folder(path, std::move(**lock), std::move(*description));
    folder.m_checkpoints = checkpointFiles(path);
    return folder;
}

Status RunFolder::goOn()
{
    m_description["status"] = "running";
    m_description.erase("paused");
    m_description["resumed"].push_back(isoTime(nowMilliseconds()));
    return writeFileAtomically(m_path / kRunFile, dumpJson(m_description, 1));
}

RunFolder::RunFolder(fs::path path, FileLock lock, nlohmann::json description)
    : m_path(std::move(path)), m_lock(std::move(lock)), m_description(std::move(description)),
      m_rejected(m_path / "rejected.csv"), m_metrics(m_path / "metrics.csv", std::ios::app),
      m_log(m_path / "log.txt", std::ios::app)
{
    m_metrics.seekp(0, std::ios::end);
    if (m_metrics.tellp() == std::streampos(0))
        m_metrics << kMetricsHead;
}

std::int64_t RunFolder::metricsBytes()
{
    m_metrics.flush();
    return m_metrics.tellp();
}

Status RunFolder::cutMetrics(std::int64_t bytes)
{
    const fs::path file = m_path / "metrics.csv";
    std::error_code error;
    m_metrics.close();
    if (bytes < static_cast<std::int64_t>(fs::file_size(file, error)) && !error)
        fs::resize_file(file, static_cast<std::uintmax_t>(bytes), error);
    m_metrics.open(file, std::ios::app);
    m_metrics.seekp(0, std::ios::end);
    if (m_metrics.tellp() == std::streampos(0))
        m_metrics << kMetricsHead;
    if (error || !m_metrics)
        return fail(ErrorCode::Failed, "Cannot write " + file.string() + ": " + error.message(),
                    "Check the permissions of the folder");
    return {};
}

std::vector<nlohmann::json> RunFolder::readJournal(const fs::path& run)
{
    std::vector<nlohmann::json> entries;
    std::ifstream journal(run / "journal.jsonl");
    for (std::string line; std::getline(journal, line);)
        if (auto entry = nlohmann::json::parse(line, nullptr, false); entry.is_object())
            entries.push_back(std::move(entry));
    return entries;
}

Status RunFolder::addMetric(const MetricPoint& point)
{
    m_metrics << point.step << ',' << point.epoch << ',' << point.records << ',' << formatFixed(point.seconds, 4) << ','
              << formatFixed(point.loss, 6) << ',' << formatFixed(point.accuracy, 6) << ',';
    if (point.lag >= 0)
        m_metrics << point.lag;
    m_metrics << '\n';
    crashPoint("metrics.appended");
    if (!m_metrics)
        return fail(ErrorCode::Failed,
                    "Cannot write " + (m_path / "metrics.csv").string() + ": " + std::strerror(errno),
                    "Free some space: training stopped, its last checkpoint is kept");
    return {};
}

Status RunFolder::journal(nlohmann::json entry)
{
    std::ofstream journal(m_path / "journal.jsonl", std::ios::app);
    entry["time"] = isoTime(nowMilliseconds());
    crashPoint("journal.opened");
    if (!(journal << dumpJson(entry) << '\n' << std::flush))
        return fail(ErrorCode::Failed,
                    "Cannot write " + (m_path / "journal.jsonl").string() + ": " + std::strerror(errno),
                    "Free some space");
    crashPoint("journal.written");
    return {};
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
    m_metrics.flush();
    m_description.erase("paused");
    m_description["status"] = status;
    m_description["ended"] = isoTime(nowMilliseconds());
    m_description["result"] = result;
    return writeFileAtomically(m_path / kRunFile, dumpJson(m_description, 1));
}

void RunFolder::log(const std::string& line)
{
    const std::lock_guard lock(*m_logMutex);
    m_log << isoTime(nowMilliseconds()) << ' ' << line << '\n' << std::flush;
}

RunInfo RunCatalog::read(const fs::path& path)
{
    RunInfo info;
    info.path = path;
    info.folder = path.filename().string();
    auto json = readJson(path / kRunFile);
    info.description = json && json->is_object() ? std::move(*json) : nlohmann::json::object();
    const auto text = [&info](const char* key, const std::string& otherwise) {
        const auto found = info.description.find(key);
        return found != info.description.end() && found->is_string() ? found->get<std::string>() : otherwise;
    };
    info.name = text("name", info.folder);
    info.kind = text("kind", "");
    info.started = text("started", "");
    info.status = text("status", "failed");
    if (info.status == "running" && !isLocked(path))
        info.status = "interrupted";
    info.paused = info.status == "running" && info.description.value("paused", false);
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

Result<RunInfo> RunCatalog::find(const std::string& run) const
{
    std::vector<std::string> names;
    for (RunInfo& info : list()) {
        if (info.folder == run || (info.name == run && info.hasModel))
            return std::move(info);
        names.push_back(info.name);
    }
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
    Error last{ErrorCode::BadData, "Run " + run.folder + " has no checkpoint", "Train it again", false};
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
    const fs::path path = m_runs / folder;
    if (folder.empty() || folder.find('/') != std::string::npos || !fs::exists(path / kRunFile))
        return fail(ErrorCode::Usage, "There is no run '" + folder + "'", "See them with: millrace runs list");
    if (isLocked(path))
        return fail(ErrorCode::Failed, "Run " + folder + " is live", "Stop it first");
    std::error_code error;
    fs::remove_all(path, error);
    if (error)
        return fail(ErrorCode::Failed, "Cannot delete " + path.string() + ": " + error.message());
    return {};
}

} // namespace millrace
