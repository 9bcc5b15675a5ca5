// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millrace
{

/// Cuts a row that holds no quotes. The views point into the row. The separator kBlanks cuts at runs of blanks and
/// tabs, here and in splitQuoted.
void splitPlain(std::string_view row, char separator, std::vector<std::string_view>& fields);

/// What splitQuoted found. Lengths are in bytes of its text, lines and columns from 0.
struct QuotedRow {
    std::size_t length = 0;   ///< of the row without its line end
    std::size_t consumed = 0; ///< with it
    bool ended = false;       ///< a line end was found; else the row goes to the end of the text
    bool openQuote = false;   ///< the text ends inside a quote
    int quoteColumn = 0;      ///< where the open quote stands
    int quoteLine = 0;
    int lines = 0; ///< line ends consumed, those within quotes too
};

/// Cuts the first row of the text by RFC 4180: a field that starts with a quote (blanks may stand before it) ends with
/// one, and holds separators, line ends, and quotes as "". A quote elsewhere is a character. The views point into the
/// text or into scratch.
QuotedRow splitQuoted(std::string_view text, char separator, std::vector<std::string_view>& fields,
                      std::string& scratch);

/// The text as a CSV field: in quotes where it needs them.
std::string quotedField(std::string_view text);

} // namespace millrace
