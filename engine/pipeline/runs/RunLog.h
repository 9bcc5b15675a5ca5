// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/AppendFile.h"

#include <atomic>
#include <filesystem>
#include <mutex>
#include <string>

namespace millrace
{

/// log.txt of a run's folder, in parts. Thread-safe.
class RunLog
{
public:
    explicit RunLog(const std::filesystem::path& run);
    void setPartBytes(std::int64_t bytes);
    void add(const std::string& line);
    /// The first line that could not be written: why.
    [[nodiscard]] Status status() const;

private:
    mutable std::mutex m_mutex;
    AppendFile m_file;
    Status m_status;
    std::atomic<bool> m_failed{false}; ///< so that status() need not wait for a line while all is well
};

} // namespace millrace
