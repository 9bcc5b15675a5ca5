// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Text.h"
#include "data/CsvFields.h"
#include "data/RecordFormat.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace millrace
{

CsvRecordEncoder::CsvRecordEncoder(Schema schema) : m_schema(std::move(schema)), m_features(m_schema.featureColumns())
{
}

void CsvRecordEncoder::appendWithPoint(std::string_view field)
{
    m_value += field;
    std::replace(m_value.end() - static_cast<std::ptrdiff_t>(field.size()), m_value.end(), ',', '.');
}

CsvRecordEncoder::Message CsvRecordEncoder::encode(const CsvRow& row, float label)
{
    // A field can hold what must be quoted only in a row with quotes, or where the file's separator is not ours.
    const bool plain = m_schema.separator == ',' && row.text.find('"') == std::string_view::npos;
    m_value.clear();
    for (const int column : m_features) {
        const std::string_view field = row.fields[static_cast<std::size_t>(column)];
        if (column != m_features.front())
            m_value += ',';
        if (m_schema.decimal == ',')
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

} // namespace millrace
