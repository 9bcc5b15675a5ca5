// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/files/CsvReader.h"

namespace millrace
{

/// Where another file of a table has its columns: they are found by name, in whatever order they stand, in CSV or JSON.
struct FileColumns {
    CsvLayout layout;
    std::vector<std::string> names; ///< as the file has them; a table's ignored ones may be missing, others be more
};

/// Of a CSV without a header those of the table, in its order. ErrorCode::BadData names a column that is missing.
Result<FileColumns> findColumns(const std::filesystem::path& file, const Schema& table);

/// That a file has no column of that name; `what` goes on: "which the model takes".
Error missingColumn(const std::filesystem::path& file, const Schema& schema, const std::string& name,
                    const std::string& what);

/// The rows of a file as the table has them. Not thread-safe.
class TableRows
{
public:
    /// Nullopt: of the table's own file.
    TableRows(const Schema& table, const std::optional<FileColumns>& there);
    [[nodiscard]] const Schema& schema() const { return m_schema; } ///< of the file, by which it is read
    /// A row with the table's fields in the table's order. Lives until the next call, and no longer than the row.
    CsvRow of(const CsvRow& row);

private:
    Schema m_schema;
    bool m_isSame = true;
    std::vector<std::size_t> m_places{}; ///< of the table's columns among the file's; behind them: none
    std::vector<std::string_view> m_fields{};
};

} // namespace millrace
