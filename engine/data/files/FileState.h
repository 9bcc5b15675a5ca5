// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace millrace
{

/// Which file stands under a name, how large it is and when it was written to: what reads a file twice asks before and
/// after whether it met the same rows both times.
class FileState
{
public:
    /// As it is now, with the others of its table. A file that is not there is a state, too.
    explicit FileState(std::filesystem::path file, const std::vector<std::filesystem::path>& more = {});

    /// What became of the file since: "it had 300 bytes, and has 200"; another of its table is named before that.
    /// Empty where nothing did.
    [[nodiscard]] std::string change() const;
    /// The error that says so; `what` ends the sentence.
    [[nodiscard]] Error changed(const std::string& what) const;
    /// The same of change(), with the consequence behind it. Good where nothing changed.
    [[nodiscard]] Status checkUnchanged(const std::string& consequence = {}) const;

private:
    [[nodiscard]] std::string ownChange() const;

    std::filesystem::path m_file;
    bool m_there = false;
    std::uint64_t m_device = 0, m_inode = 0;
    std::int64_t m_bytes = 0;
    std::int64_t m_written = 0; ///< nanoseconds since 1970
    std::vector<FileState> m_others;
};

} // namespace millrace
