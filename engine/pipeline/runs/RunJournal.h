// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/AppendFile.h"

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <vector>

namespace millrace
{

/// journal.jsonl of a run's folder: what the clock or a person decided, each entry written before it takes effect. When
/// it is larger than it may be, how old mini-datasets were cut is dropped. Thread-safe.
class RunJournal
{
public:
    explicit RunJournal(const std::filesystem::path& run);
    /// Its bytes; all that is needed is kept, also where that is more.
    void setLargest(std::int64_t bytes);
    /// Decisions about mini-datasets before this one are needed by no checkpoint: they may be dropped.
    void setNeeds(std::int64_t miniDataset);
    /// How many entries are dropped by now, if this one made some go; else 0.
    Result<std::int64_t> add(nlohmann::json entry);

    /// All entries of a run so far; a last line that a crash tore is left out.
    static std::vector<nlohmann::json> read(const std::filesystem::path& run);
    /// How many entries were dropped.
    static std::int64_t dropped(const std::filesystem::path& run);

private:
    Result<std::int64_t> thin();

    std::filesystem::path m_path;
    std::mutex m_mutex;
    AppendFile m_file;
    std::int64_t m_largest = 0, m_thinAt = 0; ///< bytes
    std::int64_t m_needs = 0;
};

} // namespace millrace
