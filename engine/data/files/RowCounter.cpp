// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/RowCounter.h"

#include "base/Text.h"

#include <algorithm>

namespace millrace
{

Result<std::size_t> RowCounter::add(std::string_view text)
{
    std::size_t begin = 0;
    while (begin < text.size() && !hasAll()) {
        const auto newline = text.find('\n', begin);
        if (newline == std::string_view::npos) {
            addPart(text.substr(begin));
            return text.size();
        }
        addPart(text.substr(begin, newline - begin));
        if (auto ended = endLine(); !ended)
            return fail(ended.error());
        begin = newline + 1;
    }
    return begin;
}

Status RowCounter::finish()
{
    return hasAll() ? Status{} : endLine();
}

void RowCounter::addPart(std::string_view part)
{
    m_separators += static_cast<int>(std::ranges::count(part, ','));
    m_isBlank = m_isBlank && part.find_first_not_of(" \r") == std::string_view::npos;
}

Status RowCounter::endLine()
{
    const int columns = m_separators + 1;
    const bool blank = m_isBlank;
    m_separators = 0;
    m_isBlank = true;
    ++m_lines;
    if (blank)
        return {};
    if (m_columns == 0)
        m_columns = columns;
    if (columns != m_columns)
        return fail(ErrorCode::BadData, "line " + formatCount(m_lines) + " has " + std::to_string(columns) +
                                            (columns == 1 ? " column" : " columns") + ", not " +
                                            std::to_string(m_columns));
    ++m_rows;
    return {};
}

} // namespace millrace
