// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/ChartTable.h"

#include "charts/ChartLines.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace millrace
{

namespace
{

constexpr double kWhole = 1e15; ///< numbers below that are whole are written without an exponent

/// A line of the chart, and how far it is written.
struct Column {
    const Curve* curve;
    std::size_t next = 0;
    [[nodiscard]] double x() const
    {
        return next < curve->size() ? (*curve)[next].x : std::numeric_limits<double>::infinity();
    }
};

std::string quoted(const QString& name)
{
    std::string text = name.toStdString();
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    for (std::size_t at = text.find('"'); at != std::string::npos; at = text.find('"', at + 2))
        text.insert(at, 1, '"');
    return '"' + text + '"';
}

/// The shortest that reads back as the same.
void append(std::string& table, double value)
{
    std::array<char, 32> digits{};
    const bool isWhole = std::abs(value) < kWhole && value == std::round(value);
    const auto end = isWhole ? std::to_chars(digits.data(), digits.data() + digits.size(), std::llround(value))
                             : std::to_chars(digits.data(), digits.data() + digits.size(), value);
    table.append(digits.data(), end.ptr);
}

} // namespace

std::string chartTable(const ChartLines& lines, const QString& xName)
{
    std::string table = quoted(xName);
    std::vector<Column> columns;
    for (const ChartLines::Line& line : lines)
        if (!line.series.name.isEmpty()) {
            table += ',' + quoted(line.series.name);
            columns.push_back({&line.curve()});
        }
    table += "\r\n";
    const auto nextX = [&columns] {
        double x = std::numeric_limits<double>::infinity();
        for (const Column& column : columns)
            x = std::min(x, column.x());
        return x;
    };
    for (double x = nextX(); std::isfinite(x); x = nextX()) {
        append(table, x);
        for (Column& column : columns) {
            table += ',';
            if (column.x() != x)
                continue;
            if (const double y = (*column.curve)[column.next++].y; std::isfinite(y))
                append(table, y);
        }
        table += "\r\n";
    }
    return table;
}

} // namespace millrace
