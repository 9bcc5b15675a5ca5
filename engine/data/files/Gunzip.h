// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;

namespace millrace
{

constexpr int kGzipWindow = 15 + 16; ///< zlib's largest window, in gzip's frame
constexpr auto kBehindGzip = "bytes that are no gzip stand behind its end";

/// What stands behind a member of gzip, in what the stream has as input.
enum class BehindMember { Nothing, Member, Other };
/// Passes over zeros, with which tapes were filled, and makes the stream ready for another member where one begins.
/// Anything else there is damage.
BehindMember passToNextMember(z_stream_s& stream);

/// Unpacks gzip that comes in pieces, all members of it, and checks their checksums and lengths. What is no gzip, told
/// by its first two bytes, passes as it is. Not thread-safe.
class Gunzip
{
public:
    using Take = std::function<Status(std::string_view text)>;

    Gunzip();
    Gunzip(Gunzip&&) noexcept;
    Gunzip& operator=(Gunzip&&) noexcept;
    ~Gunzip();

    /// Hands on what the piece unpacks to; an error of `take` ends it. ErrorCode::BadData when the data are damaged.
    Status feed(std::string_view packed, const Take& take);
    [[nodiscard]] bool isGzip() const; ///< false also before the first two bytes
    /// What came so far can be all of it.
    [[nodiscard]] bool isWhole() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace millrace
