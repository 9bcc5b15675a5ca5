// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/RowDecoder.h"

#include "data/Cell.h"
#include "data/PrivateCells.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace millrace
{
namespace
{

constexpr float kNoNumber = std::numeric_limits<float>::quiet_NaN();

/// The label's classes as the file spells them, wherever records will have them.
Task taskOfRows(Schema schema)
{
    schema.labelInKey = false;
    return taskOf(schema);
}

/// Behind the label's text: "is neither no nor yes".
std::string notALabel(const Schema& schema, const Task& task, std::string_view text)
{
    if (task.kind == TaskKind::Regression)
        return cellProblemKind(text, schema.decimal);
    const bool isText = schema.columns[static_cast<std::size_t>(schema.labelColumn())].type == ColumnType::Text;
    if (isText && task.classes.empty())
        return "has no class: the schema does not name them";
    if (task.classes.empty())
        return "is neither 0 nor 1";
    if (task.classes.size() > 2)
        return "is none of the " + std::to_string(task.classes.size()) + " classes";
    if (task.classes[1].empty())
        return "is not " + shown(task.classes[0]);
    return "is neither " + shown(task.classes[0]) + " nor " + shown(task.classes[1]);
}

void fillProblem(DecodeProblem& problem, int column, const Schema& schema, const std::string& reason, std::string kind)
{
    const auto& [name, type, role, isPrivate] = schema.columns[static_cast<std::size_t>(column)];
    problem = {column, columnPrefix(column, name) + reason, std::move(kind), columnTitle(column, name)};
    if (isPrivate)
        forgetValue(problem);
}

} // namespace

std::vector<int> numberColumns(const Schema& schema)
{
    std::vector<int> columns = schema.featureColumns();
    std::erase_if(columns, [&](int column) {
        return schema.columns[static_cast<std::size_t>(column)].type != ColumnType::Number;
    });
    return columns;
}

RowDecoder::RowDecoder(Schema schema)
    : m_schema(std::move(schema)), m_features(numberColumns(m_schema)), m_labels(m_schema.labelColumns()),
      m_targets(taskOfRows(m_schema))
{
}

bool RowDecoder::decodeLabel(const CsvRow& row, int column, float& label, DecodeProblem& problem) const
{
    const std::string_view text = row.fields[static_cast<std::size_t>(column)];
    const bool isUnknown =
        m_schema.columns[static_cast<std::size_t>(column)].type == ColumnType::Text && m_schema.classes.empty();
    const auto target = isUnknown ? std::nullopt : m_targets.read(text, m_schema.decimal);
    if (target) {
        label = *target;
        return true;
    }
    const std::string kind = isMissing(text) ? "is missing" : notALabel(m_schema, taskOfRows(m_schema), text);
    fillProblem(problem, column, m_schema,
                isMissing(text) ? "the label is missing" : "the label " + shown(text) + " " + kind, kind);
    return false;
}

bool hasFields(const CsvRow& row, const Schema& schema, DecodeProblem& problem)
{
    const std::size_t columns = schema.columns.size();
    if (!row.problem.empty()) {
        problem = {-1, std::string(row.problem), std::string(row.problemKind), {}};
        if (PrivateCells(schema).any()) // it may quote a value
            forgetValue(problem);
        return false;
    }
    if (row.fields.size() != columns) {
        problem = {-1,
                   "has " + std::to_string(row.fields.size()) + (row.fields.size() == 1 ? " column, " : " columns, ") +
                       std::to_string(columns) + " expected",
                   "the number of columns is not " + std::to_string(columns),
                   {}};
        return false;
    }
    return true;
}

bool RowDecoder::decode(const CsvRow& row, std::span<float> features, std::span<float> labels,
                        DecodeProblem& problem) const
{
    if (!hasFields(row, m_schema, problem))
        return false;
    labels.front() = kNoNumber;
    for (std::size_t i = 0; i < m_labels.size(); ++i)
        if (!decodeLabel(row, m_labels[i], labels[i], problem))
            return false;
    return decodeFeatures(row, features, problem);
}

std::string_view RowDecoder::countedLabel(const CsvRow& row, bool good, const DecodeProblem& problem,
                                          std::span<float> scratch) const
{
    DecodeProblem other;
    const int label = m_labels.empty() ? -1 : m_labels.front();
    if (label < 0 || (!good && (problem.column != label || !decodeFeatures(row, scratch, other))))
        return {};
    return row.fields[static_cast<std::size_t>(label)];
}

bool RowDecoder::decodeFeatures(const CsvRow& row, std::span<float> features, DecodeProblem& problem) const
{
    for (std::size_t i = 0; i < m_features.size(); ++i) {
        const std::string_view text = row.fields[static_cast<std::size_t>(m_features[i])];
        if (parseCell(text, features[i], m_schema.decimal))
            continue;
        features[i] = kNoNumber;
        if (!isMissing(text)) {
            fillProblem(problem, m_features[i], m_schema, cellProblem(text, m_schema.decimal),
                        cellProblemKind(text, m_schema.decimal));
            return false;
        }
    }
    return true;
}

} // namespace millrace
