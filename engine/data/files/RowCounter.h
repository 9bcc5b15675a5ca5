// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <cstdint>
#include <string_view>

namespace millrace
{

/// Counts the rows of a table of numbers that comes in pieces of text, and checks that each has as many columns. Knows
/// no quotes; blank lines are no rows.
class RowCounter
{
public:
    /// columns: 0 takes as many as the first row has. most: after so many rows the rest is not wanted; −1 all.
    RowCounter(int columns, std::int64_t most) : m_columns(columns), m_most(most) {}

    /// Bytes of the piece that belong to wanted rows. ErrorCode::BadData names the line.
    Result<std::size_t> add(std::string_view text);
    /// The text is over: a last row needs no line end.
    Status finish();
    [[nodiscard]] std::int64_t rows() const { return m_rows; }
    [[nodiscard]] bool hasAll() const { return m_most >= 0 && m_rows >= m_most; }

private:
    void addPart(std::string_view part);
    Status endLine();

    int m_columns;
    std::int64_t m_most;
    std::int64_t m_rows = 0, m_lines = 0;
    int m_separators = 0;  ///< in the line that is open
    bool m_isBlank = true; ///< so far
};

} // namespace millrace
