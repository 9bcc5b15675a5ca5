// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/FileColumns.h"

#include "base/Encoding.h"
#include "base/Text.h"
#include "data/Cell.h"
#include "data/files/TextInput.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr std::size_t kColumnsNamed = 8;

/// Of the table that a file should have; nullptr where it has all that count.
const Column* missingOf(const Schema& table, const Schema& there)
{
    const auto found = std::ranges::find_if(table.columns, [&there](const Column& column) {
        return column.role != ColumnRole::Ignored && there.columnNamed(column.name) < 0;
    });
    return found == table.columns.end() ? nullptr : &*found;
}

/// Each file has an encoding of its own. What UTF-8 cannot be, or nothing else would be, tells; a text of ASCII alone,
/// and one of which only a guess could be made, is in that of the table, which somebody may have had to say.
std::string encodingOf(const std::filesystem::path& file, const Schema& table)
{
    const auto head = readHead(file, std::nullopt);
    if (!head)
        return table.encoding;
    const std::string guess = guessEncoding(*head);
    const bool isAscii = std::ranges::all_of(*head, [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
    const bool isTold = guess == kUtf8 ? !isAscii || table.encoding.starts_with("UTF-") : table.encoding == kUtf8;
    return isTold ? guess : table.encoding;
}

/// As the table's own file is cut: whoever had to say that says it of both.
LayoutWish wishOf(const std::filesystem::path& file, const Schema& table)
{
    if (table.isJson())
        return {{}, '.', {}, {}, true, {}};
    return {table.separator, table.decimal, table.comment, encodingOf(file, table), true, table.skip + 1};
}

FileColumns columnsThere(const Schema& there, const Schema& table)
{
    FileColumns columns{static_cast<const CsvLayout&>(there), there.columnNames()};
    columns.layout.decimal = table.decimal; // numbers are passed on as they are spelled
    if (!there.isJson())
        return columns;
    columns.names = columns.layout.jsonKeys = table.columnNames(); // what is rare may stand behind the sample
    return columns;
}

} // namespace

Error missingColumn(const std::filesystem::path& file, const Schema& schema, const std::string& name,
                    const std::string& what)
{
    std::vector<std::string> names = schema.columnNames();
    const std::string advice = didYouMean(name, names, "Columns are found by their names, in any order");
    const bool more = names.size() > kColumnsNamed;
    names.resize(std::min(names.size(), kColumnsNamed));
    return {ErrorCode::BadData,
            file.string() + " has no column " + shown(name) + ", " + what + "; it has " + joined(names) +
                (more ? ", …" : ""),
            schema.header || schema.isJson() ? advice : advice + ". Its first line names no columns: write a header"};
}

Result<FileColumns> findColumns(const std::filesystem::path& file, const Schema& table)
{
    const auto plain = inferSchema(file);
    if (plain && plain->isJson())
        return columnsThere(*plain, table);
    if (!table.header && !table.isJson()) {
        FileColumns columns{static_cast<const CsvLayout&>(table), table.columnNames()};
        columns.layout.encoding = encodingOf(file, table);
        return columns;
    }
    auto found = inferSchema(file, wishOf(file, table));
    if (plain && (!found || missingOf(table, *found) != nullptr))
        found = plain;
    if (!found)
        return fail(found.error());
    if (const Column* missing = missingOf(table, *found))
        return fail(missingColumn(file, *found, missing->name, "which the rows that are learnt have"));
    return columnsThere(*found, table);
}

TableRows::TableRows(const Schema& table, const std::optional<FileColumns>& there) : m_schema(table)
{
    if (!there)
        return;
    static_cast<CsvLayout&>(m_schema) = there->layout;
    m_schema.columns.clear();
    for (const std::string& name : there->names) {
        const int column = table.columnNamed(name);
        m_schema.columns.push_back(column < 0
                                       ? Column{name, ColumnType::Text, ColumnRole::Ignored, table.isPrivate(name)}
                                       : table.columns[static_cast<std::size_t>(column)]);
    }
    m_isSame = there->names == table.columnNames() && m_schema.separator == table.separator;
    for (const Column& column : table.columns)
        m_places.push_back(
            static_cast<std::size_t>(std::ranges::find(there->names, column.name) - there->names.begin()));
    m_fields.resize(m_places.size());
}

CsvRow TableRows::of(const CsvRow& row)
{
    if (m_isSame)
        return row;
    for (std::size_t i = 0; i < m_places.size(); ++i)
        m_fields[i] = m_places[i] < row.fields.size() ? row.fields[m_places[i]] : std::string_view();
    CsvRow arranged = row;
    arranged.fields = m_fields;
    arranged.text = {}; // it is the file's
    return arranged;
}

} // namespace millrace
