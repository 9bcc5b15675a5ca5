// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <ctime>
#include <nlohmann/json.hpp>
#include <utility>

namespace millrace
{
namespace
{

constexpr std::string_view kUnknown = "–";

template <class T>
std::optional<T> parseWhole(std::string_view text)
{
    if (text.starts_with('+') && !text.starts_with("+-"))
        text.remove_prefix(1);
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

} // namespace

std::string formatCount(std::optional<std::int64_t> count)
{
    if (!count)
        return std::string(kUnknown);
    std::string digits = std::to_string(*count);
    const std::ptrdiff_t first = digits.starts_with('-') ? 1 : 0;
    for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > first; place -= 3)
        digits.insert(static_cast<std::size_t>(place), ",");
    return digits;
}

std::string countOf(std::int64_t count, std::string_view one, std::string_view many)
{
    std::string text = formatCount(count) + " ";
    if (count == 1)
        return text.append(one);
    return many.empty() ? text.append(one).append("s") : text.append(many);
}

std::string formatFixed(double value, int decimals)
{
    if (!std::isfinite(value))
        return std::string(kUnknown);
    std::array<char, 400> buffer{};
    const auto result =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
    return {buffer.data(), result.ptr};
}

std::string formatPercent(double fraction)
{
    return std::isfinite(fraction) ? formatFixed(fraction * 100, 2) + " %" : std::string(kUnknown);
}

std::string formatDuration(double seconds)
{
    if (!std::isfinite(seconds))
        return std::string(kUnknown);
    if (seconds < 59.5) // what rounds to 60 s is a minute
        return formatFixed(seconds, seconds < 9.95 ? 1 : 0) + " s";
    const auto whole = std::llround(seconds);
    if (whole < 3600)
        return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
    return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

std::string formatBytes(std::int64_t bytes)
{
    constexpr std::array kUnits = {"B", "kB", "MB", "GB", "TB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    // With one decimal, 999.95 would be written as 1000.0.
    while (std::abs(value) >= (unit == 0 ? 1000 : 999.95) && unit + 1 < kUnits.size()) {
        value /= 1000;
        ++unit;
    }
    return formatFixed(value, unit == 0 ? 0 : 1) + " " + kUnits.at(unit);
}

std::optional<double> parseNumber(std::string_view text)
{
    const auto value = parseWhole<double>(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<std::int64_t> parseInteger(std::string_view text)
{
    return parseWhole<std::int64_t>(text);
}

std::string shortestDecimal(double value)
{
    std::array<char, 64> buffer{};
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), static_cast<float>(value));
    std::string text(buffer.data(), result.ptr);
    if (text.find_first_not_of("-0123456789") == std::string::npos)
        text += ".0";
    return text;
}

std::string nearestWord(std::string_view word, const std::vector<std::string>& candidates)
{
    std::string best;
    std::size_t bestDistance = word.size() / 2 + 2;
    for (const std::string& candidate : candidates) {
        std::vector<std::size_t> row(candidate.size() + 1);
        for (std::size_t j = 0; j <= candidate.size(); ++j)
            row[j] = j;
        for (std::size_t i = 1; i <= word.size(); ++i) {
            std::size_t diagonal = row[0];
            row[0] = i;
            for (std::size_t j = 1; j <= candidate.size(); ++j) {
                const std::size_t substitution = diagonal + (word[i - 1] == candidate[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
            }
        }
        if (row.back() < bestDistance) {
            bestDistance = row.back();
            best = candidate;
        }
    }
    return best;
}

std::string didYouMean(std::string_view word, const std::vector<std::string>& candidates, std::string otherwise)
{
    const std::string near = nearestWord(word, candidates);
    return near.empty() ? std::move(otherwise) : "Did you mean " + near + "?";
}

std::string didYouMeanOneOf(std::string_view word, const std::vector<std::string>& candidates)
{
    return didYouMean(word, candidates, "Known are: " + joined(candidates));
}

std::string joined(const std::vector<std::string>& words, std::string_view separator)
{
    std::string text;
    for (const std::string& word : words)
        (text += &word == &words.front() ? std::string_view() : separator) += word;
    return text;
}

std::string firstOf(std::vector<std::string> words, std::size_t most)
{
    if (words.size() > most) {
        words.resize(most);
        words.emplace_back("…");
    }
    return joined(words);
}

/// Also those of ISO 8859 (C1), which are two bytes of UTF-8: a terminal may take 0x9B for an escape sequence's begin.
std::string printable(std::string_view text, std::string_view kept)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string result;
    const auto escape = [&](unsigned char code) { ((result += "\\x") += kDigits[code >> 4U]) += kDigits[code & 0xFU]; };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto code = static_cast<unsigned char>(text[i]);
        const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : '\0');
        if (code == 0xC2 && next >= 0x80 && next < 0xA0) {
            escape(next);
            ++i;
        } else if ((code < ' ' || code == 0x7F) && kept.find(text[i]) == std::string_view::npos) {
            escape(code);
        } else {
            result += text[i];
        }
    }
    return result;
}

std::vector<std::string> wordsOfName(std::string_view name)
{
    std::vector<std::string> words(1);
    char before = ' ';
    for (const char c : name) {
        const bool isUpper = c >= 'A' && c <= 'Z', isLetter = isUpper || (c >= 'a' && c <= 'z');
        if (!isLetter || (isUpper && before >= 'a' && before <= 'z'))
            words.emplace_back();
        if (isLetter)
            words.back() += isUpper ? static_cast<char>(c - 'A' + 'a') : c;
        before = c;
    }
    std::erase(words, "");
    return words;
}

std::string isoTime(std::int64_t millisecondsSinceEpoch)
{
    const std::time_t seconds = millisecondsSinceEpoch / 1000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> buffer{};
    std::strftime(buffer.data(), buffer.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return buffer.data();
}

std::optional<std::int64_t> parseIsoTime(std::string_view text)
{
    if (text.ends_with('Z'))
        text.remove_suffix(1);
    std::int64_t milliseconds = 0;
    if (const auto dot = text.find('.'); dot != std::string_view::npos) {
        const auto fraction = parseNumber("0" + std::string(text.substr(dot)));
        if (!fraction)
            return std::nullopt;
        milliseconds = std::llround(*fraction * 1000);
        text = text.substr(0, dot);
    }
    const std::string whole(text);
    for (const char* format : {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"}) {
        std::tm parts{};
        const char* end = strptime(whole.c_str(), format, &parts);
        if (end == nullptr || *end != '\0')
            continue;
        const int day = parts.tm_mday;
        const std::time_t seconds = timegm(&parts); // makes 3 March of 31 February
        if (parts.tm_mday != day)
            return std::nullopt;
        return static_cast<std::int64_t>(seconds) * 1000 + milliseconds;
    }
    return std::nullopt;
}

std::int64_t nowMilliseconds()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string dumpJson(const nlohmann::json& json, int indent)
{
    return json.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace millrace
