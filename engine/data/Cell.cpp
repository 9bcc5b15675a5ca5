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

/// A number with a decimal comma, spelled with a point.
std::optional<std::string> withPoint(std::string_view text)
{
    constexpr std::size_t kLongest = 400; // more than any number needs
    if (text.size() > kLongest || text.find('.') != std::string_view::npos)
        return std::nullopt;
    std::string result(text);
    std::replace(result.begin(), result.end(), ',', '.');
    return result;
}

/// What stands in a number's way, where the text would be one without it; empty where it would not.
std::string oddSpelling(std::string_view text, char decimal)
{
    struct Odd {
        std::string_view sign;
        const char* name;
    };
    constexpr std::array kOdd = {Odd{"%", "a percent sign"},
                                 Odd{"\xE2\x88\x92", "a minus sign that is not ASCII"},
                                 Odd{"\xE2\x80\x93", "a dash for a minus sign"},
                                 Odd{"_", "an underscore"},
                                 Odd{",", "a comma"},
                                 Odd{".", "a point, where the decimal mark is a comma"},
                                 Odd{"'", "an apostrophe"},
                                 Odd{" ", "a blank"},
                                 Odd{"\xC2\xA0", "a blank"},
                                 Odd{"\xE2\x80\xAF", "a blank"},
                                 Odd{"$", "a currency sign"},
                                 Odd{"\xE2\x82\xAC", "a currency sign"},
                                 Odd{"\xC2\xA3", "a currency sign"},
                                 Odd{"D", "Fortran's exponent D"},
                                 Odd{"d", "Fortran's exponent d"}};
    text = trimmed(text);
    const std::string_view digits = text.substr(std::min(text.find_first_not_of("+-"), text.size()));
    if ((digits.starts_with("0x") || digits.starts_with("0X")) && digits.size() > 2 &&
        digits.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos)
        return "hexadecimal digits";
    if (text.find_first_of("0123456789") == std::string_view::npos)
        return {};
    if (decimal == '.' && hasThousandsMarks(text, '.'))
        return "points between thousands";
    std::string rest(text);
    std::string found;
    for (const Odd& odd : kOdd) {
        if (rest.find(odd.sign) == std::string::npos || (odd.sign == "." && decimal == '.'))
            continue;
        found = found.empty() ? odd.name : found;
        for (auto at = rest.find(odd.sign); at != std::string::npos; at = rest.find(odd.sign))
            rest.replace(at, odd.sign.size(), odd.sign == "D" || odd.sign == "d" ? "e" : "");
    }
    return isNumber(rest) ? found : std::string();
}

/// What stands for "no value" among others, and may be a class beside "+".
bool isMark(std::string_view word)
{
    return word == "-" || word == "--" || word == ".";
}

bool fits(double value)
{
    return std::abs(value) <= static_cast<double>(std::numeric_limits<float>::max());
}

template <typename Number>
std::size_t spell(Number value, std::array<char, 32>& text)
{
    constexpr Number kFixed = 1e18F; // up to it a whole number has fewer digits than there is room for
    value = value == 0 ? 0 : value;  // no −0
    char* const end = text.data() + text.size();
    const bool whole = value == std::trunc(value) && std::abs(value) < kFixed;
    const auto result = whole ? std::to_chars(text.data(), end, value, std::chars_format::fixed, 0)
                              : std::to_chars(text.data(), end, value);
    return static_cast<std::size_t>(result.ptr - text.data());
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
    constexpr std::array<std::string_view, 8> kWords = {"na", "n/a", "n.a.", "#n/a", "nan", "null", "none", "?"};
    constexpr std::string_view kFirst = "Nn?#-."; // most cells begin with something else
    if (!text.empty() && text.front() > ' ' && kFirst.find(text.front()) == std::string_view::npos)
        return false;
    const std::string_view word = trimmed(text);
    if (isMark(word))
        return true;
    const auto same = [](char left, char right) { return (left >= 'A' && left <= 'Z' ? left + 32 : left) == right; };
    return word.empty() || std::any_of(kWords.begin(), kWords.end(), [&](std::string_view known) {
               return std::equal(word.begin(), word.end(), known.begin(), known.end(), same);
           });
}

bool isMissingLabel(std::string_view text)
{
    return isMissing(text) && !isMark(trimmed(text));
}

bool isNumber(std::string_view text, char decimal)
{
    double value = 0;
    if (decimal == ',') {
        const auto number = withPoint(text);
        return number && parseDouble(*number, value) != Kind::NotNumber;
    }
    return parseDouble(text, value) != Kind::NotNumber;
}

bool hasThousandsMarks(std::string_view text, char mark)
{
    constexpr std::size_t kGroup = 3;
    text = trimmed(text);
    text.remove_prefix(text.starts_with('+') || text.starts_with('-') ? 1 : 0);
    if (text.starts_with('0'))
        return false;
    int groups = 0;
    while (true) {
        const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
        if (digits == 0 || digits > kGroup || (groups > 0 && digits < kGroup))
            return false;
        ++groups;
        if (digits == text.size())
            return groups > 2;
        if (text[digits] != mark)
            return false;
        text.remove_prefix(digits + 1);
    }
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

bool parseCell(std::string_view text, float& value, char decimal)
{
    if (decimal == ',') {
        const auto number = withPoint(text);
        return number && parseCell(*number, value);
    }
    const char* const end = text.data() + text.size();
    if (parseNumberAt(text.data(), end, value) == end && !text.empty())
        return true;
    double number = 0;
    if (parseDouble(text, number) != Kind::Finite || !fits(number))
        return false;
    value = static_cast<float>(number);
    return true;
}

std::optional<double> parseDoubleCell(std::string_view text, char decimal)
{
    if (decimal == ',') {
        const auto number = withPoint(text);
        return number ? parseDoubleCell(*number, '.') : std::nullopt;
    }
    double value = 0;
    return parseDouble(text, value) == Kind::Finite ? std::optional(value) : std::nullopt;
}

NumberText::NumberText(float value) : m_size(spell(value, m_text)) {}

NumberText::NumberText(double value) : m_size(spell(value, m_text)) {}

std::string cellProblemKind(std::string_view text, char decimal)
{
    if (isMissing(text))
        return "is missing";
    if (!isNumber(text, decimal)) {
        const std::string odd = oddSpelling(text, decimal);
        return "is not a number" + (odd.empty() ? "" : ": it holds " + odd);
    }
    const bool spelled = trimmed(text).find_first_of("0123456789") == std::string_view::npos;
    return spelled ? "is not a finite number" : "is too large for a 32-bit float";
}

std::string cellProblem(std::string_view text, char decimal)
{
    return (isMissing(text) ? "the value " : shown(text) + " ") + cellProblemKind(text, decimal);
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
