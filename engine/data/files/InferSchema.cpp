// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Encoding.h"
#include "base/Text.h"
#include "data/Cell.h"
#include "data/files/Classes.h"
#include "data/files/CsvHeading.h"
#include "data/files/CsvReader.h"
#include "data/files/JsonSample.h"

#include <algorithm>
#include <optional>
#include <set>

namespace millrace
{
namespace
{

using namespace csv;

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

/// Records that hold nothing but arrays, or an object around the array of the true ones.
Error noFeatureKeyError(const std::filesystem::path& file, const std::vector<std::string>& keys)
{
    constexpr std::size_t kNamed = 5;
    std::string named;
    for (std::size_t i = 0; i < std::min(keys.size(), kNamed); ++i)
        named += (i == 0 ? "" : ", ") + shown(keys[i]);
    return {ErrorCode::BadData,
            file.string() + " has no key that could be a feature: its records hold " + named +
                (keys.size() > kNamed ? ", …" : ""),
            "Where the records stand in an array within an object, take them out: jq -c '.KEY[]' FILE > NEW.jsonl"};
}

/// Nothing can be learnt from a table without a feature: something of its layout was taken wrongly, most likely.
Error noFeatureError(const std::filesystem::path& file, const Schema& schema, const std::vector<std::string>& lines)
{
    const auto begin = static_cast<std::size_t>(schema.skip);
    const std::string shownLine = begin < lines.size() ? ": " + shown(lines[begin]) : std::string();
    return {ErrorCode::BadData,
            file.string() + " has no column that could be a feature. It was read as " +
                countOf(static_cast<std::int64_t>(schema.columns.size()), "column") + " separated by " +
                separatorsName(schema.separator) + ", in " + schema.encoding + ", from line " +
                std::to_string(begin + 1) + shownLine,
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
    LabelValues values(schema.decimal);
    for (std::size_t r = schema.header ? 1 : 0; r < sample.rows.size(); ++r)
        if (sample.rows[r].size() == sample.width)
            values.add(sample.rows[r][static_cast<std::size_t>(index)]);
    static_cast<void>(setClasses(schema, values)); // what is wrong is told when all are counted
    schema.classesKnown = false;
}

/// Words with blanks between them, or lines of words, are a letter rather than a table.
bool looksLikeProse(const Schema& schema, const LayoutWish& wish)
{
    const bool areTexts =
        std::ranges::all_of(schema.columns, [](const Column& column) { return column.type == ColumnType::Text; });
    return areTexts && !schema.isJson() && (schema.columns.size() == 1 || (schema.separator == ' ' && !wish.separator));
}

/// As many columns, numbers where it has numbers, and 0 and 1 where its label says so.
bool hasLayoutOf(const Schema& known, const std::vector<ColumnSample>& columns)
{
    if (known.header || known.columns.size() != columns.size())
        return false;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const Column& column = known.columns[i];
        const bool zeroOrOne = column.role == ColumnRole::Label && known.task == TaskKind::Binary;
        if (column.type == ColumnType::Number && !(zeroOrOne ? columns[i].isBinary() : columns[i].isNumeric()))
            return false;
    }
    return true;
}

/// Of the sample, whose columns the heading names.
Result<Schema> describeTable(const std::filesystem::path& file, const Sample& sample, const Heading& heading,
                             const FirstLook& look, const LayoutWish& wish, std::span<const Schema> known)
{
    const bool header = sample.layout.header;
    const std::vector<ColumnSample> columns = examine(sample, header);
    Schema schema;
    const auto same = std::ranges::find_if(known, [&](const Schema& each) { return hasLayoutOf(each, columns); });
    if (!header && heading.names.empty() && same != known.end())
        schema = *same;
    static_cast<CsvLayout&>(schema) = sample.layout;
    schema.classesKnown = false;
    if (!schema.columns.empty())
        return schema;
    schema.name = tableName(file);
    const std::vector<std::string> names = columnNames(heading.names, sample.width);
    if (auto plain = refuseThousands(file, sample, columns, names); !plain)
        return fail(plain.error());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const bool number = columns[i].isNumeric() || (header && sample.rows.size() == 1);
        const bool left = (heading.leaveFirst && i == 0) || heading.leave.contains(names[i]) ||
                          (columns[i].values == 0 && !number); // or never a value
        schema.columns.push_back({names[i], number ? ColumnType::Number : ColumnType::Text,
                                  left ? ColumnRole::Ignored : ColumnRole::Feature});
    }
    const int label = guessLabel(names, columns);
    if (label >= 0 && !(heading.leaveFirst && label == 0) &&
        !heading.leave.contains(names[static_cast<std::size_t>(label)]))
        setLabel(schema, label, sample);
    if (schema.featureColumns().empty() || looksLikeProse(schema, wish))
        return fail(schema.isJson() ? noFeatureKeyError(file, schema.jsonKeys)
                                    : noFeatureError(file, schema, look.lines));
    return schema;
}

} // namespace

Result<Schema> inferSchema(const std::filesystem::path& file, const LayoutWish& wish, std::span<const Schema> known)
{
    auto look = lookAtLines(file, wish);
    if (!look)
        return fail(look.error());
    if (isJsonFile(*look)) {
        const auto json = readJsonSample(file, *look, wish);
        return json ? describeTable(file, json->sample, json->heading, *look, wish, {}) : fail(json.error());
    }
    auto sample = layOut(file, *look, wish);
    if (!sample)
        return fail(sample.error());
    const Heading heading = readHeading(*sample, look->lines);
    return describeTable(file, *sample, heading, *look, wish, known);
}

} // namespace millrace
