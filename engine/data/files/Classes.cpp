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
    if (more() || isMissingLabel(text))
        return;
    if (text == m_last) {
        if (m_allNumbers && m_lastNumber)
            ++m_numbers.at(*m_lastNumber).rows;
        return;
    }
    m_last = text;
    m_lastNumber.reset();
    text = trimmed(text);
    float held = 0;
    const bool isHeld = parseCell(text, held, m_decimal);
    if (!isHeld && isNumber(text, m_decimal))
        return;
    if (!m_texts.contains(text) && m_texts.size() <= kMostCounted)
        m_texts.emplace(text);
    m_allNumbers = m_allNumbers && (isHeld || isMissing(text));
    if (m_allNumbers && isHeld)
        addNumber(parseDoubleCell(text, m_decimal).value_or(static_cast<double>(held)) + 0.0, text); // −0 is 0
}

void LabelValues::addNumber(double number, std::string_view text)
{
    Number& known = m_numbers.try_emplace(number, Number{std::string(text)}).first->second;
    if (std::pair(text.size(), text) < std::pair(known.spelling.size(), std::string_view(known.spelling)))
        known.spelling = text;
    ++known.rows;
    m_lastNumber = number;
}

std::vector<std::string> LabelValues::first(std::size_t most) const
{
    std::vector<std::string> values;
    if (areNumbers())
        for (const auto& [number, known] : m_numbers)
            values.push_back(known.spelling);
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

bool LabelValues::countFromZeroOrOne() const
{
    if (!areNumbers() || more())
        return false;
    double expected = m_numbers.begin()->first;
    if (expected != 0 && expected != 1)
        return false;
    return std::ranges::all_of(m_numbers, [&](const auto& each) { return each.first == expected++; });
}

std::optional<int> LabelValues::gapInCodes() const
{
    constexpr std::size_t kFewest = 3, kMost = 12;
    constexpr std::int64_t kFewestRows = 30, kMostTimes = 10;
    if (!areNumbers() || distinct() < kFewest || distinct() > kMost || m_numbers.begin()->first > 1)
        return std::nullopt;
    double expected = m_numbers.begin()->first == 0 ? 0 : 1;
    std::optional<int> gap;
    for (const auto& [number, known] : m_numbers) {
        if (!gap && number == expected + 1)
            gap = static_cast<int>(expected++);
        if (number != expected++)
            return std::nullopt;
    }
    const auto byRows = [](const auto& a, const auto& b) { return a.second.rows < b.second.rows; };
    const auto [fewest, most] = std::ranges::minmax_element(m_numbers, byRows);
    const bool areMany = fewest->second.rows >= kFewestRows && most->second.rows <= kMostTimes * fewest->second.rows;
    return areMany ? gap : std::nullopt;
}

namespace
{

/// What the values are, where nobody says so.
bool areClasses(const LabelValues& values, LabelUse use)
{
    if (use != LabelUse::Auto)
        return use == LabelUse::Classes;
    return !values.areNumbers() || values.distinct() <= 2 ||
           (values.distinct() <= kMostNumberedClasses && values.countFromZeroOrOne()) || values.gapInCodes();
}

Status checkClassCount(const std::string& label, const LabelValues& values)
{
    if (values.distinct() <= kMostLabelClasses)
        return {};
    const std::string count = values.more() ? "more than " + formatCount(LabelValues::kMostCounted)
                                            : formatCount(static_cast<std::int64_t>(values.distinct()));
    return fail(ErrorCode::BadData,
                "The " + label + " has " + count + " values: " + namesOf(values) + "; at most " +
                    formatCount(kMostLabelClasses) + " classes can be learnt",
                values.areNumbers() ? "Foretell the number instead: --task regression"
                                    : "Choose another column with --label COLUMN");
}

Status checkNumbers(const Schema& schema, const std::string& label, const LabelValues& values)
{
    if (values.areNumbers())
        return {};
    std::vector<std::string> texts = values.first(kMostLabelClasses);
    const auto text =
        std::ranges::find_if(texts, [&](const std::string& each) { return !isNumber(each, schema.decimal); });
    return fail(ErrorCode::BadData,
                "The " + label + " holds " + (text == texts.end() ? "texts" : shown(*text)) + ", which is no number",
                "Learn its values as classes, or choose another label");
}

void setTwoClasses(Schema& schema, Column& column, const LabelValues& values)
{
    const bool wasText = column.type == ColumnType::Text;
    schema.task = TaskKind::Binary;
    column.type = values.areZeroAndOne() ? ColumnType::Number : ColumnType::Text;
    if (column.type == ColumnType::Text) {
        schema.classes = values.first(2);
        schema.classes.resize(2);
    } else if (wasText || schema.classes.size() != 2) {
        schema.classes.clear(); // else they may be names, as of a schema that is known
    }
}

bool isSameValue(const std::string& a, const std::string& b)
{
    const auto numberOfA = parseDoubleCell(a, '.'), numberOfB = parseDoubleCell(b, '.');
    return trimmed(a) == trimmed(b) || (numberOfA && numberOfA == numberOfB);
}

/// The values of the label's two classes, in their order.
std::vector<std::string> valuesOf(const Schema& schema, const Column& label)
{
    return label.type == ColumnType::Number ? std::vector<std::string>{"0", "1"} : schema.classes;
}

Status applyPositive(Schema& schema)
{
    Column& label = schema.columns[static_cast<std::size_t>(schema.labelColumn())];
    if (schema.task != TaskKind::Binary)
        return fail(ErrorCode::Usage,
                    "A positive class is one of two, and the label sets the task " + infoOf(Task{schema.task}).name,
                    "Leave --positive out");
    std::vector<std::string> values = valuesOf(schema, label);
    const auto found =
        std::ranges::find_if(values, [&](const auto& value) { return isSameValue(value, schema.positive); });
    if (found == values.end())
        return fail(ErrorCode::Usage, "The label has no class '" + schema.positive + "'",
                    "Its classes are " + joined(values, " and "));
    if (found == values.begin() && !values.back().empty()) {
        std::ranges::reverse(values);
        schema.classes = std::move(values);
        label.type = ColumnType::Text; // also of 0 and 1: they are names now, and not the class itself
    }
    return {};
}

} // namespace

Status choosePositive(Schema& schema, const std::string& value)
{
    schema.positive = value;
    return schema.classesKnown && schema.labelColumn() >= 0 ? applyPositive(schema) : Status{};
}

Status setClasses(Schema& schema, const LabelValues& values)
{
    const std::string label = titleOf(schema);
    if (values.distinct() == 0)
        return fail(ErrorCode::BadData, "The " + label + " holds no value in any row",
                    "Choose another column with --label COLUMN");
    Column& column = schema.columns[static_cast<std::size_t>(schema.labelColumn())];
    if (!areClasses(values, schema.labelUse)) {
        if (auto good = checkNumbers(schema, label, values); !good)
            return good;
        schema.task = TaskKind::Regression;
        column.type = ColumnType::Number;
        schema.classes.clear();
    } else {
        if (auto good = checkClassCount(label, values); !good)
            return good;
        if (values.distinct() <= 2) {
            setTwoClasses(schema, column, values);
        } else {
            schema.task = TaskKind::MultiClass;
            column.type = ColumnType::Text;
            schema.classes = values.first(kMostLabelClasses);
        }
    }
    schema.classesKnown = true;
    return schema.positive.empty() ? Status{} : applyPositive(schema);
}

std::string labelReason(const Schema& schema, const LabelValues& values)
{
    if (schema.labelUse != LabelUse::Auto)
        return "as it was decided";
    if (schema.labelColumns().size() > 1)
        return "there are several labels";
    const std::string count = formatCount(static_cast<std::int64_t>(values.distinct()));
    if (schema.task == TaskKind::Regression)
        return "its values are numbers, and neither two nor all of 0 or 1 to a few";
    if (values.areNumbers() && values.distinct() > 2) {
        const auto gap = values.gapInCodes();
        return "its values are the whole numbers from " + values.first(1).front() + " to " +
               values.first(values.distinct()).back() + (gap ? " but " + std::to_string(*gap) + ": codes" : "");
    }
    return "it has " + count + (values.areNumbers() ? " values" : " texts");
}

void chooseLabel(Schema& schema, int column)
{
    const std::vector<int> were = schema.labelColumns();
    if (were == (column < 0 ? std::vector<int>{} : std::vector{column}))
        return;
    for (const int was : were) {
        Column& old = schema.columns[static_cast<std::size_t>(was)];
        const bool numbers = old.type == ColumnType::Number ||
                             (!schema.classes.empty() && std::ranges::all_of(schema.classes, [](const auto& name) {
                                 return name.empty() || isNumber(name);
                             }));
        old.type = numbers ? ColumnType::Number : ColumnType::Text;
        old.role = ColumnRole::Feature;
    }
    schema.classes.clear();
    schema.positive.clear();
    schema.task = TaskKind::Binary; // as long as nothing is known of the values
    schema.classesKnown = false;
    if (column >= 0)
        schema.columns[static_cast<std::size_t>(column)].role = ColumnRole::Label;
}

Status chooseLabels(Schema& schema, const std::vector<int>& columns)
{
    if (columns.size() <= 1) {
        chooseLabel(schema, columns.empty() ? -1 : columns.front());
        return {};
    }
    Schema changed = schema;
    chooseLabel(changed, -1);
    std::string why = whyNotLabels(changed, columns);
    if (why.empty() && schema.labelUse == LabelUse::Classes)
        why = "they are to be classes, of which there is one label";
    if (!why.empty())
        return fail(ErrorCode::Usage, "There cannot be " + std::to_string(columns.size()) + " labels: " + why,
                    "Choose one label, or several columns of numbers");
    for (const int column : columns)
        changed.columns[static_cast<std::size_t>(column)].role = ColumnRole::Label;
    changed.task = TaskKind::Regression;
    changed.classesKnown = true;
    schema = std::move(changed);
    return {};
}

Status countClasses(const std::filesystem::path& file, Schema& schema, const std::stop_token& stop)
{
    if (schema.labelColumn() < 0 || schema.classesKnown)
        return {};
    LabelValues values(schema.decimal);
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
