// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/formats/CsvRecordFormat.h"

#include "base/Text.h"
#include "data/Cell.h"
#include "data/files/CsvFields.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace millrace
{
namespace
{

/// A reason without a kind is its own.
bool refuse(DecodeProblem& problem, int column, const std::string& reason, std::string kind = {}, std::string name = {})
{
    if (kind.empty())
        kind = reason;
    problem = {column, reason, std::move(kind), std::move(name)};
    return false;
}

bool refuseTombstone(DecodeProblem& problem)
{
    return refuse(problem, -1, "the value is null (a tombstone)");
}

std::string_view withoutLineEnd(std::string_view text)
{
    while (text.ends_with('\n') || text.ends_with('\r'))
        text.remove_suffix(1);
    return text;
}

constexpr char kComma = ',';

/// A field that stands alone, without the quotes around it; nullopt where it is more than one, or never closed.
std::optional<std::string> unquoted(std::string_view text)
{
    std::vector<std::string_view> fields;
    std::string scratch;
    const QuotedRow row = splitQuoted(text, kComma, fields, scratch);
    if (row.openQuote || row.ended || fields.size() != 1)
        return std::nullopt;
    return std::string(fields.front());
}

class CsvRecordFormat final : public RecordFormat
{
public:
    explicit CsvRecordFormat(Schema schema)
        : RecordFormat(std::move(schema)), m_names(columns()), m_classes(taskOf(this->schema()).classes),
          m_columns(this->schema().valueColumns())
    {
    }

    bool decode(std::string_view value, RawRow& row, DecodeProblem& problem) const override
    {
        if (value.data() == nullptr)
            return refuseTombstone(problem);
        value = withoutLineEnd(value);
        if (value.empty() && m_names.size() != 1) // else its one cell is
            return refuse(problem, -1, "the value is empty");
        if (value.find('"') == std::string_view::npos)
            splitPlain(value, kComma, row.fields);
        else if (!splitOneLine(value, row, problem))
            return false;
        if (row.fields.size() != m_names.size()) // told before a bad cell, since it explains it
            return wrongWidth(row.fields.size(), problem);
        row.cells.clear();
        for (const std::string_view field : row.fields)
            row.cells.push_back({RawCell::Kind::Text, 0, field});
        return true;
    }

    /// In one pass without searching for the cells' ends; cells with spaces, signs or quotes are left to decode().
    bool decodeNumbers(std::string_view value, std::span<float> numbers) const override
    {
        value = withoutLineEnd(value);
        const char* place = value.data();
        const char* const end = place + value.size();
        for (std::size_t i = 0, width = m_names.size(); i < width; ++i) {
            if (i > 0 && (place == end || *place++ != kComma))
                return false;
            place = parseNumberAt(place, end, numbers[i]);
            if (place == nullptr)
                return false;
        }
        return place == end && !value.empty();
    }

    /// What needs no quotes may stand in some.
    RawCell cellOf(std::string_view text, std::string& scratch) const override
    {
        const auto inside = text.find('"') == std::string_view::npos ? std::nullopt : unquoted(text);
        return {RawCell::Kind::Text, 0, inside ? std::string_view(scratch = *inside) : text};
    }

    Message encode(const CsvRow& row, float label) override
    {
        // A field can hold what must be quoted only in a row with quotes, where the file's separator is not ours, or
        // where there was no text to cut.
        const bool plain =
            schema().separator == kComma && !row.text.empty() && row.text.find('"') == std::string_view::npos;
        m_value.clear();
        for (const int column : m_columns) {
            const std::string_view field = row.fields[static_cast<std::size_t>(column)];
            if (column != m_columns.front())
                m_value += kComma;
            if (schema().decimal == ',' && isNumberColumn(column))
                appendWithPoint(field);
            else if (plain || field.find_first_of(",\"\r\n") == std::string_view::npos)
                m_value += field;
            else
                m_value += quotedField(field);
        }
        if (!schema().labelInKey || std::isnan(label))
            return {std::string_view(), m_value};
        if (schema().task == TaskKind::Regression) { // with all its digits
            m_key = row.fields[static_cast<std::size_t>(schema().labelColumn())];
            std::ranges::replace(m_key, schema().decimal, '.');
            return {m_key, m_value};
        }
        m_key = m_classes.empty() ? shortestDecimal(static_cast<double>(label))
                                  : m_classes[static_cast<std::size_t>(label)];
        return {m_key, m_value};
    }

    [[nodiscard]] std::size_t largestMessage(std::size_t rowBytes) const override
    {
        return 2 * rowBytes; // quotes are doubled at most
    }

    [[nodiscard]] std::optional<std::string> column(std::string_view value, std::string_view name) const override
    {
        const auto wanted = static_cast<std::size_t>(std::ranges::find(m_names, name) - m_names.begin());
        std::vector<std::string_view> fields;
        std::string scratch;
        if (value.data() == nullptr || wanted == m_names.size() || !split(value, fields, scratch) ||
            wanted >= fields.size())
            return std::nullopt;
        return std::string(fields[wanted]);
    }

    [[nodiscard]] std::vector<std::string> columnsOf(std::string_view value) const override
    {
        std::vector<std::string_view> fields;
        std::string scratch;
        if (value.empty() || !split(value, fields, scratch))
            return {};
        return numberedNames(fields.size());
    }

    [[nodiscard]] std::string advice() const override
    {
        return "Give " + std::to_string(m_names.size()) +
               (m_names.size() == 1 ? " value" : " values with commas between them");
    }

protected:
    [[nodiscard]] std::string blankedValue(std::string_view value) const override
    {
        return PrivateCells(schema(), m_columns, kComma).blanked(withoutLineEnd(value));
    }

private:
    [[nodiscard]] bool isNumberColumn(int column) const
    {
        return schema().columns[static_cast<std::size_t>(column)].type == ColumnType::Number;
    }

    void appendWithPoint(std::string_view field)
    {
        m_value += field;
        std::replace(m_value.end() - static_cast<std::ptrdiff_t>(field.size()), m_value.end(), ',', '.');
    }

    /// False where a quote is never closed.
    static bool split(std::string_view value, std::vector<std::string_view>& fields, std::string& scratch)
    {
        value = withoutLineEnd(value);
        if (value.find('"') != std::string_view::npos)
            return !splitQuoted(value, kComma, fields, scratch).openQuote;
        splitPlain(value, kComma, fields);
        return true;
    }

    bool wrongWidth(std::size_t width, DecodeProblem& problem) const
    {
        return refuse(problem, -1,
                      "the value has " + std::to_string(width) + (width == 1 ? " column, " : " columns, ") +
                          std::to_string(m_names.size()) + " expected",
                      "the value has another number of columns than " + std::to_string(m_names.size()));
    }

    static bool splitOneLine(std::string_view value, RawRow& row, DecodeProblem& problem)
    {
        const QuotedRow quoted = splitQuoted(value, kComma, row.fields, row.scratch);
        if (quoted.openQuote)
            return refuse(problem, quoted.quoteColumn,
                          "the quote that opens column " + std::to_string(quoted.quoteColumn + 1) + " is never closed",
                          "a quote in the value is never closed");
        return !quoted.ended || refuse(problem, -1, "the value has more than one line");
    }

    const std::vector<std::string>& m_names;
    std::vector<std::string> m_classes; ///< by name; none where they are 0 and 1, or numbers are foretold
    std::vector<int> m_columns;         ///< of the value, in the schema
    std::string m_key, m_value;
};

} // namespace

std::unique_ptr<RecordFormat> makeCsvRecordFormat(Schema schema)
{
    return std::make_unique<CsvRecordFormat>(std::move(schema));
}

} // namespace millrace
