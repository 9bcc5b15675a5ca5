// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/encoders/TableSketch.h"

#include "data/Cell.h"
#include "data/encoders/Encoder.h"

#include <algorithm>
#include <map>
#include <optional>

namespace millrace
{
namespace
{

/// Numbers are seldom levels; of a column of measurements no more spellings than these are kept.
constexpr std::size_t kSampledPerLevel = 20; // 1,000 spellings of numbers beside a sample of 20,000
constexpr std::size_t kMostLevelBytes = 64'000'000;
/// A spelling of dates that so many texts do not fit is not tried again.
constexpr std::int64_t kDateTrials = 100;
/// Of a hundred values of a column of dates so many may be others ("unknown", 0000-00-00): such a column is one of
/// texts where more are.
constexpr std::int64_t kMostOthers = 20;

std::vector<LevelCount> byFrequency(std::vector<LevelCount> levels)
{
    std::ranges::sort(levels, [](const LevelCount& left, const LevelCount& right) {
        return left.rows != right.rows ? left.rows > right.rows : left.text < right.text;
    });
    return levels;
}

/// With all its digits, where the encoder takes the text as a number: large whole ones may be identifiers.
std::optional<double> numberOf(std::string_view text)
{
    float value = 0;
    return parseCell(text, value) ? parseDoubleCell(text, '.') : std::nullopt;
}

} // namespace

void LevelCounts::add(std::string_view text)
{
    m_added += m_isFull ? 0 : 1;
    if (const auto found = m_rows.find(text); found != m_rows.end()) {
        ++found->second;
        return;
    }
    m_isFull = m_isFull || m_rows.size() > kMostLevels || m_bytes + text.size() > kMostLevelBytes;
    if (m_isFull)
        return;
    m_rows.emplace(text, 1);
    m_bytes += text.size();
}

double LevelCounts::distinctShare() const
{
    return m_added == 0 ? 0 : static_cast<double>(size()) / static_cast<double>(m_added);
}

std::vector<LevelCount> LevelCounts::levels() const
{
    std::vector<LevelCount> levels;
    for (const auto& [text, rows] : m_rows)
        levels.push_back({text, rows});
    return byFrequency(std::move(levels));
}

std::vector<LevelCount> LevelCounts::levelsByValue() const
{
    std::map<double, std::int64_t> rowsByValue;
    for (const auto& [text, rows] : m_rows)
        rowsByValue[numberOf(text).value_or(0)] += rows;
    std::vector<LevelCount> levels;
    for (const auto& [value, rows] : rowsByValue)
        levels.push_back({NumberText(value).text(), rows});
    return byFrequency(std::move(levels));
}

ColumnSketch::ColumnSketch(std::string name, std::uint64_t seed, std::uint64_t column, std::size_t sampleSize)
    : m_name(std::move(name)), m_numbers(seed, column, sampleSize), m_mostNumberLevels(sampleSize / kSampledPerLevel)
{
    for (const DateSpelling& spelling : dateSpellings())
        if (spelling.isRecognizable)
            m_dates.push_back({&spelling});
}

void ColumnSketch::add(const RawCell& cell)
{
    ++m_rows;
    if (cell.kind == RawCell::Kind::Number) {
        addValue(NumberText(cell.number).view());
        return;
    }
    const std::string_view text = trimmed(cell.text);
    if (cell.kind == RawCell::Kind::Missing || isMissing(text))
        ++m_missing;
    else
        addValue(text);
}

void ColumnSketch::addValue(std::string_view text)
{
    if (const auto number = numberOf(text))
        addNumber(*number, text);
    else
        addText(text);
}

void ColumnSketch::addNumber(double value, std::string_view text)
{
    m_numbers.add(value);
    if (m_hasManyNumbers && m_firstText.empty())
        return;
    m_levels.add(text);
    if (!m_firstText.empty() || m_levels.size() <= m_mostNumberLevels)
        return;
    m_hasManyNumbers = true;
    m_levels.clear();
}

void ColumnSketch::addText(std::string_view text)
{
    if (m_firstText.empty())
        m_firstText = text;
    m_levels.add(text);
    addDate(text);
}

void ColumnSketch::addDate(std::string_view text)
{
    ++m_dateTrials;
    for (DateCount& date : m_dates) {
        if (m_dateTrials > kDateTrials && date.times.count == 0)
            continue;
        const auto time = date.spelling->parse(text);
        if (!time) {
            if (date.firstOther.empty())
                date.firstOther = text;
            continue;
        }
        constexpr auto kDay = static_cast<std::int64_t>(kMillisecondsPerDay);
        // A whole number of days after the first one is at its time of day.
        date.timesVary = date.timesVary ||
                         (date.times.count > 0 && (*time - static_cast<std::int64_t>(date.times.minimum)) % kDay != 0);
        date.times.add(static_cast<double>(*time));
    }
}

std::vector<LevelCount> ColumnSketch::levels() const
{
    return texts() == 0 ? m_levels.levelsByValue() : m_levels.levels();
}

std::optional<DateCount> ColumnSketch::dates() const
{
    const auto best = std::ranges::max_element(m_dates, {}, [](const DateCount& date) { return date.times.count; });
    const std::int64_t fit = best->times.count, present = m_rows - m_missing;
    if (fit == 0 || (present - fit) * 100 > present * kMostOthers)
        return std::nullopt;
    DateCount date = *best;
    date.isAmbiguous = std::ranges::count(m_dates, fit, [](const DateCount& each) { return each.times.count; }) > 1;
    return date;
}

TableSketch::TableSketch(const std::vector<std::string>& columns, std::uint64_t seed)
{
    // Of a table with thousands of columns a smaller sample of each: 32 MB in all.
    constexpr std::size_t kSketchedCells = 4'000'000;
    const std::size_t sampleSize =
        std::min(NumberSketch::kSampleSize, kSketchedCells / std::max<std::size_t>(1, columns.size()));
    for (const std::string& column : columns)
        m_columns.emplace_back(column, seed, m_columns.size(), sampleSize);
}

void TableSketch::add(const RawRow& row)
{
    ++m_rows;
    for (std::size_t i = 0; i < m_columns.size(); ++i)
        m_columns[i].add(row.cells[i]);
}

} // namespace millrace
