// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/CsvSample.h"

#include "base/Encoding.h"
#include "base/Text.h"
#include "data/Cell.h"
#include "data/files/CsvFields.h"
#include "data/files/TextInput.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace millrace::csv
{
namespace
{

constexpr std::array kSeparators = {',', ';', '\t', '|', kBlanks};
constexpr std::array<const char*, 2> kCommentMarks = {"#", "%"};

Result<Sample> takeSample(const std::filesystem::path& file, const CsvLayout& layout)
{
    auto reader = CsvReader::open(file, layout);
    if (!reader)
        return fail(reader.error());
    Sample sample;
    sample.layout = layout;
    CsvRow row;
    while (sample.rows.size() <= kSampleRows) {
        auto found = reader->next(row);
        if (!found)
            sample.error = found.error();
        if (!found || !*found)
            break;
        sample.rows.emplace_back(row.fields.begin(), row.fields.end());
        sample.lines.push_back(row.line);
    }
    return sample;
}

/// A number whose decimal mark can be nothing but a comma.
bool hasDecimalComma(std::string_view field)
{
    const auto comma = field.find(',');
    return comma != std::string_view::npos && comma + 1 < field.size() && isNumber(field, ',');
}

void scoreSample(Sample& sample)
{
    std::map<std::size_t, int> widths;
    for (const Row& row : sample.rows)
        ++widths[row.size()];
    int rows = 0;
    for (const auto& [width, count] : widths) {
        if (count >= rows) {
            rows = count;
            sample.width = width;
        }
    }
    if (sample.width < 2)
        return;
    double numbers = 0;
    for (const Row& row : sample.rows)
        if (row.size() == sample.width)
            numbers += static_cast<double>(std::count_if(row.begin(), row.end(), [&](const std::string& field) {
                return looksNumeric(field, sample.layout.separator);
            }));
    const double share = rows / static_cast<double>(sample.rows.size());
    sample.score = share * (0.5 + 0.5 * numbers / (rows * static_cast<double>(sample.width)));
}

/// Of the separator that fits best; an error when the file cannot be opened.
Result<Sample> sampleOf(const std::filesystem::path& file, CsvLayout layout, std::optional<char> separator)
{
    std::optional<Sample> best;
    for (const char candidate : kSeparators) {
        layout.separator = separator.value_or(candidate);
        auto sample = takeSample(file, layout);
        if (!sample)
            return fail(sample.error());
        scoreSample(*sample);
        const bool better = !best || sample->score > best->score ||
                            (sample->score > 0 && sample->score == best->score && sample->width > best->width);
        if (better)
            best = std::move(*sample);
        if (separator)
            break;
    }
    return std::move(*best);
}

/// Excel's "sep=;" and nothing else: the separator.
std::optional<char> separatorLine(std::string_view line)
{
    line = trimmed(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
    if (line.size() > 2 && line.front() == '"' && line.back() == '"')
        line = line.substr(1, line.size() - 2);
    if (line.size() != 5 || (line.substr(0, 4) != "sep=" && line.substr(0, 4) != "SEP="))
        return std::nullopt;
    return line[4];
}

/// Whether the lines that begin with the sample's mark of comments are comments. What has as many fields as the rows
/// and begins with a word is a row, of a table whose first column holds such texts; with a number, a row that somebody
/// took out.
bool marksComments(const Sample& sample, const std::vector<std::string>& lines)
{
    if (sample.rows.empty())
        return false;
    for (std::size_t i = static_cast<std::size_t>(sample.lines.front()); i < lines.size(); ++i) {
        const Row fields = commentFields(lines[i], sample.layout, sample.layout.comment);
        if (fields.size() == sample.width && sample.width > 1 && !isNumber(fields.front()))
            return false;
    }
    return true;
}

template <class T>
void insertUpToThree(std::set<T>& set, T value)
{
    if (set.size() < 3)
        set.insert(std::move(value));
}

} // namespace

bool looksNumeric(std::string_view field, char separator)
{
    return isMissing(field) || isNumber(field) || (separator != ',' && hasDecimalComma(field));
}

Row commentFields(std::string_view line, const CsvLayout& layout, const std::string& mark)
{
    line = trimmed(line);
    if (!line.starts_with(mark))
        return {};
    while (line.starts_with(mark))
        line.remove_prefix(mark.size());
    std::vector<std::string_view> fields;
    std::string scratch;
    splitQuoted(line, layout.separator, fields, scratch);
    return {fields.begin(), fields.end()};
}

Result<Sample> bestSample(const std::filesystem::path& file, const FirstLook& look, const LayoutWish& wish)
{
    CsvLayout layout = look.layout;
    if (wish.comment) {
        layout.comment = *wish.comment;
        return sampleOf(file, layout, look.separator);
    }
    for (const char* mark : kCommentMarks) {
        const bool begins = std::any_of(look.lines.begin(), look.lines.end(),
                                        [&](const std::string& line) { return trimmed(line).starts_with(mark); });
        if (!begins)
            continue;
        layout.comment = mark;
        auto sample = sampleOf(file, layout, look.separator);
        if (!sample || marksComments(*sample, look.lines))
            return sample;
    }
    layout.comment.clear();
    return sampleOf(file, layout, look.separator);
}

char decimalMark(const Sample& sample)
{
    std::int64_t commas = 0;
    std::int64_t points = 0;
    for (const Row& row : sample.rows)
        for (const std::string& field : row) {
            commas += hasDecimalComma(field) ? 1 : 0;
            points += field.find('.') != std::string::npos && isNumber(field) ? 1 : 0;
        }
    return sample.layout.separator != ',' && commas > points ? ',' : '.';
}

void dropFirstRows(Sample& sample, std::size_t count)
{
    sample.rows.erase(sample.rows.begin(), sample.rows.begin() + static_cast<std::ptrdiff_t>(count));
    sample.lines.erase(sample.lines.begin(), sample.lines.begin() + static_cast<std::ptrdiff_t>(count));
    if (count > 0 && !sample.lines.empty())
        sample.layout.skip = sample.lines.front() - 1;
}

std::vector<ColumnSample> examine(const Sample& sample, bool header)
{
    std::vector<ColumnSample> columns(sample.width);
    for (std::size_t r = header ? 1 : 0; r < sample.rows.size(); ++r) {
        const Row& row = sample.rows[r];
        if (row.size() != sample.width)
            continue;
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (isMissingLabel(row[i]))
                continue;
            ColumnSample& column = columns[i];
            insertUpToThree(column.texts, std::string(trimmed(row[i])));
            if (isMissing(row[i]))
                continue;
            ++column.values;
            column.numbers += isNumber(row[i], sample.layout.decimal) ? 1 : 0;
            if (float value = 0; parseCell(row[i], value, sample.layout.decimal))
                insertUpToThree(column.distinct, value);
        }
    }
    return columns;
}

Result<FirstLook> lookAtLines(const std::filesystem::path& file, const LayoutWish& wish)
{
    auto head = readHead(file, wish.encoding);
    if (!head)
        return fail(head.error());
    FirstLook look;
    look.layout.encoding = wish.encoding.value_or(guessEncoding(*head));
    auto lines = firstLines(file, look.layout.encoding, kSampleRows);
    if (!lines)
        return fail(lines.error());
    look.lines = std::move(*lines);
    look.separator = wish.separator;
    const auto first = std::find_if(look.lines.begin(), look.lines.end(),
                                    [](const std::string& line) { return !trimmed(line).empty(); });
    const auto said = first == look.lines.end() ? std::nullopt : separatorLine(*first);
    if (said) {
        look.layout.skip = first - look.lines.begin() + 1;
        if (!look.separator)
            look.separator = said;
    }
    if (wish.headerLine)
        look.layout.skip = *wish.headerLine - 1;
    return look;
}

} // namespace millrace::csv
