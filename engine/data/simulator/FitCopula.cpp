// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/simulator/NormalDistribution.h"
#include "data/simulator/Simulator.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace millrace
{
namespace
{

/// Keeps the correlation positive definite through the profile's six digits; grows when columns copy each other.
constexpr double kFirstRidge = 1e-4;

std::vector<double> columnOf(std::span<const double> rows, std::size_t width, std::size_t column)
{
    std::vector<double> values;
    values.reserve(rows.size() / width);
    for (std::size_t i = column; i < rows.size(); i += width)
        values.push_back(rows[i]);
    return values;
}

/// Equally spaced quantiles from the minimum to the maximum, linear between order statistics.
std::vector<double> quantileTable(const std::vector<double>& sorted, int count)
{
    std::vector<double> table;
    for (int i = 0; i < count; ++i) {
        const double place = static_cast<double>(sorted.size() - 1) * i / (count - 1);
        const auto low = std::min(static_cast<std::size_t>(place), sorted.size() - 2);
        const double share = place - static_cast<double>(low);
        table.push_back(share <= 0   ? sorted[low]
                        : share >= 1 ? sorted[low + 1]
                                     : sorted[low] + share * (sorted[low + 1] - sorted[low]));
    }
    return table;
}

/// Normal scores of the ranks (van der Waerden), ties by their mean rank; scaled to mean 0 and norm 1. All 0 for a
/// constant column.
std::vector<double> normalScores(const std::vector<double>& values)
{
    const std::size_t count = values.size();
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t left, std::size_t right) { return values[left] < values[right]; });
    std::vector<double> scores(count);
    double squares = 0;
    for (std::size_t first = 0; first < count;) {
        std::size_t last = first;
        while (last + 1 < count && values[order[last + 1]] == values[order[first]])
            ++last;
        const double rank = static_cast<double>(first + last) / 2 + 1;
        const double score = normalQuantile(rank / static_cast<double>(count + 1));
        for (; first <= last; ++first) {
            scores[order[first]] = score;
            squares += score * score;
        }
    }
    const double mean = std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(count);
    const double spread = squares - mean * mean * static_cast<double>(count);
    const double factor = spread > 1e-12 ? 1 / std::sqrt(spread) : 0;
    for (double& score : scores)
        score = (score - mean) * factor;
    return scores;
}

std::vector<double> correlationOf(const std::vector<std::vector<double>>& scores)
{
    const std::size_t width = scores.size();
    std::vector<double> correlation(width * width);
    for (std::size_t i = 0; i < width; ++i)
        for (std::size_t j = 0; j <= i; ++j)
            correlation[i * width + j] = correlation[j * width + i] =
                i == j ? 1 : std::inner_product(scores[i].begin(), scores[i].end(), scores[j].begin(), 0.0);
    return correlation;
}

/// (C + ridge·1) / (1 + ridge), with the first ridge that makes it positive definite.
std::vector<double> withRidge(const std::vector<double>& correlation, std::size_t width)
{
    for (double ridge = kFirstRidge;; ridge *= 10) {
        std::vector<double> result = correlation;
        for (std::size_t i = 0; i < width; ++i)
            for (std::size_t j = 0; j < width; ++j)
                result[i * width + j] = i == j ? 1 : result[i * width + j] / (1 + ridge);
        if (!choleskyFactor(result, static_cast<int>(width)).empty())
            return result;
    }
}

} // namespace

Result<SimulatorProfile> fitCopula(const Schema& schema, std::span<const double> rows, int quantileCount)
{
    const std::size_t width = schema.featureColumns().size();
    if (width == 0)
        return fail(ErrorCode::Usage, "The schema has no feature to simulate",
                    "Give at least one column the role feature");
    if (quantileCount < 2)
        return fail(ErrorCode::Usage, "A quantile table needs at least 2 entries");
    if (rows.size() % width != 0 || rows.size() / width < 2)
        return fail(ErrorCode::BadData, "A profile needs at least 2 rows of " + std::to_string(width) + " features",
                    "Fit it on a larger file");
    if (!std::all_of(rows.begin(), rows.end(), [](double value) { return std::isfinite(value); }))
        return fail(ErrorCode::BadData, "A profile cannot be fitted on values that are not finite");

    SimulatorProfile profile;
    profile.schema = schema;
    std::vector<std::vector<double>> scores;
    for (std::size_t column = 0; column < width; ++column) {
        std::vector<double> values = columnOf(rows, width, column);
        const auto count = static_cast<double>(values.size());
        const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
        double squares = 0;
        for (const double value : values)
            squares += (value - mean) * (value - mean);
        profile.mean.push_back(mean);
        profile.scale.push_back(squares > 0 ? std::sqrt(squares / count) : 1);
        scores.push_back(normalScores(values));
        std::sort(values.begin(), values.end());
        profile.quantiles.push_back(quantileTable(values, quantileCount));
    }
    profile.correlation = withRidge(correlationOf(scores), width);
    return profile;
}

} // namespace millrace
