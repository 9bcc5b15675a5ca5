// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Text.h"
#include "data/files/CsvFields.h"
#include "data/formats/RecordFormat.h"

namespace millrace
{

/// "slashes", which no build brings: columns with slashes between them: 2.5/-3.
class FakeFormat final : public RecordFormat
{
public:
    using RecordFormat::RecordFormat;

    static void addToTable()
    {
        addRecordFormat({"slashes", "Value: columns with slashes between them", [](Schema schema) {
                             return std::unique_ptr<RecordFormat>(std::make_unique<FakeFormat>(std::move(schema)));
                         }});
    }

    bool decode(std::string_view value, RawRow& row, DecodeProblem& problem) const override
    {
        const auto fields = cut(value);
        if (fields.size() != columns().size())
            return refuse(problem);
        row.cells.clear();
        for (const std::string_view field : fields)
            row.cells.push_back({RawCell::Kind::Text, 0, field});
        return true;
    }
    Message encode(const CsvRow& row, float label) override
    {
        m_value.clear();
        for (const int column : schema().valueColumns())
            (m_value += m_value.empty() ? "" : "/") += row.fields[static_cast<std::size_t>(column)];
        m_key = shortestDecimal(static_cast<double>(label));
        return {schema().labelInKey ? std::string_view(m_key) : std::string_view(), m_value};
    }
    [[nodiscard]] std::size_t largestMessage(std::size_t rowBytes) const override { return rowBytes + 2; }
    [[nodiscard]] std::optional<std::string> column(std::string_view value, std::string_view name) const override
    {
        const auto fields = cut(value);
        for (std::size_t i = 0; i < columns().size() && i < fields.size(); ++i)
            if (columns()[i] == name)
                return std::string(fields[i]);
        return std::nullopt;
    }
    [[nodiscard]] std::vector<std::string> columnsOf(std::string_view value) const override
    {
        return numberedNames(cut(value).size());
    }
    [[nodiscard]] std::string advice() const override { return "Put slashes between them"; }

private:
    static std::vector<std::string_view> cut(std::string_view value)
    {
        std::vector<std::string_view> fields;
        splitPlain(value, '/', fields);
        return fields;
    }
    static bool refuse(DecodeProblem& problem)
    {
        problem = {-1, "the value has no such slashes", "the value has no such slashes", {}};
        return false;
    }

    std::string m_key, m_value;
};

} // namespace millrace
