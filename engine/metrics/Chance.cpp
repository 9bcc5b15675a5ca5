// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Chance.h"

#include "base/Text.h"
#include "metrics/Interval.h"

#include <cmath>

namespace millrace
{
namespace
{

constexpr double kOf95 = 1.96; ///< standard deviations

std::string ofAuc(double auc, const std::vector<std::int64_t>& counts)
{
    if (counts.size() != 2 || counts[0] <= 0 || counts[1] <= 0 || !std::isfinite(auc))
        return {};
    const Interval interval = aucInterval(auc, counts[1], counts[0]);
    if (interval.low > 0.5)
        return {};
    const std::string told = "AUC " + formatFixed(auc, 4) + ", 95 %: " + formatFixed(interval.low, 4) + " to " +
                             formatFixed(interval.high, 4);
    return interval.high < 0.5 ? "The model is worse than a guess (" + told + "): are the two classes mixed up?"
                               : "The model is no better than a guess (" + told + " holds .5)";
}

/// Of guesses each recall is 1/K, with the variance of a share of the class's records.
std::string ofBalancedAccuracy(double balanced, const std::vector<std::int64_t>& counts)
{
    double classes = 0, inverse = 0;
    for (const std::int64_t count : counts)
        if (count > 0) {
            ++classes;
            inverse += 1 / static_cast<double>(count);
        }
    if (classes < 2 || !std::isfinite(balanced))
        return {};
    const double guess = 1 / classes, variance = guess * (1 - guess) * inverse / (classes * classes);
    if (balanced > guess + kOf95 * std::sqrt(variance))
        return {};
    return "The model is no better than a guess (balanced accuracy " + formatFixed(balanced, 4) + " among " +
           formatCount(static_cast<std::int64_t>(classes)) + " classes, a guess " + formatFixed(guess, 4) + ")";
}

} // namespace

std::string chanceSentence(TaskKind task, const ScoreTable& scores, const std::vector<std::int64_t>& classCounts)
{
    switch (task) {
    case TaskKind::Binary:
        return ofAuc(valueIn(scores, "auc"), classCounts);
    case TaskKind::MultiClass:
        return ofBalancedAccuracy(valueIn(scores, "balanced_accuracy"), classCounts);
    case TaskKind::Regression: {
        const double r2 = valueIn(scores, "r2");
        return r2 <= 0 ? "The model is no better than the mean of the values (R² " + formatFixed(r2, 4) + ")"
                       : std::string();
    }
    }
    return {};
}

} // namespace millrace
