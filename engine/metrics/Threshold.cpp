// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Threshold.h"

#include "data/Binary.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace millrace
{
namespace
{

/// Between two logits, the upper of which is predicted to be class 1; below the lowest one by as much as tells them
/// apart.
double between(float upper, const float* lower)
{
    const auto high = static_cast<double>(upper);
    return sigmoid(lower == nullptr ? high - 1 : (high + static_cast<double>(*lower)) / 2);
}

} // namespace

std::optional<double> thresholdOfBestF1(std::span<const float> logits, std::span<const float> labels,
                                        std::span<const float> weights)
{
    std::vector<std::size_t> falling(logits.size());
    std::iota(falling.begin(), falling.end(), std::size_t{0});
    if (std::ranges::any_of(logits, [](float logit) { return !std::isfinite(logit); }))
        return std::nullopt;
    std::ranges::sort(falling, [&](std::size_t a, std::size_t b) { return logits[a] > logits[b]; });
    const auto weightOf = [&](std::size_t row) { return weights.empty() ? 1.0 : static_cast<double>(weights[row]); };
    double positives = 0;
    for (std::size_t row = 0; row < logits.size(); ++row)
        positives += isPositive(labels[row]) ? weightOf(row) : 0;
    std::optional<double> best;
    double bestF1 = 0, found = 0, predicted = 0;
    for (std::size_t i = 0; i < falling.size(); ++i) {
        const std::size_t row = falling[i];
        const float* next = i + 1 < falling.size() ? &logits[falling[i + 1]] : nullptr;
        predicted += weightOf(row);
        found += isPositive(labels[row]) ? weightOf(row) : 0;
        if (next != nullptr && *next == logits[row])
            continue;
        const double f1 = predicted + positives > 0 ? 2 * found / (predicted + positives) : 0;
        const double threshold = between(logits[row], next);
        if (f1 > bestF1 && threshold > 0 && threshold < 1) {
            bestF1 = f1;
            best = threshold;
        }
    }
    return best;
}

} // namespace millrace
