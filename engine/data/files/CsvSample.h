// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/files/CsvReader.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Private to inferSchema(): the first rows of a file, as one layout cuts them.
namespace millrace::csv
{

using Row = std::vector<std::string>;

/// So many rows of a file tell what its columns are.
inline constexpr std::size_t kSampleRows = 1000;

/// The first rows of the file, as one layout cuts them. Where the header is known, and not wider or narrower than the
/// rows, it is the first of them.
struct Sample {
    CsvLayout layout;
    std::vector<Row> rows;
    std::vector<std::int64_t> lines; ///< of the rows
    std::optional<Error> error;      ///< why there are not more rows
    std::size_t width = 0;           ///< the most frequent number of fields
    double score = 0;                ///< how much the layout makes of the file a table of numbers
};

/// What the sample shows of one column, the header left out.
struct ColumnSample {
    std::int64_t values = 0;
    std::int64_t numbers = 0;
    std::set<std::string> texts; ///< distinct ones, at most three; a dash, too, since it may be a class
    std::set<float> distinct;    ///< distinct finite numbers, at most three
    /// Texts among numbers are mistakes where they are few; else they are values, and a row that has one is not lost.
    [[nodiscard]] bool isNumeric() const
    {
        constexpr std::int64_t kFewValues = 20;
        return values > 0 && (values < kFewValues ? numbers * 2 >= values : numbers * 10 >= values * 9);
    }
    [[nodiscard]] bool isBinary() const
    {
        return isNumeric() && std::all_of(distinct.begin(), distinct.end(), [](float x) { return x == 0 || x == 1; });
    }
    [[nodiscard]] bool hasTwoValues() const { return isNumeric() ? distinct.size() == 2 : texts.size() == 2; }
};

/// The layout as far as the first lines and the wishes tell it, before rows are cut.
struct FirstLook {
    CsvLayout layout;
    std::optional<char> separator;
    std::vector<std::string> lines;
};

Result<FirstLook> lookAtLines(const std::filesystem::path& file, const LayoutWish& wish);
/// The sample that fits best, without the lines that are comments; an error when the file cannot be opened.
Result<Sample> bestSample(const std::filesystem::path& file, const FirstLook& look, const LayoutWish& wish);
/// Commas and points in the numbers: which of them is the decimal mark.
char decimalMark(const Sample& sample);
/// What stands behind the mark of a comment, cut as the table is; empty where the line is none.
Row commentFields(std::string_view line, const CsvLayout& layout, const std::string& mark);
/// Layouts of files differ in what stands in the first lines: the sample's rows then begin with the header or the first
/// row, and layout.skip counts the lines before.
void dropFirstRows(Sample& sample, std::size_t count);
/// By column; header: the first row is one.
std::vector<ColumnSample> examine(const Sample& sample, bool header);
/// Whether a cell could be a value of a table of numbers. Where the comma does not separate it may be a decimal comma.
bool looksNumeric(std::string_view field, char separator);

} // namespace millrace::csv
