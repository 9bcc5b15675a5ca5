// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millrace
{

/// A column's value as the record's format yields it, before an encoder makes numbers of it. A format of texts (CSV)
/// yields the spelling of everything; one with types tells numbers and missing values apart.
struct RawCell {
    enum class Kind { Missing, Number, Text };
    Kind kind = Kind::Missing;
    float number = 0;      ///< of a Number
    std::string_view text; ///< of a Text
};

/// The cells of a record, in the order of the schema's features. Their texts live as long as the record's value and
/// until the row is filled again; a row that is used again allocates nothing.
struct RawRow {
    std::vector<RawCell> cells;
    // Room for a format that cuts and unquotes texts.
    std::vector<std::string_view> fields;
    std::string scratch;
};

} // namespace millrace
