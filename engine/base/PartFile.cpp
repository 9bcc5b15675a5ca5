// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/PartFile.h"

#include "base/Files.h"
#include "base/Json.h"
#include "base/Text.h"
#include "base/WriteError.h"

#include <cerrno>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace millrace
{

namespace fs = std::filesystem;

std::string versionOf(const HttpAnswer& answer)
{
    const bool strong = !answer.entityTag.empty() && !answer.entityTag.starts_with("W/");
    return strong ? answer.entityTag : answer.modified;
}

PartFile::PartFile(const fs::path& out) : m_file(out.string() + ".part"), m_notes(out.string() + ".part.json") {}

bool PartFile::takeUp(const std::string& address)
{
    std::error_code error;
    const auto bytes = fs::file_size(m_file, error);
    const auto notes = error || bytes == 0 ? Result<nlohmann::json>() : readJson(m_notes);
    if (error || bytes == 0 || !notes || !notes->is_object())
        return false;
    url = textIn(*notes, "url");
    version = textIn(*notes, "version");
    total = integerIn(*notes, "total", -1);
    m_size = static_cast<std::int64_t>(bytes);
    return url == address && !version.empty() && (total < 0 || m_size <= total);
}

Status PartFile::beginAnew(const std::string& address, const HttpAnswer& answer)
{
    m_stream.close();
    m_size = 0;
    url = address;
    version = versionOf(answer);
    total = answer.total;
    m_stream.open(m_file, std::ios::binary | std::ios::trunc);
    if (!m_stream)
        return failed();
    return writeFileAtomically(m_notes,
                               dumpJson(nlohmann::json{{"url", url}, {"version", version}, {"total", total}}, 1));
}

Status PartFile::append(std::string_view bytes)
{
    errno = 0;
    if (!m_stream.is_open())
        m_stream.open(m_file, std::ios::binary | std::ios::app);
    m_stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    m_size += static_cast<std::int64_t>(bytes.size());
    return m_stream ? Status{} : failed();
}

void PartFile::remove()
{
    std::error_code ignored;
    m_stream.close();
    m_size = 0;
    fs::remove(m_file, ignored);
    fs::remove(m_notes, ignored);
}

Status PartFile::rename(const fs::path& out)
{
    errno = 0;
    m_stream.close();
    const int descriptor = ::open(m_file.c_str(), O_RDONLY | O_CLOEXEC);
    const bool kept = m_stream && descriptor >= 0 && ::fsync(descriptor) == 0;
    if (descriptor >= 0)
        ::close(descriptor);
    if (!kept || ::rename(m_file.c_str(), out.c_str()) != 0)
        return failed();
    syncFolder(out.parent_path());
    remove();
    return {};
}

tl::unexpected<Error> PartFile::failed() const
{
    return fail(writeError(m_file, errno));
}

} // namespace millrace
