// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/CsvFields.h"
#include "data/CsvReader.h"

#include <cerrno>
#include <cstring>

namespace millrace
{

Status RejectedFile::add(const std::string& place, const std::string& reason, std::string_view text)
{
    errno = 0;
    if (!m_stream.is_open()) {
        m_stream.open(m_file, std::ios::binary | std::ios::app);
        if (m_stream && m_stream.tellp() == std::streampos(0))
            m_stream << "place,reason,text\n";
    }
    m_stream << quotedField(place) << ',' << quotedField(reason) << ',' << quotedField(text) << '\n' << std::flush;
    if (!m_stream)
        return fail(ErrorCode::Failed, "Cannot write " + m_file.string() + ": " + std::strerror(errno),
                    "Free some space or check the permissions of the folder");
    ++m_count;
    return {};
}

std::int64_t RejectedFile::bytes()
{
    return m_stream.is_open() ? static_cast<std::int64_t>(m_stream.tellp()) : 0;
}

Status RejectedFile::cutTo(std::int64_t count, std::int64_t bytes)
{
    m_count = count;
    m_stream.close();
    m_stream.clear();
    std::error_code error;
    if (bytes == 0) {
        std::filesystem::remove(m_file, error);
    } else {
        std::filesystem::resize_file(m_file, static_cast<std::uintmax_t>(bytes), error);
        m_stream.open(m_file, std::ios::binary | std::ios::app);
        m_stream.seekp(0, std::ios::end); // so that bytes() knows
    }
    if (error || !m_stream)
        return fail(ErrorCode::Failed, "Cannot write " + m_file.string() + ": " + error.message(),
                    "Check the permissions of the folder");
    return {};
}

} // namespace millrace
