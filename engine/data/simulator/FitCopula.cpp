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
    std::vector<double> values; // with gaps
    values.reserve(rows.size() / width);
    for (std::size_t i = column; i < rows.size(); i += width)
        values.push_back(rows[i]);
    return values;
}

/// Equally spaced quantiles from the minimum to the maximum, linear between order statistics. Of fewer than two values
/// they are all the same.
std::vector<double> quantileTable(const std::vector<double>& sorted, int count)
{
    if (sorted.size() < 2)
        return std::vector<double>(static_cast<std::size_t>(count), sorted.empty() ? 0 : sorted.front());
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

/// Normal scores of the ranks (van der Waerden), ties by their mean rank; scaled to mean 0 and norm 1. 0 where a value
/// is missing, and all 0 for a constant column.
std::vector<double> normalScores(const std::vector<double>& values)
{
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::erase_if(order, [&values](std::size_t row) { return std::isnan(values[row]); });
    const std::size_t count = order.size();
    std::sort(order.begin(), order.end(),
              [&](std::size_t left, std::size_t right) { return values[left] < values[right]; });
    std::vector<double> scores(values.size());
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
    const double mean =
        std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(std::max<std::size_t>(count, 1));
    const double spread = squares - mean * mean * static_cast<double>(count);
    const double factor = spread > 1e-12 ? 1 / std::sqrt(spread) : 0;
    for (const std::size_t row : order)
        scores[row] = (scores[row] - mean) * factor;
    return scores;
}

bool isWhole(double value)
{
    return value == std::round(value);
}

/// Mean 0 and scale 1 of nothing.
void addMoments(const std::vector<double>& values, SimulatorProfile& profile)
{
    const auto count = static_cast<double>(std::max<std::size_t>(values.size(), 1));
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double squares = 0;
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    profile.mean.push_back(mean);
    profile.scale.push_back(squares > 0 ? std::sqrt(squares / count) : 1);
}

void fitLevels(const std::vector<double>& values, const std::vector<std::string>& texts, TextLevels& levels)
{
    levels.texts = texts;
    levels.shares.assign(texts.size(), 0);
    for (const double value : values)
        levels.shares[static_cast<std::size_t>(value)] += 1 / static_cast<double>(values.size());
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

std::vector<double> normalCorrelation(std::span<const double> rows, std::size_t width)
{
    std::vector<std::vector<double>> scores;
    for (std::size_t column = 0; column < width; ++column)
        scores.push_back(normalScores(columnOf(rows, width, column)));
    return correlationOf(scores);
}

Result<SimulatorProfile> fitCopula(const Schema& schema, std::span<const double> rows, int quantileCount,
                                   const std::vector<std::vector<std::string>>& levels)
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
    if (!std::all_of(rows.begin(), rows.end(), [](double value) { return !std::isinf(value); }))
        return fail(ErrorCode::BadData, "A profile cannot be fitted on values that are not finite");

    SimulatorProfile profile;
    profile.schema = schema;
    profile.outputBias.assign(static_cast<std::size_t>(outputsOf(taskOf(schema))), 0.0);
    if (!levels.empty())
        profile.levels.resize(width);
    for (std::size_t column = 0; column < width; ++column) {
        std::vector<double> values = columnOf(rows, width, column);
        const auto all = static_cast<double>(values.size());
        std::erase_if(values, [](double value) { return std::isnan(value); });
        profile.missing.push_back(1 - static_cast<double>(values.size()) / all);
        const bool isText = column < levels.size() && !levels[column].empty();
        profile.whole.push_back(!isText && !values.empty() && std::ranges::all_of(values, isWhole) ? 1 : 0);
        if (isText)
            fitLevels(values, levels[column], profile.levels[column]);
        addMoments(isText ? std::vector<double>() : values, profile);
        std::sort(values.begin(), values.end());
        profile.quantiles.push_back(isText ? std::vector<double>() : quantileTable(values, quantileCount));
    }
    if (std::ranges::all_of(profile.missing, [](double share) { return share == 0; }))
        profile.missing.clear();
    if (std::ranges::all_of(profile.whole, [](int whole) { return whole == 0; }))
        profile.whole.clear();
    profile.correlation = withRidge(normalCorrelation(rows, width), width);
    return profile;
}

} // namespace millrace
