// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/TableFiles.h"

#include "base/Text.h"
#include "data/Cell.h"
#include "data/RoleWishes.h"
#include "data/files/CsvFields.h"
#include "data/files/FileColumns.h"
#include "data/files/RowDecoder.h"

#include <algorithm>

namespace millrace
{
namespace
{

using Path = std::filesystem::path;

std::string joinedFields(std::span<const std::string_view> fields, char separator)
{
    std::string text;
    for (std::size_t i = 0; i < fields.size(); ++i)
        text += (i == 0 ? std::string() : std::string(1, separator)) + quotedField(fields[i]);
    return text;
}

class JoinedRows final : public RowReader
{
public:
    JoinedRows(std::vector<Path> files, Schema table) : m_files(std::move(files)), m_table(std::move(table))
    {
        for (const Path& file : m_files) {
            std::error_code ignored; // opening tells
            const auto bytes = std::filesystem::file_size(file, ignored);
            m_total += ignored ? 0 : static_cast<std::int64_t>(bytes);
        }
    }

    Result<bool> next(CsvRow& row) override
    {
        while (m_reader || m_opened < m_files.size()) {
            if (!m_reader)
                if (auto opened = open(m_files[m_opened]); !opened)
                    return fail(opened.error());
            CsvRow read;
            auto more = m_reader->next(read);
            if (!more)
                return more;
            if (*more) {
                row = arranged(read);
                return true;
            }
            m_done += m_reader->bytesRead();
            m_notes = notes();
            if (m_row == m_firstRow)
                m_notes.push_back({"empty", -1, m_files[m_opened].filename().string() + ": it has no rows"});
            m_firstRow = m_row;
            m_reader.reset();
            ++m_opened;
        }
        return false;
    }
    [[nodiscard]] std::vector<FileNote> notes() const override
    {
        std::vector<FileNote> all = m_notes;
        if (!m_reader)
            return all;
        for (FileNote note : m_reader->notes()) {
            if (note.column >= 0)
                note.column = m_table.columnNamed(m_rows->schema().columns[static_cast<std::size_t>(note.column)].name);
            note.text = m_files[m_opened].filename().string() + ": " + note.text;
            all.push_back(std::move(note));
        }
        return all;
    }
    [[nodiscard]] std::int64_t bytesRead() const override { return m_done + (m_reader ? m_reader->bytesRead() : 0); }
    [[nodiscard]] std::int64_t bytesTotal() const override { return m_total; }

private:
    Status open(const Path& file)
    {
        std::optional<FileColumns> there;
        if (m_opened > 0) {
            auto found = findColumns(file, m_table);
            if (!found)
                return fail(found.error());
            there = std::move(*found);
            noteOthers(file, there->names);
        }
        m_rows.emplace(m_table, there);
        auto reader = openRows(file, m_rows->schema());
        if (!reader)
            return fail(reader.error());
        m_reader = std::move(*reader);
        return {};
    }

    /// Columns that the table does not have.
    void noteOthers(const Path& file, std::vector<std::string> names)
    {
        constexpr std::size_t kNamed = 5;
        std::erase_if(names, [this](const std::string& name) { return m_table.columnNamed(name) >= 0; });
        if (!names.empty())
            m_notes.push_back({"left out", -1,
                               file.filename().string() + ": " + firstOf(names, kNamed) +
                                   (names.size() == 1 ? " is a column that the first file does not have, and is"
                                                      : " are columns that the first file does not have, and are") +
                                   " left out"});
    }

    CsvRow arranged(const CsvRow& read)
    {
        CsvRow row = read;
        if (!hasFields(read, m_rows->schema(), m_problem)) { // of its own file: it may well have the table's width
            row.problem = m_problem.reason;
            row.problemKind = m_problem.kind;
        } else if (row = m_rows->of(read); row.fields.data() != read.fields.data()) {
            row.text = m_text = joinedFields(row.fields, m_table.separator);
        }
        row.row = m_row++;
        row.file = &m_files[m_opened];
        return row;
    }

