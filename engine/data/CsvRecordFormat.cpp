// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/CsvRecordFormat.h"

#include "base/Text.h"
#include "data/Cell.h"
#include "data/CsvFields.h"

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
        : RecordFormat(std::move(schema)), m_names(featureNames()), m_columns(this->schema().featureColumns())
    {
    }

    bool decode(std::string_view key, std::string_view value, std::span<float> features, float& label,
                DecodeProblem& problem) const override
    {
        if (value.data() == nullptr) // whatever its key is: that may be an id
            return refuseTombstone(problem);
        return decodeLabel(key, label, problem) && decodeFeatures(value, features, problem);
    }

    bool decodeFeatures(std::string_view value, std::span<float> features, DecodeProblem& problem) const override
    {
        if (value.data() == nullptr)
            return refuseTombstone(problem);
        value = withoutLineEnd(value);
        if (value.empty())
            return refuse(problem, -1, "the value is empty");
        if (decodeNumbers(value, features))
            return true;
        if (value.find('"') != std::string_view::npos)
            return decodeQuoted(value, features, problem);
        return decodePlain(value, features, problem);
    }

    bool decodeLabel(std::string_view text, float& label, DecodeProblem& problem) const override
    {
        if (text.data() == nullptr)
            return refuse(problem, -1, "the key is null; it should be the label, 0 or 1");
        if (!parseLabel(text, label) || (label != 0 && label != 1))
            return refuse(problem, -1, "the key " + shown(text) + " is no label: it should be 0 or 1",
                          isMissing(text) ? "the key is empty" : "the key is no label: it should be 0 or 1");
        label = label == 0 ? 0.0F : 1.0F; // no −0
        return true;
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
            if (schema().decimal == ',')
                appendWithPoint(field);
            else if (plain || field.find_first_of(",\"\r\n") == std::string_view::npos)
                m_value += field;
            else
                m_value += quotedField(field);
        }
        if (std::isnan(label))
            return {std::string_view(), m_value};
        m_key = shortestDecimal(static_cast<double>(label));
        return {m_key, m_value};
    }

    [[nodiscard]] std::size_t largestMessage(std::size_t rowBytes) const override
    {
        return 2 * rowBytes; // quotes are doubled at most
    }

    [[nodiscard]] std::optional<std::string> column(std::string_view value, std::string_view name) const override
    {
        const auto feature = static_cast<std::size_t>(std::ranges::find(m_names, name) - m_names.begin());
        std::vector<std::string_view> fields;
        std::string scratch;
        if (value.data() == nullptr || feature == m_names.size() || !split(value, fields, scratch) ||
            feature >= fields.size())
            return std::nullopt;
        return std::string(fields[feature]);
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
               (m_names.size() == 1 ? " number" : " numbers with commas between them");
    }

private:
    /// What needs no quotes may stand in some.
    static bool parseLabel(std::string_view text, float& label)
    {
        if (parseCell(text, label))
            return true;
        const auto inside = text.find('"') == std::string_view::npos ? std::nullopt : unquoted(text);
        return inside && parseCell(*inside, label);
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

    bool badCell(std::size_t column, std::string_view text, DecodeProblem& problem) const
    {
        const int index = static_cast<int>(column);
        return refuse(problem, index, columnPrefix(index, m_names[column]) + cellProblem(text), cellProblemKind(text),
                      columnTitle(index, m_names[column]));
    }

    /// The common case, numbers and separators only, read in one pass without searching for the cells' ends. Anything
    /// else is refused without a reason, for the others to look at.
    bool decodeNumbers(std::string_view value, std::span<float> features) const
    {
        const char* place = value.data();
        const char* const end = place + value.size();
        for (std::size_t i = 0, width = m_names.size(); i < width; ++i) {
            if (i > 0 && (place == end || *place++ != kComma))
                return false;
            place = parseNumberAt(place, end, features[i]);
            if (place == nullptr)
                return false;
        }
        return place == end;
    }

    /// Cells with spaces or signs, or bad ones. A wrong column count is told before a wrong cell, since it explains it.
    bool decodePlain(std::string_view value, std::span<float> features, DecodeProblem& problem) const
    {
        const auto width = static_cast<std::size_t>(std::count(value.begin(), value.end(), kComma)) + 1;
        if (width != m_names.size())
            return wrongWidth(width, problem);
        for (std::size_t i = 0; i < width; ++i) {
            const std::string_view text = value.substr(0, value.find(kComma));
            if (!parseCell(text, features[i]))
                return badCell(i, text, problem);
            value.remove_prefix(std::min(text.size() + 1, value.size()));
        }
        return true;
    }

    bool decodeQuoted(std::string_view value, std::span<float> features, DecodeProblem& problem) const
    {
        std::vector<std::string_view> fields;
        std::string scratch;
        const QuotedRow row = splitQuoted(value, kComma, fields, scratch);
        if (row.openQuote)
            return refuse(problem, row.quoteColumn,
                          "the quote that opens column " + std::to_string(row.quoteColumn + 1) + " is never closed",
                          "a quote in the value is never closed");
        if (row.ended)
            return refuse(problem, -1, "the value has more than one line");
        if (fields.size() != m_names.size())
            return wrongWidth(fields.size(), problem);
        for (std::size_t i = 0; i < fields.size(); ++i)
            if (!parseCell(fields[i], features[i]))
                return badCell(i, fields[i], problem);
        return true;
    }

    const std::vector<std::string>& m_names;
    std::vector<int> m_columns; ///< of the features, in the schema
    std::string m_key, m_value;
};

} // namespace

std::unique_ptr<RecordFormat> makeCsvRecordFormat(Schema schema)
{
    return std::make_unique<CsvRecordFormat>(std::move(schema));
}

} // namespace millrace
