// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace millrace
{
namespace
{

double entropy(double p)
{
    const auto term = [](double x) { return x > 0 ? -x * std::log(x) : 0.0; };
    return term(p) + term(1 - p);
}

/// Sum over ordered pairs i ≠ j of pᵢ(1−pⱼ), counted whole where pᵢ > pⱼ and half where they are equal, as a share of
/// the same sum over all such pairs.
double bestAuc(std::vector<double> p)
{
    std::sort(p.begin(), p.end());
    double won = 0;
    double positives = 0;
    double negatives = 0;
    double self = 0; // a record makes no pair with itself
    for (std::size_t first = 0; first < p.size();) {
        double groupPositives = 0;
        double groupNegatives = 0;
        double groupSelf = 0;
        std::size_t last = first;
        for (; last < p.size() && p[last] == p[first]; ++last) {
            groupPositives += p[last];
            groupNegatives += 1 - p[last];
            groupSelf += p[last] * (1 - p[last]);
        }
        won += groupPositives * negatives + 0.5 * (groupPositives * groupNegatives - groupSelf);
        positives += groupPositives;
        negatives += groupNegatives;
        self += groupSelf;
        first = last;
    }
    const double all = positives * negatives - self;
    return all > 0 ? won / all : kUnknown;
}

} // namespace

BestPossible bestPossible(std::span<const double> probabilities)
{
    if (probabilities.empty())
        return {kUnknown, kUnknown, kUnknown};
    BestPossible best;
    for (const double p : probabilities) {
        best.accuracy += std::max(p, 1 - p);
        best.loss += entropy(p);
    }
    best.accuracy /= static_cast<double>(probabilities.size());
    best.loss /= static_cast<double>(probabilities.size());
    best.auc = bestAuc({probabilities.begin(), probabilities.end()});
    return best;
}

nlohmann::json toJson(const BestPossible& best)
{
    return {{"accuracy", orNull(best.accuracy)}, {"loss", orNull(best.loss)}, {"auc", orNull(best.auc)}};
}

} // namespace millrace
