// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Encoding.h"
#include "base/Text.h"
#include "data/Cell.h"
#include "data/Classes.h"
#include "data/CsvFields.h"
#include "data/CsvReader.h"
#include "data/FileNotes.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace millrace
{
namespace
{

constexpr std::size_t kSampleRows = 1000;
constexpr std::array kSeparators = {',', ';', '\t', '|', kBlanks};
constexpr std::array<const char*, 2> kCommentMarks = {"#", "%"};

using Row = std::vector<std::string>;

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

/// Whether a cell could be a value of a table of numbers. Where the comma does not separate it may be a decimal comma.
bool looksNumeric(std::string_view field, char separator)
{
    return isMissing(field) || isNumber(field) || (separator != ',' && hasDecimalComma(field));
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

/// The sample of the separator that fits best; an error when the file cannot be opened.
Result<Sample> bestSample(const std::filesystem::path& file, CsvLayout layout, std::optional<char> separator)
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

bool allWords(const Row& row)
{
    return std::none_of(row.begin(), row.end(),
                        [](const std::string& field) { return isMissing(field) || isNumber(field); });
}

/// What stands behind the mark of a comment, cut as the table is; empty where the line is none.
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

/// The best sample, without the lines that are comments.
Result<Sample> withoutComments(const std::filesystem::path& file, CsvLayout layout, std::optional<char> separator,
                               const LayoutWish& wish, const std::vector<std::string>& lines)
{
    if (wish.comment) {
        layout.comment = *wish.comment;
        return bestSample(file, layout, separator);
    }
    for (const char* mark : kCommentMarks) {
        const bool begins = std::any_of(lines.begin(), lines.end(),
                                        [&](const std::string& line) { return trimmed(line).starts_with(mark); });
        if (!begins)
            continue;
        layout.comment = mark;
        auto sample = bestSample(file, layout, separator);
        if (!sample || marksComments(*sample, lines))
            return sample;
    }
    layout.comment.clear();
    return bestSample(file, layout, separator);
}

/// Commas and points in the numbers: which of them is the decimal mark.
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

std::string countOf(std::size_t count, const char* what)
{
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

/// Layouts of files differ in what stands in the first lines: the sample's rows then begin with the header or the first
/// row, and layout.skip counts the lines before.
void dropFirstRows(Sample& sample, std::size_t count)
{
    sample.rows.erase(sample.rows.begin(), sample.rows.begin() + static_cast<std::ptrdiff_t>(count));
    sample.lines.erase(sample.lines.begin(), sample.lines.begin() + static_cast<std::ptrdiff_t>(count));
    if (count > 0 && !sample.lines.empty())
        sample.layout.skip = sample.lines.front() - 1;
}

std::string lowerCase(std::string text)
{
    for (char& character : text)
        if (character >= 'A' && character <= 'Z')
            character = static_cast<char>(character + 32);
    return text;
}

bool isLabelName(const std::string& name)
{
    const std::string word = lowerCase(std::string(trimmed(name)));
    return word == "class" || word == "label" || word == "target" || word == "y";
}

/// What the sample shows of one column, the header left out.
struct ColumnSample {
    std::int64_t values = 0;
    std::int64_t numbers = 0;
    std::set<std::string> texts; ///< distinct ones, at most three
    std::set<float> distinct;    ///< distinct finite numbers, at most three
    [[nodiscard]] bool isNumeric() const { return values > 0 && numbers * 2 >= values; }
    [[nodiscard]] bool isBinary() const
    {
        return isNumeric() && std::all_of(distinct.begin(), distinct.end(), [](float x) { return x == 0 || x == 1; });
    }
    [[nodiscard]] bool hasTwoValues() const { return isNumeric() ? distinct.size() == 2 : texts.size() == 2; }
};

template <class T>
void insertUpToThree(std::set<T>& set, T value)
{
    if (set.size() < 3)
        set.insert(std::move(value));
}

std::vector<ColumnSample> examine(const Sample& sample, bool header)
{
    std::vector<ColumnSample> columns(sample.width);
    for (std::size_t r = header ? 1 : 0; r < sample.rows.size(); ++r) {
        const Row& row = sample.rows[r];
        if (row.size() != sample.width)
            continue;
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (isMissing(row[i]))
                continue;
            ColumnSample& column = columns[i];
            ++column.values;
            column.numbers += isNumber(row[i], sample.layout.decimal) ? 1 : 0;
            insertUpToThree(column.texts, std::string(trimmed(row[i])));
            if (float value = 0; parseCell(row[i], value, sample.layout.decimal))
                insertUpToThree(column.distinct, value);
        }
    }
    return columns;
}

/// Where a number of the column shows that the mark sets thousands apart, and none that it does not: the row, and
/// nothing where there is no such number.
std::optional<std::size_t> findThousands(const Sample& sample, std::size_t column, char mark)
{
    std::optional<std::size_t> found;
    for (std::size_t r = sample.layout.header ? 1 : 0; r < sample.rows.size(); ++r) {
        if (sample.rows[r].size() != sample.width)
            continue;
        const std::string field(trimmed(sample.rows[r][column]));
        const bool marked = field.find(mark) != std::string::npos;
        if (hasThousandsMarks(field, mark))
            found = found.value_or(r);
        else if (marked && isNumber(field, sample.layout.decimal) && !hasThousandsMarks(field + mark + "000", mark))
            return std::nullopt; // 12.593 may be either; 12.5 and 0.593 are fractions
    }
    return found;
}

/// A number like 1.160.366 proves of its column that 12.593 is no fraction, by which it would be read as a thousandth
/// of what it is.
Status refuseThousands(const std::filesystem::path& file, const Sample& sample,
                       const std::vector<ColumnSample>& columns, const std::vector<std::string>& names)
{
    for (std::size_t i = 0; i < columns.size(); ++i)
        for (const char mark : {sample.layout.decimal, ','}) {
            const auto row = columns[i].isNumeric() ? findThousands(sample, i, mark) : std::nullopt;
            if (row)
                return fail(ErrorCode::BadData,
                            file.string() + " line " + std::to_string(sample.lines[*row]) + ": " +
                                columnPrefix(static_cast<int>(i), names[i]) + shown(trimmed(sample.rows[*row][i])) +
                                " is a number with thousands marks: others of its column would be read wrongly, or "
                                "not at all",
                            "Write the numbers of that column without thousands marks");
        }
    return {};
}

/// Non-numbers above numbers; or only words, one of which is a label's name; or words and nothing else in the file.
bool looksLikeHeader(const Sample& sample)
{
    const Row& first = sample.rows.front();
    const bool words =
        std::none_of(first.begin(), first.end(), [](const std::string& field) { return isNumber(field); });
    if (words && (sample.rows.size() == 1 || std::any_of(first.begin(), first.end(), isLabelName)))
        return true;
    const auto columns = examine(sample, true);
    for (std::size_t i = 0; i < std::min(first.size(), columns.size()); ++i)
        if (!isMissing(first[i]) && !isNumber(first[i]) && columns[i].isNumeric())
            return true;
    return false;
}

std::string tableName(const std::filesystem::path& file)
{
    std::filesystem::path name = file.filename();
    if (name.extension() == ".gz" || name.extension() == ".zst")
        name = name.stem();
    return repairedUtf8(name.stem().string());
}

/// Distinct, never empty.
std::vector<std::string> columnNames(const Row& head, std::size_t width)
{
    std::vector<std::string> names;
    std::set<std::string> taken;
    for (std::size_t i = 0; i < width; ++i) {
        std::string name = i < head.size() ? std::string(trimmed(head[i])) : std::string();
        if (name.empty())
            name = "column " + std::to_string(i + 1);
        std::string unique = name;
        for (int copy = 2; !taken.insert(unique).second; ++copy)
            unique = name + "_" + std::to_string(copy);
        names.push_back(unique);
    }
    return names;
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
                countOf(names.size(), "name") + ", the rows " + countOf(sample.width, "column"),
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

/// What the first row says, once it is known to be the header or not.
struct Heading {
    Row names;               ///< of the columns from the left; empty without header
    bool leaveFirst = false; ///< the first column names or counts the rows
};

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

/// Nothing can be learnt from a table without a feature: something of its layout was taken wrongly, or it has no
/// numbers.
Error noFeatureError(const std::filesystem::path& file, const Schema& schema, const std::vector<std::string>& lines)
{
    const auto begin = static_cast<std::size_t>(schema.skip);
    const std::string shownLine = begin < lines.size() ? ": " + shown(lines[begin]) : std::string();
    return {ErrorCode::BadData,
            file.string() + " has no column of numbers that could be a feature. It was read as " +
                countOf(schema.columns.size(), "column") + " separated by " + separatorsName(schema.separator) +
                ", in " + schema.encoding + ", from line " + std::to_string(begin + 1) + shownLine,
            "Say how to read it with --separator, --decimal, --comment, --encoding or --header"};
}

int guessLabel(const std::vector<std::string>& names, const std::vector<ColumnSample>& columns)
{
    for (std::size_t i = 0; i < names.size(); ++i)
        if (isLabelName(names[i]))
            return static_cast<int>(i);
    if (columns.size() < 2)
        return -1;
    if (columns.back().hasTwoValues())
        return static_cast<int>(columns.size()) - 1;
    return columns.front().hasTwoValues() ? 0 : -1;
}

/// As far as the sample tells: the whole file is asked later.
void setLabel(Schema& schema, int index, const Sample& sample)
{
    schema.columns[static_cast<std::size_t>(index)].role = ColumnRole::Label;
    LabelValues values;
    for (std::size_t r = schema.header ? 1 : 0; r < sample.rows.size(); ++r)
        if (sample.rows[r].size() == sample.width)
            values.add(sample.rows[r][static_cast<std::size_t>(index)]);
    static_cast<void>(setClasses(schema, values)); // more than two are told when all are counted
    schema.classesKnown = false;
}

/// The layout as far as the first lines and the wishes tell it, before rows are cut.
struct FirstLook {
    CsvLayout layout;
    std::optional<char> separator;
    std::vector<std::string> lines;
};

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

/// The first rows in the layout that fits best, beginning with the header where layout.header says so.
Result<Sample> layOut(const std::filesystem::path& file, const FirstLook& look, const LayoutWish& wish)
{
    auto sample = withoutComments(file, look.layout, look.separator, wish, look.lines);
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

bool looksLikeSusy(const std::vector<ColumnSample>& columns, bool header)
{
    const bool numeric =
        std::all_of(columns.begin(), columns.end(), [](const auto& column) { return column.isNumeric(); });
    return !header && columns.size() == 19 && numeric && columns.front().isBinary();
}

} // namespace

std::span<const SeparatorName> separatorNames()
{
    static constexpr std::array<SeparatorName, 5> kNames = {{{',', "comma", "commas"},
                                                             {';', "semicolon", "semicolons"},
                                                             {'\t', "tab", "tabs"},
                                                             {'|', "pipe", "vertical bars"},
                                                             {kBlanks, "blanks", "blanks"}}};
    return kNames;
}

std::string separatorName(char separator)
{
    const auto known = std::ranges::find(separatorNames(), separator, &SeparatorName::separator);
    return known == separatorNames().end() ? std::string(1, separator) : known->one;
}

std::string separatorsName(char separator)
{
    const auto known = std::ranges::find(separatorNames(), separator, &SeparatorName::separator);
    return known == separatorNames().end() ? shown(std::string_view(&separator, 1)) : known->several;
}

void applyWish(CsvLayout& layout, const LayoutWish& wish)
{
    layout.separator = wish.separator.value_or(layout.separator);
    layout.decimal = wish.decimal.value_or(layout.decimal);
    layout.comment = wish.comment.value_or(layout.comment);
    layout.encoding = wish.encoding.value_or(layout.encoding);
    layout.header = wish.headerLine ? true : wish.header.value_or(layout.header);
    layout.skip = wish.headerLine ? *wish.headerLine - 1 : layout.skip;
}

Result<Schema> inferSchema(const std::filesystem::path& file, const LayoutWish& wish)
{
    auto look = lookAtLines(file, wish);
    if (!look)
        return fail(look.error());
    auto sample = layOut(file, *look, wish);
    if (!sample)
        return fail(sample.error());
    const Heading heading = readHeading(*sample, look->lines);
    const bool header = sample->layout.header;
    const std::vector<ColumnSample> columns = examine(*sample, header);
    Schema schema;
    if (looksLikeSusy(columns, header) && heading.names.empty())
        schema = susySchema();
    static_cast<CsvLayout&>(schema) = sample->layout;
    schema.classesKnown = false;
    if (!schema.columns.empty())
        return schema;
    schema.name = tableName(file);
    const std::vector<std::string> names = columnNames(heading.names, sample->width);
    if (auto plain = refuseThousands(file, *sample, columns, names); !plain)
        return fail(plain.error());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const bool number = columns[i].isNumeric() || (header && sample->rows.size() == 1);
        const bool left = heading.leaveFirst && i == 0;
        schema.columns.push_back({names[i], number ? ColumnType::Number : ColumnType::Text,
                                  number && !left ? ColumnRole::Feature : ColumnRole::Ignored});
    }
    const int label = guessLabel(names, columns);
    if (label >= 0 && !(heading.leaveFirst && label == 0))
        setLabel(schema, label, *sample);
    if (schema.featureColumns().empty())
        return fail(noFeatureError(file, schema, look->lines));
    return schema;
}

} // namespace millrace
