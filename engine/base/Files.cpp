// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Files.h"

#include "base/CrashPoint.h"
#include "base/Json.h"
#include "base/Text.h"
#include "base/WriteError.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace millrace
{
namespace
{

constexpr auto kTemporary = ".tmp";

tl::unexpected<Error> systemError(const std::string& what, const std::filesystem::path& path)
{
    const int reason = errno;
    if (reason == ENOSPC || reason == EDQUOT)
        return fail(writeError(path, reason));
    std::string advice;
    if (reason == EACCES || reason == EPERM || reason == EROFS)
        advice = "Check the permissions, or choose another folder with --home";
    return fail(ErrorCode::Failed, what + " " + path.string() + ": " + std::strerror(reason), advice);
}

const char* kindOfFile(std::filesystem::file_status status)
{
    using std::filesystem::file_type;
    return status.type() == file_type::fifo ? "a pipe" : status.type() == file_type::socket ? "a socket" : "a device";
}

/// Of a file that somebody named and that is not there, or is not to be read: what it should hold is missing.
tl::unexpected<Error> unreadable(const std::filesystem::path& path)
{
    auto error = systemError("Cannot read", path);
    error.value().code = ErrorCode::BadData;
    return error;
}

bool writeAll(int descriptor, std::string_view content)
{
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

} // namespace

void syncFolder(const std::filesystem::path& folder)
{
    const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    ::fsync(descriptor);
    ::close(descriptor);
}

std::error_code makePrivateFolder(const std::filesystem::path& folder)
{
    std::error_code error;
    if (std::filesystem::create_directories(folder, error))
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    return error;
}

Status needPrivateFolder(const std::filesystem::path& folder)
{
    if (const auto failure = makePrivateFolder(folder))
        return fail(writeError(folder, failure.value()));
    return ::access(folder.c_str(), W_OK | X_OK) == 0 ? Status{} : fail(writeError(folder, errno));
}

Result<std::filesystem::path> wholeFileTarget(const std::filesystem::path& path)
{
    namespace fs = std::filesystem;
    constexpr int kMostLinks = 40; // as many as Linux follows
    std::error_code error;
    const fs::file_status there = fs::status(path, error);
    if (fs::is_directory(there))
        return fail(writeError(path, EISDIR));
    if (fs::exists(there) && !fs::is_regular_file(there))
        return fail(ErrorCode::Usage, path.string() + " is " + kindOfFile(there) + ", which a file would replace",
                    "Name a file: it gets its name when it is whole");
    fs::path target = path;
    for (int links = 0; fs::is_symlink(fs::symlink_status(target, error)); ++links) {
        const fs::path next = fs::read_symlink(target, error);
        if (error || links == kMostLinks)
            return fail(writeError(path, error ? error.value() : ELOOP));
        target = target.parent_path() / next; // an absolute one stands alone
    }
    return target;
}

std::filesystem::path temporaryOf(const std::filesystem::path& target)
{
    return target.string() + kTemporary + std::to_string(::getpid());
}

void removeAbandoned(const std::filesystem::path& target)
{
    namespace fs = std::filesystem;
    const std::string begin = target.filename().string() + kTemporary;
    const fs::path folder = target.has_parent_path() ? target.parent_path() : ".";
    std::vector<fs::path> abandoned;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error); !error && entry != fs::end(entry); entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        const auto process = name.starts_with(begin) ? parseInteger(name.substr(begin.size())) : std::nullopt;
        const bool lives = !process || *process <= 0 || ::kill(static_cast<pid_t>(*process), 0) == 0 || errno != ESRCH;
        if (!lives)
            abandoned.push_back(entry->path());
    }
    for (const fs::path& file : abandoned)
        fs::remove(file, error);
}

Status writeFileAtomically(const std::filesystem::path& name, std::string_view content)
{
    const auto target = wholeFileTarget(name);
    if (!target)
        return fail(target.error());
    const std::filesystem::path& path = *target;
    const std::filesystem::path temporary = temporaryOf(path);
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return fail(writeError(path, errno));
    crashPoint("file.opened");
    bool good = writeAll(descriptor, content.substr(0, content.size() / 2));
    crashPoint("file.half-written");
    good = good && writeAll(descriptor, content.substr(content.size() / 2));
    crashPoint("file.written");
    good = good && ::fsync(descriptor) == 0;
    crashPoint("file.synced");
    const int reason = good ? 0 : errno;
    good = ::close(descriptor) == 0 && good;
    if (good && ::rename(temporary.c_str(), path.c_str()) == 0) {
        crashPoint("file.renamed");
        syncFolder(path.parent_path());
        crashPoint("file.kept");
        return {};
    }
    Error error = writeError(path, reason != 0 ? reason : errno);
    ::unlink(temporary.c_str());
    return fail(std::move(error));
}

Result<std::string> readFile(const std::filesystem::path& path)
{
    std::error_code ignored; // opening tells
    if (std::filesystem::is_directory(path, ignored)) {
        errno = EISDIR;
        return unreadable(path);
    }
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream content;
    if (!stream || !(content << stream.rdbuf() || stream.eof()))
        if (errno != 0)
            return unreadable(path);
    return std::move(content).str();
}

Result<nlohmann::json> readJson(const std::filesystem::path& path)
{
    auto content = readFile(path);
    if (!content)
        return fail(content.error());
    return parseJson(*content, path.string());
}

Result<std::optional<FileLock>> FileLock::tryExclusive(const std::filesystem::path& path)
{
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return systemError("Cannot lock", path);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        ::close(descriptor);
        return std::optional<FileLock>();
    }
    const std::string holder = std::to_string(::getpid()) + "\n";
    if (::ftruncate(descriptor, 0) != 0 || !writeAll(descriptor, holder)) {
        auto error = systemError("Cannot lock", path);
        ::close(descriptor);
        return error;
    }
    return std::optional<FileLock>(FileLock(descriptor));
}

FileLock::FileLock(FileLock&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

FileLock::~FileLock()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

} // namespace millrace
