// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/Cell.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace millrace
{
namespace
{

enum class Kind { Finite, Infinite, NotNumber };

/// The text without spaces and sign '+' as a double.
Kind parseDouble(std::string_view text, double& value)
{
    text = trimmed(text);
    if (text.starts_with('+') && !text.starts_with("+-"))
        text.remove_prefix(1);
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || stop != end || error == std::errc::invalid_argument)
        return Kind::NotNumber;
    if (error == std::errc::result_out_of_range) {
        // Too small is zero, too large is infinite; from_chars does not say which.
        const bool small = text.find("e-") != std::string_view::npos || text.find("E-") != std::string_view::npos;
        value = small ? 0 : std::numeric_limits<double>::infinity();
    }
    return std::isfinite(value) ? Kind::Finite : Kind::Infinite;
}

bool fits(double value)
{
    return std::abs(value) <= static_cast<double>(std::numeric_limits<float>::max());
}

} // namespace

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool isMissing(std::string_view text)
{
    constexpr std::array<std::string_view, 5> kWords = {"na", "n/a", "null", "none", "?"};
    if (!text.empty() && text.front() > ' ' && text.front() != 'N' && text.front() != 'n' && text.front() != '?')
        return false;
    const std::string_view word = trimmed(text);
    const auto same = [](char left, char right) { return (left >= 'A' && left <= 'Z' ? left + 32 : left) == right; };
    return word.empty() || std::any_of(kWords.begin(), kWords.end(), [&](std::string_view known) {
               return std::equal(word.begin(), word.end(), known.begin(), known.end(), same);
           });
}

bool isNumber(std::string_view text)
{
    double value = 0;
    return parseDouble(text, value) != Kind::NotNumber;
}

const char* parseNumberAt(const char* begin, const char* end, float& value)
{
    double number = 0;
    const auto [stop, error] = std::from_chars(begin, end, number);
    if (error != std::errc() || !fits(number))
        return nullptr;
    value = static_cast<float>(number);
    return stop;
}

bool parseCell(std::string_view text, float& value)
{
    const char* const end = text.data() + text.size();
    if (parseNumberAt(text.data(), end, value) == end && !text.empty())
        return true;
    double number = 0;
    if (parseDouble(text, number) != Kind::Finite || !fits(number))
        return false;
    value = static_cast<float>(number);
    return true;
}

std::string_view cellProblemKind(std::string_view text)
{
    double number = 0;
    if (isMissing(text))
        return "is missing";
    if (parseDouble(text, number) == Kind::NotNumber)
        return "is not a number";
    const bool spelled = trimmed(text).find_first_of("0123456789") == std::string_view::npos;
    return spelled ? "is not a finite number" : "is too large for a 32-bit float";
}

std::string cellProblem(std::string_view text)
{
    const std::string_view kind = cellProblemKind(text);
    return (isMissing(text) ? "the value " : shown(text) + " ") + std::string(kind);
}

std::string shown(std::string_view text)
{
    constexpr std::size_t kLongest = 40;
    std::size_t length = std::min(text.size(), kLongest);
    while (length < text.size() && length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U)
        --length; // not in the middle of a UTF-8 character
    std::string result = "'";
    for (const char character : text.substr(0, length))
        result += static_cast<unsigned char>(character) < ' ' || character == '\x7F' ? ' ' : character;
    return result + (length < text.size() ? "…'" : "'");
}

std::string columnPrefix(int index, const std::string& name)
{
    return "column " + std::to_string(index + 1) + (name.empty() ? "" : " (" + name + ")") + ": ";
}

std::string columnTitle(int index, const std::string& name)
{
    return name.empty() ? "column " + std::to_string(index + 1) : name;
}

} // namespace millrace
