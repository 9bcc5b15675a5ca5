// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/runs/RunLog.h"

#include "base/Clock.h"
#include "base/Text.h"
#include "pipeline/runs/RunFiles.h"

namespace millrace
{

RunLog::RunLog(const std::filesystem::path& run) : m_file(run / kLogFile) {}

void RunLog::setPartBytes(std::int64_t bytes)
{
    const std::lock_guard lock(m_mutex);
    m_file.setPartBytes(bytes);
}

void RunLog::add(const std::string& line)
{
    const std::lock_guard lock(m_mutex);
    auto added = m_file.add(isoTime(nowMilliseconds()) + ' ' + line + '\n');
    if (added)
        if (const auto flushed = m_file.flush(); !flushed)
            added = fail(flushed.error());
    if (added && m_file.isFull())
        if (const auto rolled = m_file.roll(); !rolled)
            added = fail(rolled.error());
    if (!added && !m_failed) {
        m_status = added;
        m_failed = true;
    }
}

Status RunLog::status() const
{
    if (!m_failed)
        return {};
    const std::lock_guard lock(m_mutex);
    return m_status;
}

} // namespace millrace
