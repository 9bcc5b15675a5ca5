// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/files/RowReader.h"

namespace millrace
{

/// A table may stand in several files: those of CsvLayout::more go on where the first one ends.
std::vector<std::filesystem::path> filesOf(const std::filesystem::path& first, const CsvLayout& layout);

/// As a list by commas; a name with a comma stands in quotes.
std::vector<std::filesystem::path> filesIn(std::string_view list);
std::string fileList(std::span<const std::filesystem::path> files);
/// "jan.csv", or "jan.csv and 2 more files".
std::string tableTitle(const std::filesystem::path& first, std::size_t more);

/// inferSchema() of a table in several files: a column that holds texts in one of them is one of texts. An error names
/// the file that lacks a column, has others than the first (where no header names them), or is given twice.
Result<Schema> inferTable(const std::filesystem::path& first, std::vector<std::filesystem::path> more,
                          const LayoutWish& wish = {}, std::span<const Schema> known = {});
/// The same of a schema that is known: the files are checked, and become its own.
Status addFiles(const std::filesystem::path& first, std::vector<std::filesystem::path> more, Schema& schema);

/// The rows of the table's files, one file after the other. They are numbered on, and lines are each file's own;
/// columns are found by name.
Result<std::unique_ptr<RowReader>> openTable(const std::filesystem::path& first, const Schema& schema);

/// "line 7", of several files "jan.csv line 7".
std::string lineOf(const CsvRow& row);
/// "/data/jan.csv line 7"
std::string placeOf(const std::filesystem::path& first, const CsvRow& row);

} // namespace millrace
