// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/PrivateCells.h"
#include "data/RawRow.h"
#include "data/files/CsvReader.h"

#include <algorithm>
#include <optional>

namespace millrace
{

/// How a table's rows become the keys and values of messages, and these cells again; made by the factory of its row in
/// the format table (data/formats/registry.cpp). encode() has buffers of its own: one thread at a time writes with a
/// format. A view without data() is Kafka's null.
class RecordFormat
{
public:
    struct Message {
        std::string_view key;
        std::string_view value;
    };

    explicit RecordFormat(Schema schema) : m_schema(std::move(schema)), m_columns(m_schema.valueNames()) {}
    RecordFormat(const RecordFormat&) = delete;
    RecordFormat& operator=(const RecordFormat&) = delete;
    virtual ~RecordFormat() = default;

    [[nodiscard]] const Schema& schema() const { return m_schema; }
    /// The columns whose cells a value holds, in order.
    [[nodiscard]] const std::vector<std::string>& columns() const { return m_columns; }

    /// The cells of a record's value, one a column; false with the problem filled where it has another structure.
    virtual bool decode(std::string_view value, RawRow& row, DecodeProblem& problem) const = 0;
    /// All columns at once, where the value is plain numbers and nothing else. False, without a reason, wherever
    /// decode() is to look; a format that has no such shortcut leaves it at that.
    virtual bool decodeNumbers(std::string_view /*value*/, std::span<float> /*numbers*/) const { return false; }
    /// A cell that stands alone: in a key, or in the value of a message that tells a label later. Lives as long as
    /// both.
    virtual RawCell cellOf(std::string_view text, std::string& /*scratch*/) const
    {
        return {RawCell::Kind::Text, 0, text};
    }
    /// The message of a row whose fields are the schema's columns. Where the key is the label it is of two classes the
    /// class, whatever the label's own field says; NaN (there is none) gives a null key. Else there is no key. The
    /// views live until the next call.
    virtual Message encode(const CsvRow& row, float label) = 0;
    /// A bound in bytes of the message of a row of so many: below the limit it need not be encoded to know that it
    /// fits.
    [[nodiscard]] virtual std::size_t largestMessage(std::size_t rowBytes) const = 0;
    /// A column's text as it was meant; nullopt where the value has no such column.
    [[nodiscard]] virtual std::optional<std::string> column(std::string_view value, std::string_view name) const = 0;
    /// A record's value as it may be shown: its private cells blanked. A format that cannot tell them apart shows
    /// nothing of a value with private columns.
    [[nodiscard]] std::string shownValue(std::string_view value) const
    {
        return hasPrivates() ? blankedValue(value) : std::string(value);
    }
    [[nodiscard]] bool hasPrivates() const { return std::ranges::any_of(m_schema.columns, &Column::isPrivate); }
    /// The columns that a value has, whatever the schema says: their names, numberedNames() where a format keeps none;
    /// empty where that cannot be told.
    [[nodiscard]] virtual std::vector<std::string> columnsOf(std::string_view value) const = 0;
    /// How a person writes a record's value: "Give 18 numbers with commas between them".
    [[nodiscard]] virtual std::string advice() const = 0;

protected:
    [[nodiscard]] virtual std::string blankedValue(std::string_view /*value*/) const
    {
        return std::string(kHiddenCell);
    }

private:
    Schema m_schema;
    std::vector<std::string> m_columns;
};

/// A row of the format table.
struct RecordFormatKind {
    std::string name, help;
    std::unique_ptr<RecordFormat> (*make)(Schema schema);
};
const std::vector<RecordFormatKind>& recordFormats();
std::vector<std::string> recordFormatNames();
/// Of the format that is taken where nobody names one: the table's first.
const std::string& defaultRecordFormat();
/// A format that this build does not bring: a plugin's, or a test's. Before anything else asks for the table, since
/// sections, forms and help are made from it once.
void addRecordFormat(RecordFormatKind kind);

/// The format of a name for records of these columns; the error names the nearest known one.
Result<std::unique_ptr<RecordFormat>> makeRecordFormat(const std::string& name, Schema schema);

/// "x1", "x2", … of columns whose names nobody knows.
std::vector<std::string> numberedNames(std::size_t count);

} // namespace millrace
