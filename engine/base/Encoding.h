// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace
{

constexpr std::string_view kUtf8 = "UTF-8";

/// The encodings that guessEncoding() knows and forms offer; a Transcoder takes every name that iconv knows.
const std::vector<std::string>& offeredEncodings();

/// Bytes of any encoding as UTF-8, piece by piece. What is no text in it becomes U+FFFD. Not thread-safe.
class Transcoder
{
public:
    /// ErrorCode::Usage for an encoding that nobody knows.
    static Result<Transcoder> open(const std::string& encoding);
    Transcoder(Transcoder&& other) noexcept;
    Transcoder& operator=(Transcoder&& other) noexcept;
    Transcoder(const Transcoder&) = delete;
    Transcoder& operator=(const Transcoder&) = delete;
    ~Transcoder();

    /// Appends to `text`. A character that the piece cuts waits for the next; behind the last piece it is damaged.
    void feed(std::string_view bytes, bool last, std::string& text);
    [[nodiscard]] std::int64_t replaced() const { return m_replaced; } ///< so often U+FFFD stands for bytes

private:
    Transcoder(void* descriptor, std::size_t unit) : m_descriptor(descriptor), m_unit(unit) {}

    void* m_descriptor; ///< iconv_t
    std::size_t m_unit; ///< bytes to pass over where they are no text
    std::string m_cut;  ///< of a character
    std::int64_t m_replaced = 0;
};

/// Whether it is UTF-8. mayBeCut: the last character need not be whole.
bool isUtf8(std::string_view text, bool mayBeCut = false);

/// What the beginning of a text is written in, by its byte order mark or by which encoding makes the most common
/// characters of it: Windows-1252, Big5, GB18030 and Shift-JIS can only be guessed. UTF-16 without a mark is none.
std::string guessEncoding(std::string_view head);

/// "UTF-16LE" or "UTF-16BE" where bytes of zero alternate with others as in a text of that kind; empty else.
std::string utf16WithoutMark(std::string_view head);

/// The text as UTF-8, whatever it was: bytes that are none become U+FFFD.
std::string repairedUtf8(std::string_view text);

} // namespace millrace
