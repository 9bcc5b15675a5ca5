// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/FileState.h"

#include "base/Text.h"

#include <sys/stat.h>
#include <utility>

namespace millrace
{

FileState::FileState(std::filesystem::path file, const std::vector<std::filesystem::path>& more)
    : m_file(std::move(file))
{
    for (const std::filesystem::path& other : more)
        m_others.emplace_back(other);
    struct stat info {
    };
    m_there = ::stat(m_file.c_str(), &info) == 0;
    if (!m_there)
        return;
    m_device = static_cast<std::uint64_t>(info.st_dev);
    m_inode = static_cast<std::uint64_t>(info.st_ino);
    m_bytes = static_cast<std::int64_t>(info.st_size);
    m_written = static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec;
}

std::string FileState::change() const
{
    std::string what = ownChange();
    for (const FileState& other : m_others)
        if (const std::string others = other.ownChange(); what.empty() && !others.empty())
            what = other.m_file.filename().string() + ": " + others;
    return what;
}

std::string FileState::ownChange() const
{
    const FileState now(m_file);
    if (m_there != now.m_there)
        return now.m_there ? "it was not there before" : "it is gone";
    if (m_bytes != now.m_bytes)
        return "it had " + formatCount(m_bytes) + " bytes, and has " + formatCount(now.m_bytes);
    if (m_device != now.m_device || m_inode != now.m_inode)
        return "another file took its place";
    return m_written != now.m_written ? "it was written to" : std::string();
}

Error FileState::changed(const std::string& what) const
{
    return {ErrorCode::Failed, m_file.string() + " changed while it was read: " + what,
            "Wait until nobody writes to it, or work on a copy"};
}

Status FileState::checkUnchanged(const std::string& consequence) const
{
    const std::string what = change();
    return what.empty() ? Status{} : fail(changed(what + consequence));
}

} // namespace millrace
