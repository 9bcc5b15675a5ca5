// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/BestPossible.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

double entropy(double p)
{
    const auto term = [](double x) { return x > 0 ? -x * std::log(x) : 0.0; };
    return term(p) + term(1 - p);
}

} // namespace

void BestTally::add(double probability)
{
    ++m_sums.records;
    m_sums.accuracy += std::max(probability, 1 - probability);
    m_sums.loss += entropy(probability);
    const auto place = static_cast<std::size_t>(probability * kBins);
    Bin& bin = m_bins[std::min(place, kBins - 1)];
    bin.positives += probability;
    bin.negatives += 1 - probability;
    bin.self += probability * (1 - probability);
}

/// AUC: the sum over ordered pairs i ≠ j of pᵢ(1−pⱼ), counted whole where pᵢ stands in a higher bin and half where in
/// the same, as a share of the same sum over all such pairs.
BestPossible BestTally::best() const
{
    if (m_sums.records == 0)
        return {kUnknown, kUnknown, kUnknown};
    double won = 0;
    Bin sum;
    for (const Bin& bin : m_bins) {
        won += bin.positives * sum.negatives + 0.5 * (bin.positives * bin.negatives - bin.self);
        sum.positives += bin.positives;
        sum.negatives += bin.negatives;
        sum.self += bin.self;
    }
    const double pairs = sum.positives * sum.negatives - sum.self;
    const auto records = static_cast<double>(m_sums.records);
    return {m_sums.accuracy / records, m_sums.loss / records, pairs > 0 ? won / pairs : kUnknown};
}

nlohmann::json toJson(const BestPossible& best)
{
    return {{"accuracy", orNull(best.accuracy)}, {"loss", orNull(best.loss)}, {"auc", orNull(best.auc)}};
}

} // namespace millrace
