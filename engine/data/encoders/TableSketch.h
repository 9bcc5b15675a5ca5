// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Hash.h"
#include "data/RawRow.h"
#include "data/encoders/DateSpelling.h"
#include "data/encoders/NumberSketch.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace millrace
{

/// A text of a column, and in how many rows it stands.
struct LevelCount {
    std::string text;
    std::int64_t rows = 0;
};

/// The distinct texts of a column. Of many, those that came first: 100,001, or 64 MB.
class LevelCounts
{
public:
    void add(std::string_view text);
    /// Forgets them, and begins anew.
    void clear() { *this = {}; }

    [[nodiscard]] std::size_t size() const { return m_rows.size(); }
    /// Some texts were not counted.
    [[nodiscard]] bool isFull() const { return m_isFull; }
    /// Distinct texts among those added, until it was full; 0 of none.
    [[nodiscard]] double distinctShare() const;
    /// The most frequent first, equally frequent ones by their text.
    [[nodiscard]] std::vector<LevelCount> levels() const;
    /// Of texts that are all numbers: those of one value together, in the spelling of NumberText.
    [[nodiscard]] std::vector<LevelCount> levelsByValue() const;

private:
    std::unordered_map<std::string, std::int64_t, TextHash, std::equal_to<>> m_rows;
    std::size_t m_bytes = 0;
    std::int64_t m_added = 0; ///< until it was full
    bool m_isFull = false;
};

/// A spelling of dates, and what the column holds if it is meant.
struct DateCount {
    const DateSpelling* spelling = nullptr;
    NumberMoments times{};    ///< of the texts that fit, in milliseconds since 1970
    bool timesVary = false;   ///< not all are at the same time of day
    bool isAmbiguous = false; ///< another spelling fits as well
    std::string firstOther{}; ///< the first value that does not fit
};

/// What is known of a column after one pass over its cells.
class ColumnSketch
{
public:
    /// sampleSize: of its numbers; of a twentieth as many the spellings are counted.
    ColumnSketch(std::string name, std::uint64_t seed, std::uint64_t column,
                 std::size_t sampleSize = NumberSketch::kSampleSize);

    void add(const RawCell& cell);

    [[nodiscard]] const std::string& name() const { return m_name; }
    [[nodiscard]] std::int64_t rows() const { return m_rows; }
    [[nodiscard]] std::int64_t missing() const { return m_missing; }
    /// Values that are there and no numbers, and the first of them.
    [[nodiscard]] std::int64_t texts() const { return m_rows - m_missing - m_numbers.count(); }
    [[nodiscard]] const std::string& firstText() const { return m_firstText; }
    [[nodiscard]] const NumberSketch& numbers() const { return m_numbers; }
    /// Of a column of numbers by their value. Of one with both, and more than 1,000 numbers before the first text, only
    /// from that one on.
    [[nodiscard]] std::vector<LevelCount> levels() const;
    /// The column's numbers have more than 1,000 spellings, or there were more levels than LevelCounts holds.
    [[nodiscard]] bool hasTooManyLevels() const { return m_hasManyNumbers || m_levels.isFull(); }
    [[nodiscard]] const LevelCounts& levelCounts() const { return m_levels; }
    /// The spelling of dates that fits at least 80 % of the values; nullopt where none does.
    [[nodiscard]] std::optional<DateCount> dates() const;

private:
    void addValue(std::string_view text);
    void addNumber(double value, std::string_view text);
    void addText(std::string_view text);
    void addDate(std::string_view text);

    std::string m_name;
    std::int64_t m_rows = 0, m_missing = 0;
    NumberSketch m_numbers;
    std::size_t m_mostNumberLevels;
    LevelCounts m_levels;
    bool m_hasManyNumbers = false;
    std::string m_firstText;
    std::vector<DateCount> m_dates; ///< one a spelling that is recognized
    std::int64_t m_dateTrials = 0;
};

/// One pass over the raw rows of a table, from which the encoders of its columns are fitted (AutoEncoders.h). The same
/// rows in the same order give the same sketch. Its size does not grow with the rows; see LevelCounts. One thread.
class TableSketch
{
public:
    explicit TableSketch(const std::vector<std::string>& columns, std::uint64_t seed = 1);

    /// The row has a cell for each column.
    void add(const RawRow& row);

    [[nodiscard]] std::int64_t rows() const { return m_rows; }
    [[nodiscard]] const std::vector<ColumnSketch>& columns() const { return m_columns; }

private:
    std::int64_t m_rows = 0;
    std::vector<ColumnSketch> m_columns;
};

} // namespace millrace
