// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/Cell.h"
#include "data/CsvReader.h"

#include <limits>
#include <utility>

namespace millrace
{
namespace
{

/// The class of a label's text: 0, 1, or −1 for neither.
int classOf(std::string_view text, const Schema& schema, const Column& column)
{
    if (column.type == ColumnType::Text) {
        const std::string_view word = trimmed(text);
        for (std::size_t i = 0; i < schema.classes.size() && i < 2; ++i)
            if (word == schema.classes[i])
                return static_cast<int>(i);
        return -1;
    }
    float value = 0;
    if (!parseCell(text, value))
        return -1;
    return value == 0 ? 0 : value == 1 ? 1 : -1;
}

std::string labelProblem(std::string_view text, const Schema& schema, const Column& column)
{
    if (isMissing(text))
        return "the label is missing";
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
    label = std::numeric_limits<float>::quiet_NaN();
    if (m_label >= 0) {
        const std::string_view text = row.fields[static_cast<std::size_t>(m_label)];
        const Column& column = m_schema.columns[static_cast<std::size_t>(m_label)];
        const int index = classOf(text, m_schema, column);
        if (index < 0) {
            fillProblem(problem, m_label, m_schema, labelProblem(text, m_schema, column),
                        labelProblemKind(text, m_schema, column));
            return false;
        }
        label = static_cast<float>(index);
    }
    for (std::size_t i = 0; i < m_features.size(); ++i) {
        const std::string_view text = row.fields[static_cast<std::size_t>(m_features[i])];
        if (!parseCell(text, features[i])) {
            fillProblem(problem, m_features[i], m_schema, cellProblem(text), std::string(cellProblemKind(text)));
            return false;
        }
    }
    return true;
}

} // namespace millrace