    std::vector<Path> m_files;
    Schema m_table;
    std::size_t m_opened = 0; ///< of the files
    std::unique_ptr<RowReader> m_reader;
    std::optional<TableRows> m_rows;
    std::vector<FileNote> m_notes; ///< of the files that have ended
    std::string m_text;
    DecodeProblem m_problem; ///< of the last row
    std::int64_t m_row = 0, m_firstRow = 0, m_done = 0, m_total = 0;
};

Status refuseTwice(const std::vector<Path>& files)
{
    for (std::size_t i = 0; i < files.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (std::error_code ignored; std::filesystem::equivalent(files[i], files[j], ignored))
                return fail(ErrorCode::Usage, files[i].string() + " is given twice: its rows would count twice",
                            "Give each file once");
    return {};
}

/// Where no header names the columns they are the first file's, one by one.
Status checkWidth(const Path& first, const Schema& table, const Path& file, const Schema& there)
{
    if (table.header || table.isJson() || there.columns.size() == table.columns.size())
        return {};
    return fail(ErrorCode::BadData,
                file.string() + " has " + countOf(std::ssize(there.columns), "column") + ", and " + first.string() +
                    " has " + formatCount(std::ssize(table.columns)) + ": they are not of one table",
                "Give files with the same columns");
}

/// Numbers are passed on as they are spelled, so that all files must spell them alike.
Status checkDecimal(const Path& first, const Schema& table, const Path& file, const Schema& there, LayoutWish wish)
{
    if (there.decimal == table.decimal || there.isJson())
        return {};
    wish.decimal = table.decimal;
    const auto asTable = inferSchema(file, wish);
    if (!asTable || asTable->columns.size() != there.columns.size())
        return {}; // reading tells
    for (std::size_t i = 0; i < there.columns.size(); ++i)
        if (there.columns[i].type == ColumnType::Number && asTable->columns[i].type == ColumnType::Text)
            return fail(ErrorCode::BadData,
                        file.string() + ", column " + shown(there.columns[i].name) + ": numbers have a decimal " +
                            (there.decimal == ',' ? "comma" : "point") + ", and in " + first.string() + " a decimal " +
                            (table.decimal == ',' ? "comma" : "point"),
                        "Write them alike in all files");
    return {};
}

void mergeColumns(Schema& table, const Schema& there)
{
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        Column& column = table.columns[i];
        const int place = table.header || table.isJson() ? there.columnNamed(column.name) : static_cast<int>(i);
        if (place < 0)
            continue;
        const Column& other = there.columns[static_cast<std::size_t>(place)];
        const bool hasValues = other.role != ColumnRole::Ignored;
        if (hasValues && column.role == ColumnRole::Ignored) // it had none in the files before
            column = {column.name, other.type, ColumnRole::Feature};
        else if (hasValues && other.type == ColumnType::Text)
            column.type = ColumnType::Text;
    }
}

} // namespace

std::vector<Path> filesOf(const Path& first, const CsvLayout& layout)
{
    std::vector<Path> files{first};
    files.insert(files.end(), layout.more.begin(), layout.more.end());
    return files;
}

std::vector<Path> filesIn(std::string_view list)
{
    const std::vector<std::string> names = columnNamesIn(list);
    return {names.begin(), names.end()};
}

std::string fileList(std::span<const Path> files)
{
    std::string list;
    for (const Path& file : files)
        list += (list.empty() ? "" : ",") + quotedField(file.string());
    return list;
}

std::string tableTitle(const Path& first, std::size_t more)
{
    return first.filename().string() +
           (more == 0 ? "" : " and " + countOf(static_cast<std::int64_t>(more), "more file", "more files"));
}

Status addFiles(const Path& first, std::vector<Path> more, Schema& schema)
{
    schema.more = std::move(more);
    if (auto once = refuseTwice(filesOf(first, schema)); !once)
        return once;
    for (const Path& file : schema.more)
        if (auto columns = findColumns(file, schema); !columns)
            return fail(columns.error());
    return {};
}

Result<Schema> inferTable(const Path& first, std::vector<Path> more, const LayoutWish& wish,
                          std::span<const Schema> known)
{
    auto schema = inferSchema(first, wish, known);
    if (!schema)
        return schema;
    for (const Path& file : more) {
        auto there = inferSchema(file, wish);
        if (!there)
            return there;
        if (auto good = checkWidth(first, *schema, file, *there); !good)
            return fail(good.error());
        if (auto good = checkDecimal(first, *schema, file, *there, wish); !good)
            return fail(good.error());
        mergeColumns(*schema, *there);
    }
    if (auto added = addFiles(first, std::move(more), *schema); !added)
        return fail(added.error());
    return schema;
}

Result<std::unique_ptr<RowReader>> openTable(const Path& first, const Schema& schema)
{
    if (schema.more.empty())
        return openRows(first, schema);
    return std::make_unique<JoinedRows>(filesOf(first, schema), schema);
}

std::string lineOf(const CsvRow& row)
{
    return (row.file == nullptr ? "" : row.file->filename().string() + " ") + "line " + std::to_string(row.line);
}

std::string placeOf(const Path& first, const CsvRow& row)
{
    return (row.file == nullptr ? first : *row.file).string() + " line " + std::to_string(row.line);
}

} // namespace millrace
