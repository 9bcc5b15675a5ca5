// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/RecordDecoder.h"

#include "data/Cell.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace millrace
{

RecordDecoder::RecordDecoder(std::unique_ptr<RecordFormat> format, RowEncoder encoder, const RecordInput& input)
    : m_format(std::move(format)), m_encoder(std::move(encoder)), m_targets(input.task),
      m_targetsOfRow(static_cast<std::size_t>(targetsOf(input.task))), m_weights({TaskKind::Regression, {}, {}})
{
    const Schema& schema = m_format->schema();
    const std::vector<std::string>& columns = m_format->columns();
    for (const std::string& feature : input.features)
        m_places.push_back(static_cast<std::size_t>(std::ranges::find(columns, feature) - columns.begin()));
    m_inOrder = columns == input.features;
    m_onlyNumbers = m_encoder.onlyNumbers();
    const auto inValue = schema.valueColumns();
    for (std::size_t i = 0; i < inValue.size(); ++i) {
        const Column& column = schema.columns[static_cast<std::size_t>(inValue[i])];
        if (column.role == ColumnRole::Weight)
            m_weight = static_cast<int>(i);
        m_onlyNumbers = m_onlyNumbers && column.type == ColumnType::Number;
    }
    m_numbers.resize(columns.size());
    findLabels(input.task);
}

void RecordDecoder::findLabels(const Task& task)
{
    const Schema& schema = m_format->schema();
    const auto columns = targetColumns(schema, task);
    m_isInKey = schema.labelInKey && m_targetsOfRow == 1;
    m_noLabel = columns ? "its topic has no label" : columns.error().message;
    if (schema.labelInKey || !columns)
        return;
    const std::vector<int> inValue = schema.valueColumns();
    for (const int column : *columns)
        m_labels.push_back(static_cast<std::size_t>(std::ranges::find(inValue, column) - inValue.begin()));
}

Result<RecordDecoder> RecordDecoder::make(const std::string& format, Schema records, const RecordInput& input)
{
    auto made = makeRecordFormat(format, std::move(records));
    if (!made)
        return fail(made.error());
    for (const std::string& feature : input.features)
        if (std::ranges::find((*made)->columns(), feature) == (*made)->columns().end())
            return fail(ErrorCode::Usage, "The records have no column " + feature);
    auto encoder = RowEncoder::make(input.features, input.encoders);
    if (!encoder)
        return fail(encoder.error());
    return RecordDecoder(std::move(*made), std::move(*encoder), input);
}

bool RecordDecoder::decode(std::string_view key, std::string_view value, std::span<float> numbers,
                           std::span<float> targets, DecodeProblem& problem)
{
    return decodeAll(key, value, numbers, targets, problem) || refuse(problem);
}

/// A reason is shown: where a column is private it quotes no value.
bool RecordDecoder::refuse(DecodeProblem& problem) const
{
    if (m_format->hasPrivates())
        forgetValue(problem);
    return false;
}

bool RecordDecoder::decodeAll(std::string_view key, std::string_view value, std::span<float> numbers,
                              std::span<float> targets, DecodeProblem& problem)
{
    if (m_isInKey && !targetOfKey(key, value, targets.front(), problem))
        return false;
    if (takeNumbers(value, numbers, m_isInKey ? std::span<float>() : targets))
        return true;
    return decodeRow(value, problem) && (m_isInKey || targetsOfValue(targets, problem)) && weightOfValue(problem) &&
           m_encoder.encode(m_inOrder ? m_value : m_picked, numbers, problem);
}

bool RecordDecoder::decodeFeatures(std::string_view value, std::span<float> numbers, DecodeProblem& problem)
{
    return takeNumbers(value, numbers, {}) ||
           (decodeRow(value, problem) && m_encoder.encode(m_inOrder ? m_value : m_picked, numbers, problem)) ||
           refuse(problem);
}

bool RecordDecoder::decodeCells(std::string_view key, std::string_view value, const RawRow*& row,
                                std::span<float> targets, DecodeProblem& problem)
{
    row = m_inOrder ? &m_value : &m_picked;
    return ((!m_isInKey || targetOfKey(key, value, targets.front(), problem)) && decodeRow(value, problem) &&
            (m_isInKey || targetsOfValue(targets, problem)) && weightOfValue(problem)) ||
           refuse(problem);
}

/// The short way; false wherever the long one must look.
bool RecordDecoder::takeNumbers(std::string_view value, std::span<float> numbers, std::span<float> targets)
{
    if (!m_onlyNumbers)
        return false;
    if (m_inOrder)
        return targets.empty() && m_format->decodeNumbers(value, numbers);
    if (!m_format->decodeNumbers(value, m_numbers))
        return false;
    for (std::size_t i = 0; i < m_places.size(); ++i)
        numbers[i] = m_numbers[m_places[i]];
    if (m_weight >= 0)
        m_lastWeight = m_numbers[static_cast<std::size_t>(m_weight)];
    if (!std::isfinite(m_lastWeight))
        return false;
    if (targets.empty())
        return true;
    for (std::size_t i = 0; i < m_labels.size(); ++i) {
        const auto read = m_targets.read(m_numbers[m_labels[i]]);
        targets[i] = read.value_or(0);
        if (!read)
            return false;
    }
    return !m_labels.empty();
}

bool RecordDecoder::decodeRow(std::string_view value, DecodeProblem& problem)
{
    if (!m_format->decode(value, m_value, problem))
        return false;
    if (m_inOrder)
        return true;
    m_picked.cells.clear();
    for (const std::size_t place : m_places)
        m_picked.cells.push_back(m_value.cells[place]);
    return true;
}

bool RecordDecoder::targetOfKey(std::string_view key, std::string_view value, float& target,
                                DecodeProblem& problem) const
{
    if (value.data() == nullptr) { // whatever its key is: that may be an id
        problem = {-1, "the value is null (a tombstone)", "the value is null (a tombstone)", {}};
        return false;
    }
    std::string scratch;
    const auto read = key.data() == nullptr ? std::nullopt : m_targets.read(m_format->cellOf(key, scratch));
    target = read.value_or(0);
    return read || refuseTarget("key", key, problem);
}

bool RecordDecoder::targetsOfValue(std::span<float> targets, DecodeProblem& problem) const
{
    if (m_labels.empty()) {
        problem = {-1, m_noLabel, m_noLabel, {}};
        return false;
    }
    for (std::size_t i = 0; i < m_labels.size(); ++i) {
        const auto read = m_targets.read(m_value.cells[m_labels[i]]);
        targets[i] = read.value_or(0);
        if (!read) {
            problem = cellProblem(static_cast<int>(m_labels[i]), "label", m_targets.expected());
            return false;
        }
    }
    return true;
}

bool RecordDecoder::weightOfValue(DecodeProblem& problem)
{
    if (m_weight < 0)
        return true;
    const auto read = m_weights.read(m_value.cells[static_cast<std::size_t>(m_weight)]);
    if (read && std::isfinite(*read)) {
        m_lastWeight = *read;
        return true;
    }
    problem = cellProblem(m_weight, "weight", "a number");
    return false;
}

/// Of a cell of the value that is not what it should be: "label".
DecodeProblem RecordDecoder::cellProblem(int column, const std::string& what, const std::string& expected) const
{
    const RawCell& cell = m_value.cells[static_cast<std::size_t>(column)];
    const std::string& name = m_format->columns()[static_cast<std::size_t>(column)];
    const bool none = cell.kind == RawCell::Kind::Missing || (cell.kind == RawCell::Kind::Text && isMissing(cell.text));
    const std::string text = cell.kind == RawCell::Kind::Text ? shown(cell.text) + " " : std::string();
    return {column,
            columnPrefix(column, name) +
                (none ? "the " + what + " is missing" : "the " + what + " " + text + "is not " + expected),
            none ? "is missing" : "is not " + expected, columnTitle(column, name)};
}

bool RecordDecoder::parseTarget(std::string_view text, float& target, DecodeProblem& problem) const
{
    std::string scratch;
    const auto read = text.data() == nullptr ? std::nullopt : m_targets.read(m_format->cellOf(text, scratch));
    target = read.value_or(0);
    return read || refuseTarget("value", text, problem);
}

/// Of a key or value that holds nothing but the target.
bool RecordDecoder::refuseTarget(const std::string& what, std::string_view text, DecodeProblem& problem) const
{
    const std::string noLabel = " is no label: it should be " + m_targets.expected();
    if (text.data() == nullptr) {
        const std::string reason = "the " + what + " is null; it should be the label, " + m_targets.expected();
        problem = {-1, reason, reason, {}};
    } else {
        problem = {-1,
                   "the " + what + " " + shown(text) + noLabel,
                   "the " + what + (isMissing(text) ? " is empty" : noLabel),
                   {}};
    }
    return false;
}

} // namespace millrace
