// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Files.h"

#include <filesystem>
#include <optional>
#include <string>

namespace millrace
{

/// A file in home/windows that says that a window is at work. Its lock goes with the process, however that ends; the
/// file goes with a clean end only. So a file that nobody holds tells of a window that ended unexpectedly. Windows side
/// by side have a file each. Where the home cannot be written nothing is noted: other messages tell of that.
class SessionMarker
{
public:
    explicit SessionMarker(const std::filesystem::path& home);
    ~SessionMarker();
    SessionMarker(const SessionMarker&) = delete;
    SessionMarker& operator=(const SessionMarker&) = delete;

    /// When the earliest window that ended unexpectedly, and was not told of yet, was opened: ISO time, UTC; none:
    /// empty.
    [[nodiscard]] const std::string& crashedSince() const { return m_crashedSince; }

private:
    std::filesystem::path m_file;
    std::optional<FileLock> m_lock;
    std::string m_crashedSince;
};

} // namespace millrace
