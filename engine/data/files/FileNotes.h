// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/files/Classes.h"

#include <span>

namespace millrace
{

/// The name of a column that the header does not name and that counts the rows, as pandas writes its index.
constexpr const char* kRowNumber = "row number";

/// The kind of a note on a column that no record of a whole file has.
constexpr const char* kAbsentColumn = "absent";

/// Something that a person should know of a file: how it was read where that is not usual, and columns that mislead.
struct FileNote {
    std::string kind; ///< "encoding", "decimal", "row names", "left out", "float32", "overflow", "constant", …
    int column = -1;  ///< −1: the whole file
    std::string text; ///< a sentence
};

/// How the file was read, in sentences. What is usual is not said.
std::vector<FileNote> layoutNotes(const Schema& schema);

/// The columns that count the rows and are no features.
std::vector<FileNote> leftOutNotes(const Schema& schema);

/// What a 32-bit float makes of a feature: values of a sample that become one, identifiers that lose digits, values
/// whose squares overflow, one value only. Minimum and maximum are of all rows.
std::vector<FileNote> floatNotes(int column, std::span<const double> sample, double minimum, double maximum);

} // namespace millrace
