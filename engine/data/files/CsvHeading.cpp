// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/CsvHeading.h"

#include "base/Text.h"
#include "data/Cell.h"
#include "data/files/FileNotes.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

namespace millrace::csv
{
namespace
{

bool allWords(const Row& row)
{
    return std::none_of(row.begin(), row.end(),
                        [](const std::string& field) { return isMissing(field) || isNumber(field); });
}

std::string lowerCase(std::string text)
{
    for (char& character : text)
        if (character >= 'A' && character <= 'Z')
            character = static_cast<char>(character + 32);
    return text;
}

/// What stands below the first row, and in how many rows each.
std::map<std::string, std::size_t> valuesBelow(const Sample& sample, std::size_t column)
{
    std::map<std::string, std::size_t> values;
    for (std::size_t r = 1; r < sample.rows.size(); ++r)
        if (sample.rows[r].size() == sample.rows.front().size() && !isMissing(sample.rows[r][column]))
            ++values[std::string(trimmed(sample.rows[r][column]))];
    return values;
}

std::size_t countOfAll(const std::map<std::string, std::size_t>& values)
{
    return std::accumulate(values.begin(), values.end(), std::size_t{0},
                           [](std::size_t sum, const auto& each) { return sum + each.second; });
}

/// Of columns of texts: no name occurs among the values below it, though these do again and again.
bool areNamesOfTexts(const Sample& sample)
{
    constexpr std::size_t kFewestRows = 5;
    const Row& first = sample.rows.front();
    if (sample.rows.size() < kFewestRows || !allWords(first))
        return false;
    std::size_t repeating = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        const auto values = valuesBelow(sample, i);
        if (values.contains(std::string(trimmed(first[i]))))
            return false;
        repeating += 2 * values.size() <= countOfAll(values) ? 1 : 0;
    }
    return 2 * repeating >= first.size();
}

/// Whole numbers among the names that ascend: years, or as pandas numbers columns; how far apart they may be.
bool ascend(const Row& names, std::int64_t mostApart)
{
    std::optional<std::int64_t> before;
    for (const std::string& name : names) {
        if (!isNumber(name))
            continue;
        const auto number = parseInteger(trimmed(name));
        if (!number || (before && (*number <= *before || *number - *before > mostApart)))
            return false;
        before = number;
    }
    return before.has_value();
}

/// Texts each of which comes again: another one above them is no value, most likely (Good 1953, "The population
/// frequencies of species", Biometrika 40, 237–264: what was seen once tells how much was not seen).
bool comeAgain(const std::map<std::string, std::size_t>& values)
{
    constexpr std::size_t kFewestValues = 10;
    return countOfAll(values) >= kFewestValues &&
           std::ranges::none_of(values, [](const auto& each) { return each.second == 1; });
}

/// Numbers in order among the names, and each word is another than the values below it, which come again and again.
bool areNamesWithNumbers(const Sample& sample)
{
    const Row& first = sample.rows.front();
    if (!ascend(first, std::numeric_limits<std::int64_t>::max()))
        return false;
    bool isAboveTexts = false;
    for (std::size_t i = 0; i < first.size(); ++i) {
        if (isMissing(first[i]) || isNumber(first[i]))
            continue;
        const auto values = valuesBelow(sample, i);
        if (values.contains(std::string(trimmed(first[i]))))
            return false;
        isAboveTexts = isAboveTexts || comeAgain(values);
    }
    return isAboveTexts;
}

bool countsUp(const Row& row)
{
    return std::ranges::all_of(row, [](const std::string& field) { return isNumber(field); }) && ascend(row, 1);
}

/// Many columns, and no row below the first counts up as it does.
bool onlyTheFirstCountsUp(const Sample& sample)
{
    constexpr std::size_t kFewestColumns = 4, kFewestRows = 6;
    return sample.rows.front().size() >= kFewestColumns && sample.rows.size() >= kFewestRows &&
           std::none_of(sample.rows.begin() + 1, sample.rows.end(), countsUp);
}

/// Years, or 0, 1, 2 …, and nothing else, by which no row below goes on; or 0 or 1 and so on where one of them is above
/// a column in which no number is.
bool areOnlyCounted(const Sample& sample, const std::vector<ColumnSample>& columns)
{
    const Row& first = sample.rows.front();
    if (first.size() != columns.size() || !countsUp(first))
        return false;
    const auto begin = parseInteger(trimmed(first.front()));
    return onlyTheFirstCountsUp(sample) ||
           (*begin >= 0 && *begin <= 1 &&
            std::ranges::any_of(columns, [](const auto& each) { return each.values > 0 && each.numbers == 0; }));
}

/// A label's name that is no value of its column. "y" beside numbers may be a value of which there is no other.
bool namesLabel(const Sample& sample, bool words)
{
    const Row& first = sample.rows.front();
    for (std::size_t i = 0; i < first.size(); ++i)
        if (isLabelName(first[i]) && (words || trimmed(first[i]).size() > 1) &&
            !valuesBelow(sample, i).contains(std::string(trimmed(first[i]))))
            return true;
    return false;
}

/// Non-numbers above numbers; or a label's name; or words and nothing else in the file; or words that are no values,
/// alone or beside numbers that are names, too.
bool looksLikeHeader(const Sample& sample)
{
    const Row& first = sample.rows.front();
    const bool words =
        std::none_of(first.begin(), first.end(), [](const std::string& field) { return isNumber(field); });
    if ((words && sample.rows.size() == 1) || namesLabel(sample, words))
        return true;
    const auto columns = examine(sample, true);
    for (std::size_t i = 0; i < std::min(first.size(), columns.size()); ++i)
        if (!isMissing(first[i]) && !isNumber(first[i]) && columns[i].isNumeric())
            return true;
    return areNamesOfTexts(sample) || areNamesWithNumbers(sample) || areOnlyCounted(sample, columns);
}

/// Whether the last field of each row but the first is empty: a separator stands at the end of the lines.
bool endsWithSeparator(const Sample& sample)
{
    return std::all_of(sample.rows.begin() + 1, sample.rows.end(),
                       [&](const Row& row) { return row.size() != sample.width || trimmed(row.back()).empty(); });
}

bool blankFrom(const Row& row, std::size_t place)
{
    return std::all_of(row.begin() + static_cast<std::ptrdiff_t>(std::min(place, row.size())), row.end(),
                       [](const std::string& field) { return trimmed(field).empty(); });
}

Error otherWidth(const std::filesystem::path& file, const Sample& sample, std::size_t header)
{
    const Row& names = sample.rows[header];
    return {ErrorCode::BadData,
            file.string() + " line " + std::to_string(sample.lines[header]) + ": the header has " +
                countOf(static_cast<std::int64_t>(names.size()), "name") + ", the rows " +
                countOf(static_cast<std::int64_t>(sample.width), "column"),
            "Mend the header, or say where it stands with --header LINE, or --header no for a table without one"};
}

/// Whether the row at the place, narrower by one than the rows behind it, names their columns: all but the first, or
/// all but an empty last one. A title of one line with blanks in it names none.
bool isNarrowHeader(const Sample& sample, std::size_t place)
{
    const Row& row = sample.rows[place];
    return row.size() + 1 == sample.width && allWords(row) &&
           (row.size() > 1 || row.front().find(' ') == std::string::npos);
}

/// A spreadsheet pads its title to the table's width.
bool isPaddedTitle(const Row& row)
{
    const auto filled =
        std::count_if(row.begin(), row.end(), [](const std::string& field) { return !trimmed(field).empty(); });
    return row.size() > 2 && filled <= 1 &&
           std::none_of(row.begin(), row.end(), [](const std::string& field) { return isNumber(field); });
}

/// Finds where the table begins: lines that are neither header nor row stand before it. An error where the header has
/// another width than the rows.
Status findBegin(const std::filesystem::path& file, Sample& sample, const LayoutWish& wish)
{
    std::size_t first = 0;
    while (first < sample.rows.size() &&
           (sample.rows[first].size() != sample.width || isPaddedTitle(sample.rows[first])))
        ++first;
    const bool mayHaveHeader = wish.header.value_or(true);
    if (sample.width < 2 || first == 0 || first >= sample.rows.size())
        return {};
    Sample rest = sample;
    dropFirstRows(rest, first);
    const std::size_t before = first - 1;
    const Row& last = sample.rows[before];
    const bool headed = looksLikeHeader(rest);
    if (mayHaveHeader && !headed && isNarrowHeader(sample, before)) {
        dropFirstRows(sample, before);
        return {};
    }
    if (mayHaveHeader && !headed && last.size() > sample.width && blankFrom(last, sample.width)) {
        dropFirstRows(sample, before);
        return {};
    }
    const auto columns = examine(rest, false);
    const bool numbers = std::ranges::any_of(columns, &ColumnSample::isNumeric);
    if (mayHaveHeader && numbers && !headed && last.size() > 1 && allWords(last))
        return fail(otherWidth(file, sample, before));
    // A row of numbers is a bad row, not a line of text before the table.
    const auto isRow = [](const Row& row) {
        return std::all_of(row.begin(), row.end(), [](const auto& field) { return looksNumeric(field, ','); }) &&
               std::any_of(row.begin(), row.end(), [](const auto& field) { return isNumber(field); });
    };
    if (std::none_of(sample.rows.begin(), sample.rows.begin() + static_cast<std::ptrdiff_t>(first), isRow))
        dropFirstRows(sample, first);
    return {};
}

/// The names that a comment right before a table without header gives, as numpy writes it.
Row commentedHeader(const Sample& sample, const std::vector<std::string>& lines)
{
    const CsvLayout& layout = sample.layout;
    if (layout.comment.empty() || sample.lines.empty())
        return {};
    Row names;
    for (std::size_t i = 0; i + 1 < static_cast<std::size_t>(sample.lines.front()) && i < lines.size(); ++i)
        if (Row fields = commentFields(lines[i], layout, layout.comment); !fields.empty())
            names = std::move(fields);
    return names.size() == sample.width && sample.width > 1 && allWords(names) ? names : Row();
}

/// A column that the header does not name and that counts the rows, as pandas writes its index.
bool countsRows(const Sample& sample)
{
    std::optional<std::int64_t> before;
    for (std::size_t r = 1; r < sample.rows.size(); ++r) {
        if (sample.rows[r].size() != sample.width)
            continue;
        const auto number = parseInteger(trimmed(sample.rows[r].front()));
        if (!number || (before && *number != *before + 1))
            return false;
        before = number;
    }
    return before.has_value();
}

} // namespace

