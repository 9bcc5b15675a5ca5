// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/WholeFile.h"

#include "base/Files.h"
#include "base/WriteError.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>
#include <zlib.h>

namespace millrace
{
namespace
{

constexpr unsigned kBufferSize = 256U << 10;
/// Level 3: numbers gain little from more, and it takes its time. T: plain text through the same calls.
constexpr const char* kGzip = "wb3";
constexpr const char* kPlain = "wbT";

} // namespace

struct WholeFile::State {
    std::filesystem::path file, temporary;
    gzFile stream = nullptr;
    int descriptor = -1; ///< a second one of the same file, to sync it

    ~State()
    {
        if (descriptor < 0)
            return;
        close();
        ::unlink(temporary.c_str());
    }

    bool close()
    {
        const bool good = stream == nullptr || gzclose(std::exchange(stream, nullptr)) == Z_OK;
        const int reason = errno;
        const bool kept = good && ::fsync(descriptor) == 0;
        const bool closed = ::close(std::exchange(descriptor, -1)) == 0;
        if (!good)
            errno = reason;
        return kept && closed;
    }

    [[nodiscard]] tl::unexpected<Error> failed() const { return fail(writeError(file, errno)); }
};

Result<WholeFile> WholeFile::create(const std::filesystem::path& file)
{
    auto target = wholeFileTarget(file);
    if (!target)
        return fail(target.error());
    auto state = std::make_unique<State>();
    std::error_code ignored; // opening tells
    if (target->has_parent_path())
        std::filesystem::create_directories(target->parent_path(), ignored);
    state->file = std::move(*target);
    state->temporary = temporaryOf(state->file);
    removeAbandoned(state->file); // one that was killed may have left much
    state->descriptor = ::open(state->temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (state->descriptor < 0)
        return state->failed();
    state->stream = gzdopen(::dup(state->descriptor), file.extension() == ".gz" ? kGzip : kPlain);
    if (state->stream == nullptr)
        return state->failed();
    gzbuffer(state->stream, kBufferSize);
    return WholeFile(std::move(state));
}

WholeFile::WholeFile(std::unique_ptr<State> state) : m_state(std::move(state)) {}
WholeFile::WholeFile(WholeFile&&) noexcept = default;
WholeFile& WholeFile::operator=(WholeFile&&) noexcept = default;
WholeFile::~WholeFile() = default;

Status WholeFile::write(std::string_view text)
{
    errno = 0;
    if (gzwrite(m_state->stream, text.data(), static_cast<unsigned>(text.size())) == static_cast<int>(text.size()))
        return {};
    return m_state->failed();
}

Status WholeFile::finish()
{
    errno = 0;
    State& own = *m_state;
    if (own.close() && ::rename(own.temporary.c_str(), own.file.c_str()) == 0) {
        syncFolder(own.file.parent_path());
        return {};
    }
    auto error = own.failed();
    ::unlink(own.temporary.c_str());
    return error;
}

} // namespace millrace
