// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Text.h"
#include "data/Cell.h"
#include "data/files/CsvFields.h"
#include "data/formats/RecordFormat.h"

namespace millrace
{

/// "slashes", which no build brings: the value holds all, the label first: 1/2.5/-3; keys are null.
class FakeFormat final : public RecordFormat
{
public:
    using RecordFormat::RecordFormat;

    static void addToTable()
    {
        addRecordFormat({"slashes", "Value: label and features with slashes between them", [](Schema schema) {
                             return std::unique_ptr<RecordFormat>(std::make_unique<FakeFormat>(std::move(schema)));
                         }});
    }

    bool decode(std::string_view value, RawRow& row, DecodeProblem& problem) const override
    {
        const auto fields = cut(value);
        if (fields.size() != featureNames().size() + 1)
            return refuse(problem);
        row.cells.clear();
        for (const std::string_view field : std::span(fields).subspan(1))
            row.cells.push_back({RawCell::Kind::Text, 0, field});
        return true;
    }
    bool decodeLabel(std::string_view /*key*/, std::string_view value, float& label,
                     DecodeProblem& problem) const override
    {
        return parseLabel(value.substr(0, value.find('/')), label, problem);
    }
    bool parseLabel(std::string_view text, float& label, DecodeProblem& problem) const override
    {
        return parseCell(text, label) || refuse(problem);
    }
    Message encode(const CsvRow& row, float label) override
    {
        m_value = shortestDecimal(static_cast<double>(label));
        for (const int column : schema().featureColumns())
            (m_value += '/') += row.fields[static_cast<std::size_t>(column)];
        return {{}, m_value};
    }
    [[nodiscard]] std::size_t largestMessage(std::size_t rowBytes) const override { return rowBytes + 2; }
    [[nodiscard]] std::optional<std::string> column(std::string_view value, std::string_view name) const override
    {
        const auto fields = cut(value);
        for (std::size_t i = 0; i < featureNames().size() && i + 1 < fields.size(); ++i)
            if (featureNames()[i] == name)
                return std::string(fields[i + 1]);
        return std::nullopt;
    }
    [[nodiscard]] std::vector<std::string> columnsOf(std::string_view value) const override
    {
        return numberedNames(cut(value).size() - 1);
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

    std::string m_value;
};

} // namespace millrace
