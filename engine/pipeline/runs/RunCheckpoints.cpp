// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/runs/RunCheckpoints.h"

#include "base/CrashPoint.h"
#include "base/Text.h"

#include <algorithm>
#include <utility>

namespace millrace
{
namespace
{

namespace fs = std::filesystem;

constexpr std::size_t kCheckpointsKept = 3;

std::string nameOfCheckpoint(std::int64_t step)
{
    std::string name = std::to_string(step);
    name.insert(0, 12 - std::min<std::size_t>(12, name.size()), '0');
    return name + ".safetensors";
}

std::optional<std::int64_t> stepOf(const fs::path& checkpoint)
{
    return parseInteger(checkpoint.stem().string());
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

} // namespace

std::vector<fs::path> RunCheckpoints::files(const fs::path& run)
{
    std::vector<fs::path> found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(run / "checkpoints", error))
        if (entry.path().extension() == ".safetensors")
            found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
}

void RunCheckpoints::adoptEarlier()
{
    m_files = files(m_run);
}

std::optional<std::int64_t> RunCheckpoints::oldest() const
{
    return m_files.empty() ? std::nullopt : stepOf(m_files.front());
}

std::optional<std::int64_t> RunCheckpoints::newest() const
{
    return m_files.empty() ? std::nullopt : stepOf(m_files.back());
}

Status RunCheckpoints::save(const Checkpoint& checkpoint, const std::set<std::int64_t>& needed)
{
    const fs::path file = m_run / "checkpoints" / nameOfCheckpoint(checkpoint.learner.step);
    crashPoint("checkpoint.began");
    if (auto written = writeCheckpoint(file, checkpoint); !written)
        return written;
    crashPoint("checkpoint.written");
    std::erase(m_files, file); // written anew after a resume
    m_files.push_back(file);
    removeOlder(needed);
    crashPoint("checkpoint.older-removed");
    return {};
}

void RunCheckpoints::removeOlder(const std::set<std::int64_t>& needed)
{
    std::set<fs::path> kept;
    for (const std::int64_t step : needed)
        kept.insert(m_run / "checkpoints" / nameOfCheckpoint(step));
    for (std::size_t i = 0; i + kCheckpointsKept < m_files.size();) {
        const auto older = m_files.begin() + static_cast<std::ptrdiff_t>(i);
        if (kept.contains(*older)) {
            ++i;
            continue;
        }
        std::error_code ignored;
        fs::remove(*older, ignored);
        m_files.erase(older);
    }
}

Status RunCheckpoints::saveSnapshot(const std::string& name, const Checkpoint& checkpoint, std::int64_t budget)
{
    std::error_code ignored; // the write says what is wrong with the folder
    fs::create_directories(m_run / "model", ignored);
    if (auto written = writeCheckpoint(m_run / "model" / (name + ".safetensors"), checkpoint); !written)
        return written;
    std::vector<fs::path> snapshots = byAge(m_run / "model");
    std::int64_t bytes = 0;
    for (auto newest = snapshots.rbegin(); newest != snapshots.rend(); ++newest) {
        const auto size = static_cast<std::int64_t>(fs::file_size(*newest, ignored));
        bytes += size;
        if (bytes > budget && newest != snapshots.rbegin())
            fs::remove(*newest, ignored);
    }
    return {};
}

Status RunCheckpoints::dropAfter(std::int64_t step)
{
    std::error_code error;
    while (!error && !m_files.empty() && (step < 0 || m_files.back().filename() > fs::path(nameOfCheckpoint(step)))) {
        fs::remove(m_files.back(), error);
        m_files.pop_back();
    }
    if (error)
        return fail(ErrorCode::Failed,
                    "Cannot delete checkpoints in " + (m_run / "checkpoints").string() + ": " + error.message(),
                    "Check the permissions of the folder");
    return {};
}

} // namespace millrace
