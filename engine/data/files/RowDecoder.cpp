// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/RowDecoder.h"

#include "data/Cell.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace millrace
{
namespace
{

constexpr float kNoLabel = std::numeric_limits<float>::quiet_NaN();

std::string labelProblem(std::string_view text, const Schema& schema, const Column& column)
{
    if (isMissing(text))
        return "the label is missing";
    if (column.type == ColumnType::Text && schema.classes.size() == 2 && schema.classes[1].empty())
        return "the label " + shown(text) + " is not " + shown(schema.classes[0]);
    if (column.type == ColumnType::Text && schema.classes.size() == 2)
        return "the label " + shown(text) + " is neither " + shown(schema.classes[0]) + " nor " +
               shown(schema.classes[1]);
    if (column.type == ColumnType::Text)
        return "the label " + shown(text) + " has no class: the schema does not name two classes";
    return "the label " + shown(text) + " is neither 0 nor 1";
}

std::string labelProblemKind(std::string_view text, const Schema& schema, const Column& column)
{
    if (isMissing(text))
        return "is missing";
    if (column.type == ColumnType::Number)
        return "is neither 0 nor 1";
    return schema.classes.size() == 2 ? "is neither " + shown(schema.classes[0]) + " nor " + shown(schema.classes[1])
                                      : "has no class";
}

void fillProblem(DecodeProblem& problem, int column, const Schema& schema, const std::string& reason, std::string kind)
{
    const std::string& name = schema.columns[static_cast<std::size_t>(column)].name;
    problem = {column, columnPrefix(column, name) + reason, std::move(kind), columnTitle(column, name)};
}

} // namespace

RowDecoder::RowDecoder(Schema schema)
    : m_schema(std::move(schema)), m_features(m_schema.featureColumns()), m_label(m_schema.labelColumn())
{
    const auto& classes = m_schema.classes;
    if (!std::ranges::all_of(classes, [](const auto& name) { return name.empty() || isNumber(name); }))
        return;
    for (const std::string& name : classes)
        if (float& number = m_classNumbers.emplace_back(kNoLabel); !parseCell(name, number))
            number = kNoLabel;
}

int RowDecoder::classOf(std::string_view text) const
{
    float value = 0;
    if (m_schema.columns[static_cast<std::size_t>(m_label)].type == ColumnType::Number)
        return !parseCell(text, value) ? -1 : value == 0 ? 0 : value == 1 ? 1 : -1;
    const std::string_view word = trimmed(text);
    if (word.empty())
        return -1;
    for (std::size_t i = 0; i < m_schema.classes.size() && i < 2; ++i)
        if (word == m_schema.classes[i])
            return static_cast<int>(i);
    if (!m_classNumbers.empty() && parseCell(word, value))
        for (std::size_t i = 0; i < m_classNumbers.size(); ++i)
            if (value == m_classNumbers[i])
                return static_cast<int>(i);
    return -1;
}

bool RowDecoder::decode(const CsvRow& row, std::span<float> features, float& label, DecodeProblem& problem) const
{
    if (row.fields.size() != m_schema.columns.size()) {
        problem = {-1,
                   "has " + std::to_string(row.fields.size()) + (row.fields.size() == 1 ? " column, " : " columns, ") +
                       std::to_string(m_schema.columns.size()) + " expected",
                   "the number of columns is not " + std::to_string(m_schema.columns.size()),
                   {}};
        return false;
    }
    label = kNoLabel;
    if (m_label >= 0) {
        const std::string_view text = row.fields[static_cast<std::size_t>(m_label)];
        const Column& column = m_schema.columns[static_cast<std::size_t>(m_label)];
        const int index = classOf(text);
        if (index < 0) {
            fillProblem(problem, m_label, m_schema, labelProblem(text, m_schema, column),
                        labelProblemKind(text, m_schema, column));
            return false;
        }
        label = static_cast<float>(index);
    }
    return decodeFeatures(row, features, problem);
}

std::string_view RowDecoder::countedLabel(const CsvRow& row, bool good, const DecodeProblem& problem,
                                          std::span<float> scratch) const
{
    DecodeProblem other;
    if (m_label < 0 || (!good && (problem.column != m_label || !decodeFeatures(row, scratch, other))))
        return {};
    return row.fields[static_cast<std::size_t>(m_label)];
}

bool RowDecoder::decodeFeatures(const CsvRow& row, std::span<float> features, DecodeProblem& problem) const
{
    for (std::size_t i = 0; i < m_features.size(); ++i) {
        const std::string_view text = row.fields[static_cast<std::size_t>(m_features[i])];
        if (!parseCell(text, features[i], m_schema.decimal)) {
            fillProblem(problem, m_features[i], m_schema, cellProblem(text, m_schema.decimal),
                        cellProblemKind(text, m_schema.decimal));
            return false;
        }
    }
    return true;
}

} // namespace millrace
