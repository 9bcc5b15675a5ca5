// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/SessionMarker.h"

#include <QDateTime>
#include <unistd.h>

namespace millrace
{
namespace
{

namespace fs = std::filesystem;

constexpr const char* kTimeFormat = "yyyyMMdd'T'HHmmsszzz'Z'"; ///< UTC

/// "20260131T123456789Z-4711" was opened at 2026-01-31T12:34:56Z; empty for a file that is none of ours.
std::string openedAt(const fs::path& file)
{
    const QString time = QString::fromStdString(file.filename().string()).section('-', 0, 0);
    const QDateTime opened = QDateTime::fromString(time, kTimeFormat);
    return opened.isValid() ? opened.toString("yyyy-MM-dd'T'HH:mm:ss'Z'").toStdString() : std::string();
}

} // namespace

SessionMarker::SessionMarker(const fs::path& home)
{
    const fs::path folder = home / "windows";
    makePrivateFolder(folder);
    std::error_code failure;
    for (const auto& entry : fs::directory_iterator(folder, failure)) {
        const std::string opened = openedAt(entry.path());
        const auto unheld = FileLock::tryExclusive(entry.path());
        if (opened.empty() || !unheld || !*unheld)
            continue;
        m_crashedSince = m_crashedSince.empty() ? opened : std::min(m_crashedSince, opened);
        fs::remove(entry.path(), failure);
    }
    m_file = folder /
             (QDateTime::currentDateTimeUtc().toString(kTimeFormat).toStdString() + "-" + std::to_string(::getpid()));
    if (auto lock = FileLock::tryExclusive(m_file))
        m_lock = std::move(*lock);
}

SessionMarker::~SessionMarker()
{
    std::error_code ignored;
    if (m_lock)
        std::filesystem::remove(m_file, ignored);
}

} // namespace millrace
