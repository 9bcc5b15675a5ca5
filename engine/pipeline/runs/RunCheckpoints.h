// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "train/Checkpoint.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace millrace
{

/// checkpoints/ and model/ of a run's folder while it is written. Not thread-safe.
class RunCheckpoints
{
public:
    explicit RunCheckpoints(std::filesystem::path run) : m_run(std::move(run)) {}

    /// checkpoints/<step>.safetensors, oldest first.
    static std::vector<std::filesystem::path> files(const std::filesystem::path& run);

    /// Those that are there already, of a run that goes on.
    void adoptEarlier();
    /// The last three are kept, and those of the steps in `needed`.
    Status save(const Checkpoint& checkpoint, const std::set<std::int64_t>& needed);
    /// Removes those that save() kept for a need which is over.
    void removeOlder(const std::set<std::int64_t>& needed);
    /// model/<name>.safetensors, of which the oldest go where they take more than `budget` bytes.
    Status saveSnapshot(const std::string& name, const Checkpoint& checkpoint, std::int64_t budget);
    /// Forgets those of later steps; −1: all.
    Status dropAfter(std::int64_t step);
    /// The steps of the oldest and of the newest one that is kept.
    [[nodiscard]] std::optional<std::int64_t> oldest() const;
    [[nodiscard]] std::optional<std::int64_t> newest() const;

private:
    std::filesystem::path m_run;
    std::vector<std::filesystem::path> m_files;
};

} // namespace millrace
