// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Chance.h"

#include "base/Text.h"
#include "metrics/Interval.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace millrace
{
namespace
{

constexpr std::int64_t kFewest = 10;          ///< records of a class: below, nobody can tell
constexpr double kOf95 = 1.96, kOf999 = 3.29; ///< standard deviations
constexpr auto kCauses = ". Likely it has learnt too few records or too few epochs, or its columns tell nothing about "
                         "the label";

std::string ofAuc(double auc, const std::vector<std::int64_t>& counts)
{
    if (counts.size() != 2 || std::min(counts[0], counts[1]) < kFewest)
        return {};
    const Interval interval = aucInterval(auc, counts[1], counts[0]);
    if (!(interval.low <= 0.5)) // unknown, too
        return {};
    const std::string told = "AUC " + formatFixed(auc, 4) + ", 95 %: " + formatFixed(interval.low, 4) + " to " +
                             formatFixed(interval.high, 4);
    const double deviation = (interval.high - auc) / kOf95;
    return auc + kOf999 * deviation < 0.5
               ? "The model is worse than a guess (" + told + "): are the two classes mixed up?"
               : "The model is no better than a guess (" + told + ")" + kCauses;
}

/// What was said and what is so have nothing to do with each other where kappa is what such an accuracy by chance has,
/// with the standard error sqrt(pe / (n (1 − pe))) of no agreement: J. Cohen, "A coefficient of agreement for nominal
/// scales", Educational and Psychological Measurement 20 (1960). A class that is rare weighs as its records do.
std::string ofKappa(double accuracy, double kappa, const std::vector<std::int64_t>& counts)
{
    const auto records = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
    const auto classes = std::ranges::count_if(counts, [](std::int64_t count) { return count > 0; });
    if (classes < 2 || records < 2 * kFewest || !std::isfinite(kappa) || kappa >= 1)
        return {};
    const double byChance = (accuracy - kappa) / (1 - kappa);
    const double deviation = std::sqrt(byChance / (records * (1 - byChance)));
    if (kappa > kOf95 * deviation)
        return {};
    const std::string told = "kappa " + formatFixed(kappa, 4) + ", accuracy " + formatFixed(accuracy, 4);
    return kappa < -kOf999 * deviation ? "The model is worse than a guess (" + told + "): are the classes mixed up?"
                                       : "The model is no better than a guess (" + told + ")" + kCauses;
}

} // namespace

std::string chanceSentence(TaskKind task, const ScoreTable& scores, const std::vector<std::int64_t>& classCounts)
{
    switch (task) {
    case TaskKind::Binary:
        return ofAuc(valueIn(scores, "auc"), classCounts);
    case TaskKind::MultiClass:
        return ofKappa(valueIn(scores, "accuracy"), valueIn(scores, "kappa"), classCounts);
    case TaskKind::Regression: {
        const double r2 = valueIn(scores, "r2");
        return r2 <= 0 ? "The model is no better than the mean of the values (R² " + formatFixed(r2, 4) + ")" + kCauses
                       : std::string();
    }
    }
    return {};
}

} // namespace millrace
