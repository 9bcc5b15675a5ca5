// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/DecodeProblem.h"
#include "data/Schema.h"

#include <string_view>

namespace millrace
{

/// What stands where a private value would.
inline constexpr std::string_view kHiddenCell = "(private)";

/// Makes the text of a row fit to be shown: its private cells are blanked. Thread-safe.
class PrivateCells
{
public:
    /// Of the rows of a file.
    explicit PrivateCells(const Schema& file);
    /// Of texts with these columns of the schema, in this order.
    PrivateCells(const Schema& schema, const std::vector<int>& columns, char separator);

    [[nodiscard]] bool any() const { return m_any; }
    [[nodiscard]] bool isPrivate(std::size_t column) const { return column < m_private.size() && m_private[column]; }
    /// As it is where no column is private. Of a text that has not these columns, in one line, nothing is left: which
    /// of its cells are private cannot be told.
    [[nodiscard]] std::string blanked(std::string_view text) const;

private:
    std::vector<bool> m_private;
    char m_separator;
    bool m_any = false;
    bool m_isJson = false;
};

/// A reason that may quote a value is told without it: "age is not a number".
void forgetValue(DecodeProblem& problem);

} // namespace millrace
