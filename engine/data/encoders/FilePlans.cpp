// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/encoders/FilePlans.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

constexpr std::int64_t kCellsOfStride = 250'000, kFewestTaken = 500, kMostTaken = 12'500;
constexpr std::uint64_t kSeed = 1;

std::vector<int> allButLabels(const Schema& schema)
{
    std::vector<int> columns;
    for (std::size_t i = 0; i < schema.columns.size(); ++i)
        if (schema.columns[i].role != ColumnRole::Label)
            columns.push_back(static_cast<int>(i));
    return columns;
}

std::vector<std::string> namesOfColumns(const Schema& schema, const std::vector<int>& columns)
{
    std::vector<std::string> names;
    for (const int column : columns)
        names.push_back(schema.columns[static_cast<std::size_t>(column)].name);
    return names;
}

} // namespace

FilePlans::FilePlans(const Schema& schema)
    : m_schema(schema), m_columns(allButLabels(schema)), m_table(namesOfColumns(schema, m_columns), kSeed),
      m_labels(m_columns.size(), schema.task, kSeed, std::max<std::size_t>(1, schema.labelColumns().size())),
      m_most(std::clamp(kCellsOfStride / std::max<std::int64_t>(1, std::ssize(m_columns)), kFewestTaken, kMostTaken)),
      m_texts(m_columns.size())
{
    m_row.cells.resize(m_columns.size());
}

bool FilePlans::isTaken()
{
    // Scattered by Knuth's multiplicative hashing: a table may repeat itself every few rows.
    const std::uint64_t scattered = m_rows++ * 0x9E3779B97F4A7C15ULL;
    if (m_halvings > 0 && scattered >> (64 - m_halvings) != 0)
        return false;
    if (++m_taken == m_most) {
        m_taken = 0;
        ++m_halvings;
    }
    return true;
}

void FilePlans::takeCell(std::size_t place, std::string_view text)
{
    const Column& column = m_schema.columns[static_cast<std::size_t>(m_columns[place])];
    if (m_schema.decimal != '.' && column.type == ColumnType::Number) {
        m_texts[place] = text;
        std::ranges::replace(m_texts[place], m_schema.decimal, '.');
        text = m_texts[place];
    }
    m_row.cells[place] = {RawCell::Kind::Text, 0, text};
}

void FilePlans::add(const CsvRow& row, std::span<const float> targets)
{
    if (!isTaken())
        return;
    for (std::size_t i = 0; i < m_columns.size(); ++i)
        takeCell(i, row.fields[static_cast<std::size_t>(m_columns[i])]);
    m_table.add(m_row);
    if (!std::isnan(targets.front()))
        m_labels.add(m_row, targets);
}

Result<std::vector<std::optional<ColumnPlan>>> FilePlans::propose() const
{
    std::vector<std::optional<ColumnPlan>> plans(m_schema.columns.size());
    if (m_table.rows() == 0)
        return plans;
    EncoderOptions options;
    options.labels = &m_labels;
    options.privates = privateColumns(m_schema);
    auto proposal = proposeEncoders(m_table, options);
    if (!proposal)
        return fail(proposal.error());
    for (std::size_t i = 0; i < m_columns.size(); ++i)
        plans[static_cast<std::size_t>(m_columns[i])] = std::move(proposal->columns[i]);
    return plans;
}

} // namespace millrace
