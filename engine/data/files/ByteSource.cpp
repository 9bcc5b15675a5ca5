// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/ByteSource.h"

#include "base/BoundedQueue.h"
#include "base/Encoding.h"
#include "base/Text.h"
#include "data/files/Gunzip.h"
#include "data/files/ParquetSource.h"

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
#include <zstd_errors.h>

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

/// zlib's own reader passes over what stands behind the last member without a word: members are counted here.
class GzipSource final : public ByteSource
{
public:
    explicit GzipSource(int descriptor) : m_file(descriptor), m_packed(kBlockSize / 2)
    {
        if (inflateInit2(&m_stream, kGzipWindow) != Z_OK)
            m_damage = Error{ErrorCode::Failed, "there is no memory to unpack gzip", {}};
    }
    ~GzipSource() override { inflateEnd(&m_stream); }

    std::size_t read(std::span<char> room) override
    {
        m_stream.next_out = reinterpret_cast<Bytef*>(room.data());
        m_stream.avail_out = static_cast<uInt>(room.size());
        while (m_stream.avail_out > 0 && !m_damage && more())
            if (!m_between || beginsMember())
                inflateSome();
        return room.size() - m_stream.avail_out;
    }
    [[nodiscard]] const std::optional<Error>& damage() const override { return m_damage; }
    [[nodiscard]] std::int64_t position() const override { return m_file.position(); }

private:
    void setDamaged(const std::string& reason)
    {
        m_damage = Error{ErrorCode::BadData, "the gzip data is damaged (" + reason + ")", kGetAgain};
    }

    void inflateSome()
    {
        const int code = inflate(&m_stream, Z_NO_FLUSH);
        m_between = code == Z_STREAM_END;
        m_heldBack = m_stream.avail_out == 0 && !m_between;
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
            setDamaged(m_stream.msg != nullptr ? m_stream.msg : zError(code));
    }

    /// Whether another member follows the one that ended.
    bool beginsMember()
    {
        const auto behind = passToNextMember(m_stream);
        if (behind == BehindMember::Other)
            setDamaged(kBehindGzip);
        m_between = behind != BehindMember::Member;
        return !m_between;
    }

    /// False when nothing is left, neither in the file nor in the decoder.
    bool more()
    {
        if (m_stream.avail_in > 0 || m_heldBack)
            return true;
        m_stream.avail_in = static_cast<uInt>(m_file.read(m_packed));
        m_stream.next_in = reinterpret_cast<Bytef*>(m_packed.data());
        if (m_stream.avail_in > 0)
            return true;
        m_damage = m_file.damage();
        if (!m_damage && !m_between)
            m_damage = Error{ErrorCode::BadData, "the gzip data ends too early", kGetAgain};
        return false;
    }

    PlainSource m_file;
    std::vector<char> m_packed;
    z_stream m_stream{};
    bool m_between = false;  ///< a member has ended
    bool m_heldBack = false; ///< there was no room for all that the input gave
    std::optional<Error> m_damage;
};

constexpr std::string_view kZstdMagic = "\x28\xB5\x2F\xFD";

/// pzstd's and others' files begin with a frame to skip: 50 to 5F, then these.
bool isSkippableFrame(std::string_view magic)
{
    return magic.size() >= 4 && (static_cast<unsigned char>(magic[0]) & 0xF0U) == 0x50 &&
           magic.substr(1, 3) == "\x2A\x4D\x18";
}

/// Bytes that a frame's decoder must keep, by the frame's header (RFC 8878, 3.1.1.1.2); 0 where it does not say.
std::int64_t zstdWindow(std::string_view frame)
{
    constexpr unsigned kSingleSegment = 0x20;
    if (!frame.starts_with(kZstdMagic) || frame.size() < 6 ||
        (static_cast<unsigned char>(frame[4]) & kSingleSegment) != 0)
        return 0;
    const auto descriptor = static_cast<unsigned char>(frame[5]);
    const std::int64_t base = std::int64_t{1} << (10 + (descriptor >> 3U));
    return base + base / 8 * (descriptor & 7U);
}

class ZstdSource final : public ByteSource
{
public:
    explicit ZstdSource(int descriptor) : m_file(descriptor), m_packed(ZSTD_DStreamInSize())
    {
        // Windows up to 2 GiB (zstd --long=31); memory is taken as the frame needs it.
        ZSTD_DCtx_setParameter(m_stream.get(), ZSTD_d_windowLogMax,
                               ZSTD_dParam_getBounds(ZSTD_d_windowLogMax).upperBound);
    }

