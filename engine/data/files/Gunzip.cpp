// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/Gunzip.h"

#include <vector>
#include <zlib.h>

namespace millrace
{
namespace
{

constexpr std::size_t kGunzipBufferSize = std::size_t{256} << 10;
constexpr std::string_view kMagic = "\x1F\x8B";
constexpr Bytef kPadding = 0;

} // namespace

BehindMember passToNextMember(z_stream_s& stream)
{
    while (stream.avail_in > 0 && *stream.next_in == kPadding) {
        ++stream.next_in;
        --stream.avail_in;
    }
    if (stream.avail_in == 0)
        return BehindMember::Nothing;
    const bool begins = *stream.next_in == static_cast<Bytef>(kMagic.front());
    return begins && inflateReset(&stream) == Z_OK ? BehindMember::Member : BehindMember::Other;
}

struct Gunzip::State {
    enum class Kind { Unknown, Plain, Gzip };
    Kind kind = Kind::Unknown;
    std::string head; ///< the first byte, while there is no second
    z_stream stream{};
    bool open = false;
    bool between = false; ///< a member has ended: another one may follow
    std::vector<char> buffer = std::vector<char>(kGunzipBufferSize);

    ~State()
    {
        if (open)
            inflateEnd(&stream);
    }

    Status feedGzip(std::string_view packed, const Take& take);
    Status inflateSome(const Take& take);
};

Status Gunzip::State::inflateSome(const Take& take)
{
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    const int code = inflate(&stream, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
        return fail(ErrorCode::BadData, "the gzip data is damaged (" +
                                            std::string(stream.msg != nullptr ? stream.msg : zError(code)) + ")");
    between = code == Z_STREAM_END;
    return take({buffer.data(), buffer.size() - stream.avail_out});
}

Status Gunzip::State::feedGzip(std::string_view packed, const Take& take)
{
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data())); // never written to
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.avail_out = 1;
    // As long as the room runs out there may be more to come, also when all is read.
    while (stream.avail_in > 0 || (stream.avail_out == 0 && !between)) {
        const auto behind = between ? passToNextMember(stream) : BehindMember::Member;
        if (behind == BehindMember::Nothing)
            break;
        if (behind == BehindMember::Other)
            return fail(ErrorCode::BadData, std::string("the gzip data is damaged (") + kBehindGzip + ")");
        between = false;
        if (auto unpacked = inflateSome(take); !unpacked)
            return unpacked;
    }
    return {};
}

Gunzip::Gunzip() : m_state(std::make_unique<State>()) {}
Gunzip::Gunzip(Gunzip&&) noexcept = default;
Gunzip& Gunzip::operator=(Gunzip&&) noexcept = default;
Gunzip::~Gunzip() = default;

Status Gunzip::feed(std::string_view packed, const Take& take)
{
    State& own = *m_state;
    std::string joined;
    if (own.kind == State::Kind::Unknown) {
        joined = own.head + std::string(packed);
        own.head = joined.size() < kMagic.size() ? joined : std::string();
        if (joined.size() < kMagic.size())
            return {};
        packed = joined;
        own.kind = packed.starts_with(kMagic) ? State::Kind::Gzip : State::Kind::Plain;
        if (own.kind == State::Kind::Gzip && inflateInit2(&own.stream, kGzipWindow) != Z_OK)
            return fail(ErrorCode::Failed, "There is no memory to unpack gzip");
        own.open = own.kind == State::Kind::Gzip;
    }
    return own.kind == State::Kind::Plain ? take(packed) : own.feedGzip(packed, take);
}

bool Gunzip::isGzip() const
{
    return m_state->kind == State::Kind::Gzip;
}

bool Gunzip::isWhole() const
{
    return m_state->kind == State::Kind::Plain || (isGzip() && m_state->between);
}

} // namespace millrace
