// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/simulator/Nearness.h"

#include "data/simulator/Simulator.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace millrace
{
namespace
{

/// The values of a column that are there, in order, and the share of those that are not.
struct Sorted {
    std::vector<double> values;
    double missing = 0;
};

Sorted sortedColumn(std::span<const double> rows, std::size_t width, std::size_t column)
{
    Sorted sorted;
    std::size_t count = 0;
    for (std::size_t i = column; i < rows.size(); i += width, ++count)
        if (!std::isnan(rows[i]))
            sorted.values.push_back(rows[i]);
    std::ranges::sort(sorted.values);
    sorted.missing = count == 0 ? 0 : static_cast<double>(count - sorted.values.size()) / static_cast<double>(count);
    return sorted;
}

double kolmogorovSmirnov(const std::vector<double>& left, const std::vector<double>& right)
{
    double largest = 0;
    std::size_t i = 0, j = 0;
    while (i < left.size() && j < right.size()) {
        const double value = std::min(left[i], right[j]);
        while (i < left.size() && left[i] <= value)
            ++i;
        while (j < right.size() && right[j] <= value)
            ++j;
        largest = std::max(largest, std::abs(static_cast<double>(i) / static_cast<double>(left.size()) -
                                             static_cast<double>(j) / static_cast<double>(right.size())));
    }
    return largest;
}

double totalVariation(const std::vector<double>& left, const std::vector<double>& right)
{
    std::map<double, double> difference;
    for (const double level : left)
        difference[level] += 1 / static_cast<double>(left.size());
    for (const double level : right)
        difference[level] -= 1 / static_cast<double>(right.size());
    double sum = 0;
    for (const auto& [level, share] : difference)
        sum += std::abs(share);
    return sum / 2;
}

double distanceOf(const ComparedColumn& column, const Sorted& real, const Sorted& drawn)
{
    const double gaps = std::abs(real.missing - drawn.missing);
    if (real.values.empty() || drawn.values.empty())
        return real.values.empty() && drawn.values.empty() ? gaps : 1;
    return std::max(gaps, column.isText ? totalVariation(real.values, drawn.values)
                                        : kolmogorovSmirnov(real.values, drawn.values));
}

} // namespace

Nearness nearnessOf(const std::vector<ComparedColumn>& columns, std::span<const double> real,
                    std::span<const double> drawn)
{
    Nearness nearness;
    const std::size_t width = columns.size();
    for (std::size_t i = 0; i < width; ++i)
        nearness.columns.push_back(
            {columns[i].name, distanceOf(columns[i], sortedColumn(real, width, i), sortedColumn(drawn, width, i))});
    const std::vector<double> one = normalCorrelation(real, width), other = normalCorrelation(drawn, width);
    double sum = 0;
    for (std::size_t i = 0; i < width; ++i)
        for (std::size_t j = 0; j < i; ++j) {
            const double error = std::abs(one[i * width + j] - other[i * width + j]);
            sum += error;
            nearness.largestCorrelationError = std::max(nearness.largestCorrelationError, error);
        }
    const std::size_t pairs = width * (width - 1) / 2;
    nearness.meanCorrelationError = pairs > 0 ? sum / static_cast<double>(pairs) : 0;
    return nearness;
}

nlohmann::json toJson(const Nearness& nearness)
{
    nlohmann::json columns = nlohmann::json::array();
    for (const Nearness::Column& column : nearness.columns)
        columns.push_back({{"name", column.name}, {"distance", column.distance}});
    return {{"columns", std::move(columns)},
            {"mean_correlation_error", nearness.meanCorrelationError},
            {"largest_correlation_error", nearness.largestCorrelationError}};
}

} // namespace millrace
