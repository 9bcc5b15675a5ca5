// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace
{

/// Numbers as people read them, the same in every locale. Unknown (nullopt, NaN) is "–".
std::string formatCount(std::optional<std::int64_t> count); ///< 1234567 → "1,234,567"
/// A count and what is counted: "1 record", "1,200 records". `many` where its plural has no "s" at the end.
std::string countOf(std::int64_t count, std::string_view one, std::string_view many = {});
std::string formatFixed(double value, int decimals); ///< (0.44712, 4) → "0.4471"
std::string formatPercent(double fraction);          ///< 0.7935 → "79.35 %"
std::string formatDuration(double seconds);          ///< 0.42 → "0.4 s", 75 → "1 min 15 s"
std::string formatBytes(std::int64_t bytes);         ///< 2400000000 → "2.4 GB"

/// A whole text as a finite number; nullopt when any character is left over, and for "nan" and "inf", which pass every
/// comparison with a range. Accepts a leading '+'; never uses the locale.
std::optional<double> parseNumber(std::string_view text);
std::optional<std::int64_t> parseInteger(std::string_view text);

/// The shortest decimal that reads back as the same float, always with a fraction: 1 → "1.0".
std::string shortestDecimal(double value);

/// The candidate with the smallest edit distance to the word, for "did you mean"; empty when none is near.
std::string nearestWord(std::string_view word, const std::vector<std::string>& candidates);
/// "Did you mean epochs?" of the nearest candidate; `otherwise` where none is near.
std::string didYouMean(std::string_view word, const std::vector<std::string>& candidates, std::string otherwise = {});
/// The same; where none is near, all of them: "Known are: adam, sgd".
std::string didYouMeanOneOf(std::string_view word, const std::vector<std::string>& candidates);
/// "a, b, c"
std::string joined(const std::vector<std::string>& words, std::string_view separator = ", ");
/// The first ones: "a, b, c, …" where there are more than so many.
std::string firstOf(std::vector<std::string> words, std::size_t most);

/// A text of any origin for a terminal: each control character as an escape, "\\x1b". `kept`: those that are meant.
std::string printable(std::string_view text, std::string_view kept = {});

/// The words of a column's name, in lower case: "patientId 2" → patient, id.
std::vector<std::string> wordsOfName(std::string_view name);

/// "2026-01-31T12:34:56Z" of a time in milliseconds since 1970, in UTC.
std::string isoTime(std::int64_t millisecondsSinceEpoch);
/// Milliseconds since 1970 of "2026-01-31", "2026-01-31T12:34" or "2026-01-31T12:34:56[.789][Z]", read as UTC.
std::optional<std::int64_t> parseIsoTime(std::string_view text);
std::int64_t nowMilliseconds();

/// JSON as text, in one line or indented by so many blanks. The one way to write JSON: it never throws; bytes that are
/// no UTF-8 (a topic's records and foreign names may hold them) become U+FFFD.
std::string dumpJson(const nlohmann::json& json, int indent = -1);

} // namespace millrace
