// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Names.h"

#include "base/Hash.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace millrace
{
namespace
{

constexpr std::size_t kHexDigits = 16;

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

/// It could be the name of another text.
bool endsLikeAHash(std::string_view text)
{
    if (text.size() < kHexDigits)
        return false;
    const std::string_view end = text.substr(text.size() - kHexDigits);
    return end.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

} // namespace

std::string hexDigits(std::uint64_t number)
{
    std::array<char, kHexDigits> digits{};
    const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
    const auto length = static_cast<std::size_t>(end - digits.data());
    return std::string(kHexDigits - length, '0') + std::string(digits.data(), length);
}

std::string uniqueName(std::string_view text, std::size_t longest)
{
    if (!text.empty() && text.size() <= longest && std::ranges::all_of(text, isNameCharacter) && !endsLikeAHash(text))
        return std::string(text);
    std::string readable;
    for (const char c : text)
        if (isNameCharacter(c))
            readable += c;
        else if (!readable.empty() && readable.back() != '-')
            readable += '-';
    readable.resize(std::min(readable.size(), longest - kHexDigits - 1));
    while (!readable.empty() && readable.back() == '-')
        readable.pop_back();
    return (readable.empty() ? std::string() : readable + '-') + hexDigits(hashOf(text));
}

} // namespace millrace
