// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/Cell.h"
#include "data/CsvFields.h"
#include "data/RecordFormat.h"

#include <algorithm>
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

class CsvRecordFormat final : public RecordFormat
{
public:
    CsvRecordFormat(std::vector<std::string> names, char separator) : m_names(std::move(names)), m_separator(separator)
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
        if (!parseCell(text, label) || (label != 0 && label != 1))
            return refuse(problem, -1, "the key " + shown(text) + " is no label: it should be 0 or 1",
                          isMissing(text) ? "the key is empty" : "the key is no label: it should be 0 or 1");
        label = label == 0 ? 0.0F : 1.0F; // no −0
        return true;
    }

    [[nodiscard]] std::optional<std::string> column(std::string_view value, std::size_t feature) const override
    {
        value = withoutLineEnd(value);
        std::vector<std::string_view> fields;
        std::string scratch;
        if (value.find('"') == std::string_view::npos)
            splitPlain(value, m_separator, fields);
        else if (splitQuoted(value, m_separator, fields, scratch).openQuote)
            return std::nullopt;
        return feature < fields.size() ? std::optional<std::string>(fields[feature]) : std::nullopt;
    }

private:
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
        for (std::size_t i = 0; i < m_names.size(); ++i) {
            if (i > 0 && (place == end || *place++ != m_separator))
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
        const auto width = static_cast<std::size_t>(std::count(value.begin(), value.end(), m_separator)) + 1;
        if (width != m_names.size())
            return wrongWidth(width, problem);
        for (std::size_t i = 0; i < width; ++i) {
            const std::string_view text = value.substr(0, value.find(m_separator));
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
        const QuotedRow row = splitQuoted(value, m_separator, fields, scratch);
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

    std::vector<std::string> m_names;
    char m_separator;
};

} // namespace

std::unique_ptr<RecordFormat> makeCsvRecordFormat(std::vector<std::string> featureNames, char separator)
{
    return std::make_unique<CsvRecordFormat>(std::move(featureNames), separator);
}

} // namespace millrace
