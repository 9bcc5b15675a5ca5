// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace
{

/// 16 hexadecimal digits.
std::string hexDigits(std::uint64_t number);

/// A name for something that belongs to `text`, and to no other text: of ASCII letters, digits, dots and hyphens, at
/// most `longest` characters (40 at least). As it is where it holds nothing else and is not too long; otherwise what is
/// readable of it, and a hash of the whole. Never an underscore: Kafka refuses two topics that differ by a dot and an
/// underscore alone.
std::string uniqueName(std::string_view text, std::size_t longest);

} // namespace millrace