    std::size_t read(std::span<char> room) override
    {
        ZSTD_outBuffer out{room.data(), room.size(), 0};
        while (out.pos < out.size && !m_damage && more()) {
            if (m_unfinished == 0 && !m_heldBack)
                m_window = zstdWindow({m_packed.data() + m_in.pos, m_in.size - m_in.pos});
            m_unfinished = ZSTD_decompressStream(m_stream.get(), &out, &m_in);
            m_heldBack = out.pos == out.size && m_unfinished != 0;
            if (ZSTD_isError(m_unfinished) != 0)
                m_damage = unusable();
        }
        return out.pos;
    }
    [[nodiscard]] const std::optional<Error>& damage() const override { return m_damage; }
    [[nodiscard]] std::int64_t position() const override { return m_file.position(); }

private:
    [[nodiscard]] Error unusable() const
    {
        const ZSTD_ErrorCode code = ZSTD_getErrorCode(m_unfinished);
        if (code == ZSTD_error_frameParameter_windowTooLarge || code == ZSTD_error_memory_allocation) {
            const std::string window = m_window > 0 ? " of " + formatBytes(m_window) : std::string();
            return {ErrorCode::BadData, "its zstd data needs a window" + window + ", for which there is no memory here",
                    "Pack it anew with a smaller one: zstd -d --long=31 --memory=2048MB FILE, then zstd on the result"};
        }
        return {ErrorCode::BadData, std::string("the zstd data is damaged (") + ZSTD_getErrorName(m_unfinished) + ")",
                kGetAgain};
    }

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
    std::int64_t m_window = 0;    ///< of the frame that is being read, as far as it says
    bool m_heldBack = false;      ///< there was no room for all that the input gave
    std::optional<Error> m_damage;
};

/// What another source gives, in UTF-8.
class TranscodingSource final : public ByteSource
{
public:
    TranscodingSource(std::unique_ptr<ByteSource> source, Transcoder transcoder)
        : m_source(std::move(source)), m_transcoder(std::move(transcoder)), m_block(kBlockSize)
    {
    }

    std::size_t read(std::span<char> room) override
    {
        while (m_text.size() - m_used < room.size() && !m_atEnd) {
            m_text.erase(0, std::exchange(m_used, 0));
            const std::size_t got = m_source->read(m_block);
            m_atEnd = got < m_block.size();
            m_transcoder.feed({m_block.data(), got}, m_atEnd, m_text);
        }
        const std::size_t count = std::min(room.size(), m_text.size() - m_used);
        std::memcpy(room.data(), m_text.data() + m_used, count);
        m_used += count;
        return count;
    }
    [[nodiscard]] const std::optional<Error>& damage() const override { return m_source->damage(); }
    [[nodiscard]] std::int64_t position() const override { return m_source->position(); }

private:
    std::unique_ptr<ByteSource> m_source;
    Transcoder m_transcoder;
    std::vector<char> m_block;
    std::string m_text; ///< in UTF-8; the first m_used bytes are handed out
    std::size_t m_used = 0;
    bool m_atEnd = false;
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

Result<std::unique_ptr<ByteSource>> openUnpacked(const std::filesystem::path& file)
{
    if (auto good = checkRereadable(file); !good)
        return fail(good.error());
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return fail(ErrorCode::BadData, "Cannot open " + file.string() + ": " + std::strerror(errno),
                    "Check the name and the permissions");
    std::array<char, 4> bytes{};
    const ssize_t got = ::pread(descriptor, bytes.data(), bytes.size(), 0);
    const std::string_view magic(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (isReadableParquet(magic)) {
        ::close(descriptor);
        return openParquet(file);
    }
    if (magic.starts_with("\x1F\x8B"))
        return std::make_unique<ReadAhead>(std::make_unique<GzipSource>(descriptor));
    if (magic.starts_with(kZstdMagic) || isSkippableFrame(magic))
        return std::make_unique<ReadAhead>(std::make_unique<ZstdSource>(descriptor));
    return std::make_unique<PlainSource>(descriptor);
}

} // namespace

Status checkRereadable(const std::filesystem::path& file)
{
    std::error_code ignored; // opening tells
    if (!std::filesystem::is_other(std::filesystem::status(file, ignored)))
        return {};
    return fail(ErrorCode::BadData,
                file.string() +
                    " is a pipe or a device, which cannot be read twice: for the columns, then for the rows",
                "Write it to a file first, plain or compressed with gzip or zstd, and give that");
}

Result<std::unique_ptr<ByteSource>> ByteSource::open(const std::filesystem::path& file, const std::string& encoding)
{
    auto source = openUnpacked(file);
    if (!source || encoding == kUtf8 || (*source)->isUtf8())
        return source;
    auto transcoder = Transcoder::open(encoding);
    if (!transcoder)
        return fail(transcoder.error());
    return std::make_unique<ReadAhead>(std::make_unique<TranscodingSource>(std::move(*source), std::move(*transcoder)));
}

} // namespace millrace
