// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/ByteSource.h"

#include "base/BoundedQueue.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>
#include <zlib.h>
#include <zstd.h>

namespace millrace
{
namespace
{

constexpr std::size_t kBlockSize = std::size_t{256} << 10;
constexpr std::size_t kBlocksAhead = 8;
constexpr auto kGetAgain = "Copy or download the file again";

Error diskError()
{
    return {ErrorCode::Failed, std::strerror(errno), "Check the disk or the network"};
}

class PlainSource final : public ByteSource
{
public:
    explicit PlainSource(int descriptor) : m_descriptor(descriptor) {}
    ~PlainSource() override { ::close(m_descriptor); }

    std::size_t read(std::span<char> room) override
    {
        std::size_t filled = 0;
        while (filled < room.size()) {
            const ssize_t got = ::read(m_descriptor, room.data() + filled, room.size() - filled);
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0)
                m_damage = diskError();
            if (got <= 0)
                break;
            filled += static_cast<std::size_t>(got);
        }
        m_position += static_cast<std::int64_t>(filled);
        return filled;
    }
    [[nodiscard]] const std::optional<Error>& damage() const override { return m_damage; }
    [[nodiscard]] std::int64_t position() const override { return m_position; }

private:
    int m_descriptor;
    std::int64_t m_position = 0;
    std::optional<Error> m_damage;
};

/// zlib's own reader knows members that follow each other and what may stand behind the last.
class GzipSource final : public ByteSource
{
public:
    explicit GzipSource(int descriptor) : m_file(gzdopen(descriptor, "rb"))
    {
        gzbuffer(m_file, kBlockSize / 2); // reads of twice that go straight into the caller's room
    }
    ~GzipSource() override { gzclose_r(m_file); }

    std::size_t read(std::span<char> room) override
    {
        errno = 0;
        const int got = gzread(m_file, room.data(), static_cast<unsigned>(room.size()));
        const Error disk = diskError();
        int code = Z_OK;
        const std::string reason = gzerror(m_file, &code);
        if (code == Z_BUF_ERROR)
            m_damage = Error{ErrorCode::BadData, "the gzip data ends too early", kGetAgain};
        else if (code == Z_ERRNO)
            m_damage = disk;
        else if (code != Z_OK)
            m_damage = Error{ErrorCode::BadData, "the gzip data is damaged (" + reason + ")", kGetAgain};
        return static_cast<std::size_t>(std::max(got, 0));
    }
    [[nodiscard]] const std::optional<Error>& damage() const override { return m_damage; }
    [[nodiscard]] std::int64_t position() const override { return gzoffset(m_file); }

private:
    gzFile m_file;
    std::optional<Error> m_damage;
};

class ZstdSource final : public ByteSource
{
public:
    explicit ZstdSource(int descriptor) : m_file(descriptor), m_packed(ZSTD_DStreamInSize()) {}

    std::size_t read(std::span<char> room) override
    {
        ZSTD_outBuffer out{room.data(), room.size(), 0};
        while (out.pos < out.size && !m_damage && more()) {
            m_unfinished = ZSTD_decompressStream(m_stream.get(), &out, &m_in);
            m_heldBack = out.pos == out.size && m_unfinished != 0;
            if (ZSTD_isError(m_unfinished) != 0)
                m_damage =
                    Error{ErrorCode::BadData,
                          std::string("the zstd data is damaged (") + ZSTD_getErrorName(m_unfinished) + ")", kGetAgain};
        }
        return out.pos;
    }
    [[nodiscard]] const std::optional<Error>& damage() const override { return m_damage; }
    [[nodiscard]] std::int64_t position() const override { return m_file.position(); }

private:
    /// False when nothing is left, neither in the file nor in the decoder.
    bool more()
    {
        if (m_in.pos < m_in.size || m_heldBack)
            return true;
        m_in = {m_packed.data(), m_file.read(m_packed), 0};
        if (m_in.size > 0)
            return true;
        m_damage = m_file.damage();
        if (!m_damage && m_unfinished != 0)
            m_damage = Error{ErrorCode::BadData, "the zstd data ends too early", kGetAgain};
        return false;
    }

    struct FreeStream {
        void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
    };
    PlainSource m_file;
    std::vector<char> m_packed;
    ZSTD_inBuffer m_in{nullptr, 0, 0};
    std::unique_ptr<ZSTD_DStream, FreeStream> m_stream{ZSTD_createDStream()};
    std::size_t m_unfinished = 0; ///< 0 between two frames
    bool m_heldBack = false;      ///< there was no room for all that the input gave
    std::optional<Error> m_damage;
};

/// Unpacks on a thread of its own while the caller parses; blocks go round between the two.
class ReadAhead final : public ByteSource
{
public:
    explicit ReadAhead(std::unique_ptr<ByteSource> source) : m_source(std::move(source))
    {
        for (std::size_t i = 0; i < kBlocksAhead; ++i)
            m_free.push({std::vector<char>(kBlockSize)});
        m_thread = std::jthread([this] { fillBlocks(); });
    }
    ~ReadAhead() override
    {
        m_free.close();
        m_full.close();
    }

    std::size_t read(std::span<char> room) override
    {
        std::size_t filled = 0;
        while (filled < room.size() && (m_used < m_block.size || nextBlock())) {
            const std::size_t count = std::min(room.size() - filled, m_block.size - m_used);
            std::memcpy(room.data() + filled, m_block.bytes.data() + m_used, count);
            filled += count;
            m_used += count;
        }
        return filled;
    }
    [[nodiscard]] const std::optional<Error>& damage() const override { return m_block.damage; }
    [[nodiscard]] std::int64_t position() const override { return m_block.position; }
    [[nodiscard]] bool isPacked() const override { return true; }

private:
    struct Block {
        std::vector<char> bytes{};
        std::size_t size = 0;
        std::int64_t position = 0;     ///< of the source behind it
        std::optional<Error> damage{}; ///< what comes behind it
    };

    void fillBlocks()
    {
        while (auto block = m_free.pop()) {
            block->size = m_source->read(block->bytes);
            block->position = m_source->position();
            block->damage = m_source->damage();
            const bool last = block->size < block->bytes.size();
            if (!m_full.push(std::move(*block)) || last)
                break;
        }
        m_full.close();
    }

    /// False at the end; the last block then stays, for what it says.
    bool nextBlock()
    {
        auto next = m_full.pop();
        if (!next)
            return false;
        std::swap(m_block, *next);
        m_used = 0;
        if (!next->bytes.empty())
            m_free.push(std::move(*next));
        return true;
    }

    std::unique_ptr<ByteSource> m_source;
    BoundedQueue<Block> m_free{kBlocksAhead}, m_full{kBlocksAhead};
    Block m_block; ///< being read
    std::size_t m_used = 0;
    std::jthread m_thread; ///< last: everything it uses is made before it
};

} // namespace

Result<std::unique_ptr<ByteSource>> ByteSource::open(const std::filesystem::path& file)
{
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return fail(ErrorCode::BadData, "Cannot open " + file.string() + ": " + std::strerror(errno),
                    "Check the name and the permissions");
    std::array<char, 4> bytes{};
    const ssize_t got = ::pread(descriptor, bytes.data(), bytes.size(), 0);
    const std::string_view magic(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (magic.starts_with("\x1F\x8B"))
        return std::make_unique<ReadAhead>(std::make_unique<GzipSource>(descriptor));
    if (magic.starts_with("\x28\xB5\x2F\xFD"))
        return std::make_unique<ReadAhead>(std::make_unique<ZstdSource>(descriptor));
    return std::make_unique<PlainSource>(descriptor);
}

} // namespace millrace
