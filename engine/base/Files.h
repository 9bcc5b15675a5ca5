// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace millrace
{

/// Makes the folder, with its parents; one that was not there is its owner's alone (0700): it holds people's data.
std::error_code makePrivateFolder(const std::filesystem::path& folder);
/// The same for who is going to write into it: a failure as writeError() tells it, also where it is there and cannot be
/// written.
Status needPrivateFolder(const std::filesystem::path& folder);

/// The file that a whole new content for `path` goes into: behind symbolic links, so that the links stay. An error
/// where something is there that a file would destroy: a device, a pipe, a folder. Jobs ask before they begin.
Result<std::filesystem::path> wholeFileTarget(const std::filesystem::path& path);

/// Replaces the file as a whole, see wholeFileTarget(): temporary file beside it, fsync, rename, fsync of the folder.
/// On an error the old content stays and no temporary file is left. The error names the file and the system's reason.
Status writeFileAtomically(const std::filesystem::path& path, std::string_view content);

/// The file that a whole new content of `target` is written to first: its name has the process's number.
std::filesystem::path temporaryOf(const std::filesystem::path& target);
/// Removes such files beside it that processes of this machine left when they were killed.
void removeAbandoned(const std::filesystem::path& target);

/// So that a name that was given in it survives a crash of the machine.
void syncFolder(const std::filesystem::path& folder);

Result<std::string> readFile(const std::filesystem::path& path);

/// The file as JSON; the error names the file and the place of the first mistake.
Result<nlohmann::json> readJson(const std::filesystem::path& path);

/// An advisory lock on a file (flock): held by at most one process, and gone with it, however it dies.
class FileLock
{
public:
    /// Nullopt when another process holds the lock; an error when the file cannot be made. The lock file's content is
    /// the holder's process id.
    static Result<std::optional<FileLock>> tryExclusive(const std::filesystem::path& path);

    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock();

private:
    explicit FileLock(int descriptor) : m_descriptor(descriptor) {}
    int m_descriptor;
};

} // namespace millrace
