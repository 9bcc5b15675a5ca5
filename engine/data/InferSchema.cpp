// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/Cell.h"
#include "data/Classes.h"
#include "data/CsvReader.h"

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
constexpr std::array kSeparators = {',', ';', '\t', '|'};

using Row = std::vector<std::string>;

/// The first rows of the file, as one separator cuts them.
struct Sample {
    char separator = ',';
    std::vector<Row> rows;
    std::optional<Error> error; ///< why there are not more rows
    std::size_t width = 0;      ///< the most frequent number of fields
    double score = 0;           ///< how much the separator makes of the file a table of numbers
};

Result<Sample> takeSample(const std::filesystem::path& file, char separator)
{
    auto reader = CsvReader::open(file, separator, false);
    if (!reader)
        return fail(reader.error());
    Sample sample;
    sample.separator = separator;
    CsvRow row;
    while (sample.rows.size() <= kSampleRows) {
        auto found = reader->next(row);
        if (!found)
            sample.error = found.error();
        if (!found || !*found)
            break;
        sample.rows.emplace_back(row.fields.begin(), row.fields.end());
    }
    return sample;
}

/// Whether a cell could be a value of a table of numbers. Where the comma does not separate it may be a decimal comma:
/// such a cell is refused later, but it must not make the comma look like the separator.
bool looksNumeric(std::string field, char separator)
{
    if (separator != ',')
        std::replace(field.begin(), field.end(), ',', '.');
    return isMissing(field) || isNumber(field);
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
                return looksNumeric(field, sample.separator);
            }));
    const double share = rows / static_cast<double>(sample.rows.size());
    sample.score = share * (0.5 + 0.5 * numbers / (rows * static_cast<double>(sample.width)));
}

/// The sample of the separator that fits best; an error when no row can be read at all.
Result<Sample> bestSample(const std::filesystem::path& file)
{
    std::optional<Sample> best;
    for (const char separator : kSeparators) {
        auto sample = takeSample(file, separator);
        if (!sample)
            return fail(sample.error());
        scoreSample(*sample);
        const bool better = !best || sample->score > best->score ||
                            (sample->score > 0 && sample->score == best->score && sample->width > best->width);
        if (better)
            best = std::move(*sample);
    }
    if (best->rows.empty())
        return fail(best->error ? *best->error : Error{ErrorCode::BadData, file.string() + " holds no rows", {}});
    return std::move(*best);
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
            column.numbers += isNumber(row[i]) ? 1 : 0;
            insertUpToThree(column.texts, std::string(trimmed(row[i])));
            if (float value = 0; parseCell(row[i], value))
                insertUpToThree(column.distinct, value);
        }
    }
    return columns;
}

/// Non-numbers above numbers; or only words, one of which is a label's name; or words and nothing else in the file.
bool looksLikeHeader(const Sample& sample)
{
    const Row& first = sample.rows.front();
    const bool words = std::none_of(first.begin(), first.end(), isNumber);
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
    return name.stem().string();
}

/// Distinct, never empty.
std::vector<std::string> columnNames(const Sample& sample, bool header)
{
    std::vector<std::string> names;
    std::set<std::string> taken;
    for (std::size_t i = 0; i < sample.width; ++i) {
        const Row& first = sample.rows.front();
        std::string name = header && i < first.size() ? std::string(trimmed(first[i])) : std::string();
        if (name.empty())
            name = "column " + std::to_string(i + 1);
        std::string unique = name;
        for (int copy = 2; !taken.insert(unique).second; ++copy)
            unique = name + "_" + std::to_string(copy);
        names.push_back(unique);
    }
    return names;
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

bool looksLikeSusy(const std::vector<ColumnSample>& columns, bool header)
{
    const bool numeric =
        std::all_of(columns.begin(), columns.end(), [](const auto& column) { return column.isNumeric(); });
    return !header && columns.size() == 19 && numeric && columns.front().isBinary();
}

} // namespace

Result<Schema> inferSchema(const std::filesystem::path& file)
{
    auto sample = bestSample(file);
    if (!sample)
        return fail(sample.error());
    const bool header = looksLikeHeader(*sample);
    const std::vector<ColumnSample> columns = examine(*sample, header);
    Schema schema;
    if (looksLikeSusy(columns, header)) {
        schema = susySchema();
        schema.separator = sample->separator;
        schema.classesKnown = false;
        return schema;
    }
    schema.name = tableName(file);
    schema.separator = sample->separator;
    schema.header = header;
    const std::vector<std::string> names = columnNames(*sample, header);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const bool number = columns[i].isNumeric() || (header && sample->rows.size() == 1);
        schema.columns.push_back({names[i], number ? ColumnType::Number : ColumnType::Text,
                                  number ? ColumnRole::Feature : ColumnRole::Ignored});
    }
    if (const int label = guessLabel(names, columns); label >= 0)
        setLabel(schema, label, *sample);
    return schema;
}

} // namespace millrace
