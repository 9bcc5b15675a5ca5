// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/AppendFile.h"

#include "base/Text.h"
#include "base/WriteError.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <map>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace millrace
{
namespace
{

namespace fs = std::filesystem;

constexpr std::size_t kHeldBytes = 8192;

/// What "scores.csv" held up to position 4711 is "scores-4711.csv" once it is set aside. By the end, so that the next
/// part's beginning is known when this one is empty, or those before are gone.
fs::path pathOfPart(const fs::path& file, std::int64_t end)
{
    return file.parent_path() / (file.stem().string() + "-" + std::to_string(end) + file.extension().string());
}

/// An empty part: what comes next begins where it ends.
Status markBegin(const fs::path& part)
{
    const int descriptor = ::open(part.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return fail(writeError(part, errno));
    ::close(descriptor);
    return {};
}

std::int64_t sizeOf(const fs::path& file)
{
    std::error_code error;
    const auto size = fs::file_size(file, error);
    return error ? 0 : static_cast<std::int64_t>(size);
}

} // namespace

AppendFile::AppendFile(fs::path file, std::string head) : m_file(std::move(file)), m_head(std::move(head)) {}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : m_file(std::move(other.m_file)), m_head(std::move(other.m_head)), m_text(std::exchange(other.m_text, {})),
      m_descriptor(std::exchange(other.m_descriptor, -1)), m_begin(other.m_begin), m_size(other.m_size),
      m_partBytes(other.m_partBytes), m_needed(other.m_needed)
{
}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept
{
    std::swap(m_file, other.m_file);
    std::swap(m_head, other.m_head);
    std::swap(m_text, other.m_text);
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_begin, other.m_begin);
    std::swap(m_size, other.m_size);
    std::swap(m_partBytes, other.m_partBytes);
    std::swap(m_needed, other.m_needed);
    return *this;
}

AppendFile::~AppendFile()
{
    if (m_descriptor >= 0)
        (void)write();
    close();
}

void AppendFile::close()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    m_descriptor = -1;
}

std::vector<AppendFile::Part> AppendFile::parts(const fs::path& file)
{
    const std::string stem = file.stem().string() + "-";
    std::map<std::int64_t, fs::path> byEnd;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(file.parent_path(), error)) {
        const std::string name = entry.path().stem().string();
        if (!name.starts_with(stem) || entry.path().extension() != file.extension())
            continue;
        if (const auto end = parseInteger(name.substr(stem.size())); end && *end >= 0)
            byEnd[*end] = entry.path();
    }
    std::vector<Part> parts;
    for (const auto& [end, path] : byEnd)
        parts.push_back({path, end - sizeOf(path)});
    parts.push_back({file, byEnd.empty() ? 0 : byEnd.rbegin()->first});
    return parts;
}

Status AppendFile::open()
{
    if (m_descriptor >= 0)
        return {};
    m_descriptor = ::open(m_file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    struct stat now {
    };
    if (m_descriptor < 0 || ::fstat(m_descriptor, &now) != 0)
        return fail(writeError(m_file, errno));
    m_begin = parts(m_file).back().begin;
    m_size = now.st_size;
    char last = '\n';
    if (m_size == 0)
        m_text.insert(0, m_head);
    else if (::pread(m_descriptor, &last, 1, m_size - 1) == 1 && last != '\n')
        m_text.insert(0, "\n"); // a line that a crash tore
    return {};
}

Status AppendFile::add(std::string_view text)
{
    if (auto opened = open(); !opened)
        return opened;
    m_text += text;
    return m_text.size() < kHeldBytes ? Status{} : write();
}

Result<std::int64_t> AppendFile::flush()
{
    auto written = open();
    if (written)
        written = write();
    if (!written)
        return fail(written.error());
    return m_begin + m_size;
}

Status AppendFile::write()
{
    std::size_t done = 0;
    while (done < m_text.size()) {
        const ssize_t written = ::write(m_descriptor, m_text.data() + done, m_text.size() - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            const int reason = errno;
            (void)!::ftruncate(m_descriptor, m_size);
            return fail(writeError(m_file, reason));
        }
        done += static_cast<std::size_t>(written);
    }
    m_size += static_cast<std::int64_t>(m_text.size());
    m_text.clear();
    return {};
}

bool AppendFile::isFull() const
{
    return m_partBytes > 0 && m_size + static_cast<std::int64_t>(m_text.size()) >= m_partBytes;
}

Result<std::int64_t> AppendFile::roll()
{
    auto end = flush();
    if (!end)
        return end;
    close();
    if (::rename(m_file.c_str(), pathOfPart(m_file, *end).c_str()) != 0)
        return fail(writeError(m_file, errno));
    dropOldest();
    if (auto opened = open(); !opened)
        return fail(opened.error());
    return m_begin;
}

void AppendFile::dropOldest()
{
    const std::vector<Part> all = parts(m_file);
    for (std::size_t i = 0; i + kPartsKept < all.size() && all[i + 1].begin <= m_needed; ++i) {
        std::error_code ignored; // it is tried again the next time
        fs::remove(all[i].path, ignored);
    }
}

Result<std::int64_t> AppendFile::cutTo(std::int64_t position)
{
    close();
    m_text.clear();
    const std::vector<Part> all = parts(m_file);
    std::size_t last = all.size() - 1;
    while (last > 0 && all[last].begin > position)
        --last;
    const std::int64_t begin = all[last].begin;
    if (last == 0 && begin > 0)
        if (auto marked = markBegin(pathOfPart(m_file, begin)); !marked)
            return fail(marked.error());
    // A kill in between leaves a shorter history, each part in its place.
    std::error_code error;
    for (std::size_t i = all.size() - 1; i > last && !error; --i)
        fs::remove(all[i].path, error);
    if (!error && last + 1 < all.size() && all[last].path != pathOfPart(m_file, begin)) // a mark stays
        fs::rename(all[last].path, m_file, error);
    const std::int64_t wanted = std::max<std::int64_t>(0, position - begin);
    if (!error && wanted == 0)
        fs::remove(m_file, error);
    else if (!error && wanted < sizeOf(m_file))
        fs::resize_file(m_file, static_cast<std::uintmax_t>(wanted), error);
    if (error)
        return fail(writeError(m_file, error.value()));
    return begin + sizeOf(m_file);
}

} // namespace millrace
