// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/encoders/DateSpelling.h"

#include "base/Text.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

namespace millrace
{
namespace
{

using std::chrono::milliseconds;

/// Reads a text from its beginning; whatever does not fit leaves it as it is.
class DateReader
{
public:
    explicit DateReader(std::string_view text) : m_text(text) {}

    [[nodiscard]] bool atEnd() const { return m_text.empty(); }

    /// A whole number of so many digits.
    std::optional<int> digits(std::size_t fewest, std::size_t most)
    {
        const std::size_t count = std::min(m_text.find_first_not_of("0123456789"), m_text.size());
        if (count < fewest || count > most)
            return std::nullopt;
        int value = 0;
        std::from_chars(m_text.data(), m_text.data() + count, value);
        m_text.remove_prefix(count);
        return value;
    }

    bool skip(char expected)
    {
        if (!m_text.starts_with(expected))
            return false;
        m_text.remove_prefix(1);
        return true;
    }

    /// One of the signs; 0 where the text begins with none.
    char skipOneOf(std::string_view signs)
    {
        if (m_text.empty() || signs.find(m_text.front()) == std::string_view::npos)
            return 0;
        const char found = m_text.front();
        m_text.remove_prefix(1);
        return found;
    }

private:
    std::string_view m_text;
};

std::optional<std::chrono::sys_days> dayOf(std::optional<int> year, std::optional<int> month, std::optional<int> day)
{
    if (!year || !month || !day)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

/// ".5" is half a second; digits behind the ninth would be below what clocks tell.
std::optional<milliseconds> readFraction(DateReader& reader)
{
    constexpr int kLongest = 9;
    double scale = 100;
    double value = 0;
    int count = 0;
    for (; count < kLongest; ++count, scale /= 10) {
        const char digit = reader.skipOneOf("0123456789");
        if (digit == 0)
            break;
        value += (digit - '0') * scale;
    }
    return count == 0 ? std::nullopt : std::optional(milliseconds(static_cast<std::int64_t>(value)));
}

/// HH:MM[:SS[.fff]]. A leap second counts as the next one, as in Unix time.
std::optional<milliseconds> readTime(DateReader& reader)
{
    const auto hour = reader.digits(1, 2);
    if (!hour || *hour > 23 || !reader.skip(':'))
        return std::nullopt;
    const auto minute = reader.digits(2, 2);
    if (!minute || *minute > 59)
        return std::nullopt;
    milliseconds time = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    if (!reader.skip(':'))
        return time;
    const auto second = reader.digits(2, 2);
    if (!second || *second > 60)
        return std::nullopt;
    time += std::chrono::seconds(*second);
    if (!reader.skip('.'))
        return time;
    const auto fraction = readFraction(reader);
    return fraction ? std::optional(time + *fraction) : std::nullopt;
}

/// Z, +HH, +HHMM or +HH:MM: how far the clock is ahead of UTC. Nothing is 0.
std::optional<std::chrono::minutes> readZone(DateReader& reader)
{
    if (reader.atEnd() || reader.skipOneOf("Zz") != 0)
        return std::chrono::minutes(0);
    const char sign = reader.skipOneOf("+-");
    const char tens = reader.skipOneOf("012"), ones = reader.skipOneOf("0123456789");
    if (sign == 0 || tens == 0 || ones == 0)
        return std::nullopt;
    std::chrono::minutes ahead = std::chrono::hours((tens - '0') * 10 + (ones - '0'));
    if (!reader.atEnd()) {
        reader.skip(':');
        const auto minutes = reader.digits(2, 2);
        if (!minutes || *minutes > 59)
            return std::nullopt;
        ahead += std::chrono::minutes(*minutes);
    }
    return sign == '-' ? -ahead : ahead;
}

enum class Zones { Refused, Allowed };

/// What follows the day: nothing, or a time of day.
std::optional<std::int64_t> withTime(std::optional<std::chrono::sys_days> day, DateReader& reader, Zones zones)
{
    if (!day)
        return std::nullopt;
    const milliseconds midnight = day->time_since_epoch();
    if (reader.atEnd())
        return midnight.count();
    if (reader.skipOneOf("Tt ") == 0)
        return std::nullopt;
    const auto time = readTime(reader);
    if (!time)
        return std::nullopt;
    if (zones == Zones::Allowed)
        reader.skip(' ');
    const auto ahead = zones == Zones::Allowed ? readZone(reader) : std::optional(std::chrono::minutes(0));
    if (!ahead || !reader.atEnd())
        return std::nullopt;
    return (midnight + *time - *ahead).count();
}

/// ISO 8601 as RFC 3339 has it, where the zone may be left out.
std::optional<std::int64_t> parseIso(std::string_view text)
{
    DateReader reader(text);
    const auto year = reader.digits(4, 4);
    if (!year || !reader.skip('-'))
        return std::nullopt;
    const auto month = reader.digits(2, 2);
    if (!month || !reader.skip('-'))
        return std::nullopt;
    return withTime(dayOf(year, month, reader.digits(2, 2)), reader, Zones::Allowed);
}

enum class DayOrder { DayFirst, MonthFirst };

template <DayOrder order, char mark>
std::optional<std::int64_t> parseDayMonthYear(std::string_view text)
{
    DateReader reader(text);
    const auto first = reader.digits(1, 2);
    if (!first || !reader.skip(mark))
        return std::nullopt;
    const auto second = reader.digits(1, 2);
    if (!second || !reader.skip(mark))
        return std::nullopt;
    const auto year = reader.digits(4, 4);
    const auto day = order == DayOrder::DayFirst ? dayOf(year, second, first) : dayOf(year, first, second);
    return withTime(day, reader, Zones::Refused);
}

std::optional<std::int64_t> parseYearMonthDay(std::string_view text)
{
    DateReader reader(text);
    const auto year = reader.digits(4, 4);
    if (!year || !reader.skip('/'))
        return std::nullopt;
    const auto month = reader.digits(1, 2);
    if (!month || !reader.skip('/'))
        return std::nullopt;
    return withTime(dayOf(year, month, reader.digits(1, 2)), reader, Zones::Refused);
}

/// A count since 1970 of units of so many milliseconds, within the years 1 to 9999.
std::optional<std::int64_t> parseUnix(std::string_view text, double unit)
{
    constexpr double kYear1 = -62'135'596'800'000, kYear10000 = 253'402'300'800'000;
    const auto count = parseNumber(text);
    if (!count || *count * unit < kYear1 || *count * unit >= kYear10000)
        return std::nullopt;
    return static_cast<std::int64_t>(std::floor(*count * unit));
}

std::optional<std::int64_t> parseUnixSeconds(std::string_view text)
{
    return parseUnix(text, 1000);
}

std::optional<std::int64_t> parseUnixMilliseconds(std::string_view text)
{
    return parseUnix(text, 1);
}

} // namespace

const std::vector<DateSpelling>& dateSpellings()
{
    static const std::vector<DateSpelling> table = {
        {"ISO 8601", true, parseIso},
        {"D/M/Y", true, parseDayMonthYear<DayOrder::DayFirst, '/'>},
        {"M/D/Y", true, parseDayMonthYear<DayOrder::MonthFirst, '/'>},
        {"D.M.Y", true, parseDayMonthYear<DayOrder::DayFirst, '.'>},
        {"Y/M/D", true, parseYearMonthDay},
        {"unix seconds", false, parseUnixSeconds},
        {"unix milliseconds", false, parseUnixMilliseconds},
    };
    return table;
}

std::vector<std::string> dateSpellingNames()
{
    std::vector<std::string> names;
    for (const DateSpelling& spelling : dateSpellings())
        names.push_back(spelling.name);
    return names;
}

const DateSpelling* dateSpelling(std::string_view name)
{
    const auto found = std::ranges::find(dateSpellings(), name, &DateSpelling::name);
    return found == dateSpellings().end() ? nullptr : &*found;
}

std::string isoDay(std::int64_t milliseconds)
{
    const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(milliseconds)};
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(time)};
    const auto padded = [](unsigned value, std::size_t width) {
        const std::string digits = std::to_string(value);
        return std::string(width - std::min(width, digits.size()), '0') + digits;
    };
    return padded(static_cast<unsigned>(static_cast<int>(day.year())), 4) + "-" +
           padded(static_cast<unsigned>(day.month()), 2) + "-" + padded(static_cast<unsigned>(day.day()), 2);
}

} // namespace millrace
