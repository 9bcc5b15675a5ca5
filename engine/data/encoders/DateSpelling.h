// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace
{

/// How a column spells its dates: a row of the table of spellings. A time of day may follow each that is made of day,
/// month and year: HH:MM[:SS[.fff]] behind "T" or a blank.
struct DateSpelling {
    std::string name; ///< "D/M/Y"
    /// Whether texts may be taken for dates without being told: counts of seconds are numbers to anybody else.
    bool isRecognizable = true;
    /// Milliseconds since 1970 in UTC, of a text without blanks around it; nullopt where it is no such date.
    std::optional<std::int64_t> (*parse)(std::string_view text);
};

/// In the order in which they are preferred: of a column that D/M/Y and M/D/Y both fit, D/M/Y.
const std::vector<DateSpelling>& dateSpellings();
std::vector<std::string> dateSpellingNames();

/// Null where there is none of the name.
const DateSpelling* dateSpelling(std::string_view name);

/// "2026-01-31", the day of a time in UTC.
std::string isoDay(std::int64_t milliseconds);

constexpr double kMillisecondsPerDay = 86'400'000;

} // namespace millrace
