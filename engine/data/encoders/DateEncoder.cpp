// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/Cell.h"
#include "data/encoders/DateSpelling.h"
#include "data/encoders/Encoder.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <optional>

namespace millrace
{
namespace
{

/// The choices of the parameter "parts", in the order of the numbers, whatever the order in which they are given.
enum class DatePart { Elapsed, Month, Weekday, Hour };
const std::vector<std::string>& datePartNames()
{
    static const std::vector<std::string> names = {"elapsed", "month", "weekday", "hour"};
    return names;
}

/// A time of day, week or year in turns of its cycle: 0 at its begin, towards 1 at its end.
double turnOf(DatePart part, std::chrono::sys_time<std::chrono::milliseconds> time)
{
    const auto midnight = std::chrono::floor<std::chrono::days>(time);
    switch (part) {
    case DatePart::Month:
        return (static_cast<unsigned>(std::chrono::year_month_day(midnight).month()) - 1) / 12.0;
    case DatePart::Weekday:
        return (std::chrono::weekday(midnight).iso_encoding() - 1) / 7.0;
    case DatePart::Hour:
        return static_cast<double>((time - midnight).count()) / kMillisecondsPerDay;
    case DatePart::Elapsed:
        break;
    }
    return 0;
}

class DateEncoder final : public ColumnEncoder
{
public:
    struct Missing {
        bool hasIndicator = false, othersAre = false; ///< values that are no dates
    };

    DateEncoder(const DateSpelling& spelling, std::vector<DatePart> parts, std::int64_t origin, Missing missing)
        : m_spelling(spelling), m_parts(std::move(parts)), m_origin(origin), m_missing(missing)
    {
    }

    [[nodiscard]] std::vector<std::string> parts() const override
    {
        std::vector<std::string> names;
        for (const DatePart part : m_parts) {
            const std::string& name = datePartNames()[static_cast<std::size_t>(part)];
            if (part == DatePart::Elapsed)
                names.push_back(name);
            else
                names.insert(names.end(), {name + "_sin", name + "_cos"});
        }
        if (m_missing.hasIndicator)
            names.emplace_back("missing");
        return names;
    }

    bool encode(const RawCell& cell, std::span<float> numbers, DecodeProblem& problem) const override
    {
        std::ranges::fill(numbers, 0.0F);
        switch (cell.kind) {
        case RawCell::Kind::Missing:
            return tellMissing(numbers);
        case RawCell::Kind::Number:
            return encodeText(NumberText(cell.number).view(), numbers, problem);
        case RawCell::Kind::Text:
            break;
        }
        const std::string_view text = trimmed(cell.text);
        return isMissing(text) ? tellMissing(numbers) : encodeText(text, numbers, problem);
    }

private:
    bool tellMissing(std::span<float> numbers) const
    {
        if (m_missing.hasIndicator)
            numbers.back() = 1;
        return true;
    }

    bool encodeText(std::string_view text, std::span<float> numbers, DecodeProblem& problem) const
    {
        const auto time = m_spelling.parse(text);
        if (!time && m_missing.othersAre)
            return tellMissing(numbers);
        if (!time) {
            problem.kind = "is no date as " + m_spelling.name;
            problem.reason = shown(text) + " " + problem.kind;
            return false;
        }
        write(*time, numbers);
        return true;
    }

    void write(std::int64_t time, std::span<float> numbers) const
    {
        std::size_t next = 0;
        for (const DatePart part : m_parts) {
            if (part == DatePart::Elapsed) {
                numbers[next++] = static_cast<float>(static_cast<double>(time - m_origin) / kMillisecondsPerDay);
                continue;
            }
            const std::chrono::sys_time<std::chrono::milliseconds> point{std::chrono::milliseconds(time)};
            const double angle = 2 * std::numbers::pi * turnOf(part, point);
            numbers[next++] = static_cast<float>(std::sin(angle));
            numbers[next++] = static_cast<float>(std::cos(angle));
        }
    }

    const DateSpelling& m_spelling;
    std::vector<DatePart> m_parts;
    std::int64_t m_origin;
    Missing m_missing;
};

Result<std::unique_ptr<ColumnEncoder>> makeDateEncoder(const nlohmann::json& parameters)
{
    const auto origin = dateSpellings().front().parse(parameters.at("origin").get<std::string>());
    if (!origin)
        return fail(ErrorCode::Usage, "origin is no date as " + dateSpellings().front().name, "Give it as 2026-01-31");
    const auto named = parameters.at("parts").get<std::vector<std::string>>();
    std::vector<DatePart> parts;
    for (std::size_t i = 0; i < datePartNames().size(); ++i)
        if (std::ranges::find(named, datePartNames()[i]) != named.end())
            parts.push_back(static_cast<DatePart>(i));
    if (parts.empty())
        return fail(ErrorCode::Usage, "parts name nothing that is to be made of the date");
    return std::make_unique<DateEncoder>(
        *dateSpelling(parameters.at("format").get<std::string>()), std::move(parts), *origin,
        DateEncoder::Missing{parameters.at("indicator").get<bool>(),
                             parameters.at("others").get<std::string>() == kOthersMissing});
}

} // namespace

EncoderKind dateEncoder()
{
    const ParameterInfo format{"format",
                               "choice",
                               nullptr,
                               nullptr,
                               dateSpellingNames().front(),
                               dateSpellingNames(),
                               "How the column spells its dates; a time may follow each of day, month and year"};
    const ParameterInfo parts{"parts",
                              "choices",
                              nullptr,
                              nullptr,
                              datePartNames(),
                              datePartNames(),
                              "What is made of a date: days since the origin, and places on the circles of year, week "
                              "and day as sine and cosine"};
    const ParameterInfo origin{
        "origin", "text", nullptr, nullptr, "1970-01-01", {}, "The day from which elapsed ones are counted"};
    const ParameterInfo indicator{
        "indicator", "flag", nullptr, nullptr, false, {}, "One more number, 1 where the date was missing"};
    const ParameterInfo others =
        othersParameter("What becomes of a value that is no date: its record is rejected, or the date is missing");
    return {"date",
            "Days since an origin, and month, weekday and hour, in UTC where no zone is given; all 0 of a missing date",
            {format, parts, origin, indicator, others},
            makeDateEncoder};
}

} // namespace millrace
