// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace millrace
{

/// FNV-1a with 64 bits: tells texts apart, keeps nobody out. http://www.isthe.com/chongo/tech/comp/fnv/
inline std::uint64_t hashOf(std::string_view text, std::uint64_t seed = 0xCBF29CE484222325ULL)
{
    for (const char c : text)
        seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    return seed;
}

/// Of containers by text that find a view without making a text of it.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

} // namespace millrace
