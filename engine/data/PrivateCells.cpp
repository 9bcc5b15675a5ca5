// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/PrivateCells.h"

#include "data/files/CsvFields.h"

#include <algorithm>
#include <numeric>

namespace millrace
{
namespace
{

constexpr auto kNotShown = "(not shown: the table has private columns)";

std::vector<int> allColumns(const Schema& schema)
{
    std::vector<int> columns(schema.columns.size());
    std::iota(columns.begin(), columns.end(), 0);
    return columns;
}

} // namespace

PrivateCells::PrivateCells(const Schema& file) : PrivateCells(file, allColumns(file), file.separator)
{
    m_isJson = file.isJson();
}

PrivateCells::PrivateCells(const Schema& schema, const std::vector<int>& columns, char separator)
    : m_separator(separator)
{
    for (const int column : columns)
        m_private.push_back(schema.columns[static_cast<std::size_t>(column)].isPrivate);
    m_any = std::ranges::find(m_private, true) != m_private.end();
}

std::string PrivateCells::blanked(std::string_view text) const
{
    if (!m_any || text.empty())
        return std::string(text);
    if (m_isJson)
        return kNotShown; // its cells stand in any order
    std::vector<std::string_view> fields;
    std::string scratch;
    const QuotedRow row = splitQuoted(text, m_separator, fields, scratch);
    if (row.openQuote || fields.size() != m_private.size())
        return kNotShown;
    const char between = m_separator == kBlanks ? ' ' : m_separator;
    std::string result;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0)
            result += between;
        if (m_private[i])
            result += kHiddenCell;
        else if (fields[i].find_first_of(std::string("\"\r\n") + between) == std::string_view::npos)
            result += fields[i];
        else
            result += quotedField(fields[i]);
    }
    return result;
}

void forgetValue(DecodeProblem& problem)
{
    if (!problem.kind.empty())
        problem.reason = (problem.name.empty() ? "" : problem.name + " ") + problem.kind;
    else
        problem.reason = "the record cannot be used";
}

} // namespace millrace