bool isLabelName(const std::string& name)
{
    const std::string word = lowerCase(std::string(trimmed(name)));
    return word == "class" || word == "label" || word == "target" || word == "y";
}

Heading readHeading(Sample& sample, const std::vector<std::string>& lines)
{
    Heading heading;
    if (!sample.layout.header) {
        heading.names = commentedHeader(sample, lines);
        return heading;
    }
    heading.names = sample.rows.front();
    if (heading.names.size() + 1 == sample.width && !endsWithSeparator(sample)) {
        heading.names.insert(heading.names.begin(), "row name");
        heading.leaveFirst = sample.layout.rowNames = true;
    } else if (sample.width > 1 && trimmed(heading.names.front()).empty() && countsRows(sample)) {
        heading.names.front() = kRowNumber;
        heading.leaveFirst = true;
    }
    return heading;
}

Result<Sample> layOut(const std::filesystem::path& file, const FirstLook& look, const LayoutWish& wish)
{
    auto sample = bestSample(file, look, wish);
    if (!sample)
        return sample;
    if (sample->rows.empty())
        return fail(sample->error ? *sample->error : Error{ErrorCode::BadData, file.string() + " holds no rows", {}});
    sample->layout.decimal = wish.decimal.value_or(decimalMark(*sample));
    if (!wish.headerLine)
        if (auto begun = findBegin(file, *sample, wish); !begun)
            return fail(begun.error());
    const Row& first = sample->rows.front();
    const bool narrow = sample->width > 1 && isNarrowHeader(*sample, 0);
    sample->layout.header = wish.headerLine.has_value() || wish.header.value_or(narrow || looksLikeHeader(*sample));
    if (sample->layout.header && first.size() != sample->width && !narrow && !blankFrom(first, sample->width))
        return fail(otherWidth(file, *sample, 0));
    return sample;
}

} // namespace millrace::csv
