// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/Classes.h"

#include "base/Text.h"
#include "data/Cell.h"
#include "data/files/FileRows.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr std::size_t kValuesNamed = 10;

std::string namesOf(const LabelValues& values)
{
    std::string text;
    for (const std::string& value : values.first(kValuesNamed)) {
        const std::string name = shown(value); // in quotes, which only a list of commas needs
        text += (text.empty() ? "" : ", ") +
                (value.find(',') == std::string::npos ? name.substr(1, name.size() - 2) : name);
    }
    return values.distinct() > kValuesNamed ? text + ", …" : text;
}

/// The label's column as the schema calls it: "label", or "label diagnosis".
std::string titleOf(const Schema& schema)
{
    const int label = schema.labelColumn();
    const std::string title = columnTitle(label, schema.columns[static_cast<std::size_t>(label)].name);
    return title == "label" ? title : "label " + title;
}

} // namespace

void LabelValues::add(std::string_view text)
{
    if (text == m_last || more() || isMissing(text))
        return;
    m_last = text;
    text = trimmed(text);
    if (!m_texts.contains(text) && m_texts.size() <= kMostCounted)
        m_texts.emplace(text);
    float number = 0;
    m_allNumbers = m_allNumbers && parseCell(text, number);
    if (!m_allNumbers)
        return;
    std::string& spelling = m_numbers.try_emplace(number + 0.0F, text).first->second; // −0 is 0
    if (std::pair(text.size(), text) < std::pair(spelling.size(), std::string_view(spelling)))
        spelling = text;
}

std::vector<std::string> LabelValues::first(std::size_t most) const
{
    std::vector<std::string> values;
    if (areNumbers())
        for (const auto& [number, spelling] : m_numbers)
            values.push_back(spelling);
    else
        values.assign(m_texts.begin(), m_texts.end());
    values.resize(std::min(values.size(), most));
    return values;
}

bool LabelValues::areZeroAndOne() const
{
    return areNumbers() &&
           std::ranges::all_of(m_numbers, [](const auto& each) { return each.first == 0 || each.first == 1; });
}

std::string tooManyClasses(const LabelValues& values)
{
    const std::string count = values.more() ? "more than " + formatCount(LabelValues::kMostCounted)
                                            : formatCount(static_cast<std::int64_t>(values.distinct()));
    return "has " + count + " values: " + namesOf(values) + "; Millrace tells two apart";
}

Status setClasses(Schema& schema, const LabelValues& values)
{
    const std::string label = titleOf(schema);
    if (values.distinct() == 0)
        return fail(ErrorCode::BadData, "The " + label + " holds no value in any row",
                    "Choose another column with --label COLUMN");
    if (values.distinct() > 2)
        return fail(ErrorCode::BadData, "The " + label + " " + tooManyClasses(values),
                    "Choose another column with --label COLUMN, or name two classes in the schema: the rows of others "
                    "are rejected then");
    Column& column = schema.columns[static_cast<std::size_t>(schema.labelColumn())];
    schema.classesKnown = true;
    const bool wasText = column.type == ColumnType::Text;
    column.type = values.areZeroAndOne() ? ColumnType::Number : ColumnType::Text;
    if (column.type == ColumnType::Text) {
        schema.classes = values.first(2);
        schema.classes.resize(2);
    } else if (wasText) {
        schema.classes.clear(); // else they may be names, as of SUSY
    }
    return {};
}

void chooseLabel(Schema& schema, int column)
{
    const int was = schema.labelColumn();
    if (was == column)
        return;
    if (was >= 0) {
        Column& old = schema.columns[static_cast<std::size_t>(was)];
        const bool numbers = old.type == ColumnType::Number ||
                             (!schema.classes.empty() && std::ranges::all_of(schema.classes, [](const auto& name) {
                                 return name.empty() || isNumber(name);
                             }));
        old.type = numbers ? ColumnType::Number : ColumnType::Text;
        old.role = numbers ? ColumnRole::Feature : ColumnRole::Ignored;
    }
    schema.classes.clear();
    schema.classesKnown = false;
    if (column >= 0)
        schema.columns[static_cast<std::size_t>(column)].role = ColumnRole::Label;
}

Status countClasses(const std::filesystem::path& file, Schema& schema, const std::stop_token& stop)
{
    if (schema.labelColumn() < 0 || schema.classesKnown)
        return {};
    LabelValues values;
    RowPass pass{[&values](const FileRow& row) -> Status {
        values.add(row.countedLabel());
        return {};
    }};
    pass.stop = stop;
    pass.cancelled = "Counting the classes of " + file.string() + " was stopped";
    if (auto read = readRows(file, schema, pass); !read)
        return read;
    return setClasses(schema, values);
}

} // namespace millrace
