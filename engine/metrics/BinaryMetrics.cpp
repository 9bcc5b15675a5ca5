// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/BinaryMetrics.h"

#include "data/Binary.h"
#include "metrics/Logit.h"
#include "metrics/Ranking.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

/// Empty when a score is not a number.
std::vector<RankGroup> ranked(const std::vector<float>& logits, const std::vector<float>& labels,
                              const std::vector<float>& weights)
{
    std::vector<std::uint64_t> keys(logits.size());
    for (std::size_t i = 0; i < logits.size(); ++i) {
        if (std::isnan(logits[i]))
            return {};
        keys[i] = rankKey(logits[i], isPositive(labels[i]));
    }
    return weights.empty() ? groupByScore(std::move(keys)) : groupByScore(keys, weights);
}

} // namespace

void BinaryMetrics::add(std::span<const float> logits, std::span<const float> labels, std::span<const float> weights)
{
    const std::size_t count = std::min(logits.size(), labels.size());
    for (std::size_t i = 0; i < count; ++i) {
        m_lossSum += logLoss(static_cast<double>(logits[i]), static_cast<double>(labels[i]));
        m_correct += predictsPositive(logits[i], m_cut) == isPositive(labels[i]) ? 1 : 0;
    }
    m_logits.insert(m_logits.end(), logits.begin(), logits.begin() + static_cast<std::ptrdiff_t>(count));
    m_labels.insert(m_labels.end(), labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(count));
    m_weights.insert(m_weights.end(), weights.begin(), weights.end());
}

double BinaryMetrics::loss() const
{
    return m_logits.empty() ? kUnknown : m_lossSum / static_cast<double>(m_logits.size());
}

double BinaryMetrics::accuracy() const
{
    return m_logits.empty() ? kUnknown : static_cast<double>(m_correct) / static_cast<double>(m_logits.size());
}

double BinaryMetrics::auc() const
{
    return aucOf(ranked(m_logits, m_labels, m_weights));
}

double BinaryMetrics::averagePrecision() const
{
    return averagePrecisionOf(ranked(m_logits, m_labels, m_weights));
}

std::array<std::array<std::int64_t, 2>, 2> BinaryMetrics::confusion(double threshold) const
{
    const double cut = std::log(std::clamp(threshold, 0.0, 1.0)) - std::log1p(-std::clamp(threshold, 0.0, 1.0));
    std::array<std::array<std::int64_t, 2>, 2> result{};
    for (std::size_t i = 0; i < m_logits.size(); ++i)
        ++result[isPositive(m_labels[i]) ? 1 : 0][static_cast<double>(m_logits[i]) > cut ? 1 : 0];
    return result;
}

std::vector<std::array<double, 2>> BinaryMetrics::roc(int points) const
{
    const std::vector<RankGroup> ties = ranked(m_logits, m_labels, m_weights);
    const RankGroup total = totalOf(ties);
    if (!(total.negatives > 0) || !(total.positives > 0))
        return {};
    // Equal steps along the way from (0,0) to (1,1), which is 2 long when only right and up count.
    const double step = 2.0 / std::max(points - 1, 1);
    double next = step;
    RankGroup above;
    std::vector<std::array<double, 2>> curve = {{0, 0}};
    for (std::size_t i = ties.size(); i-- > 1;) {
        above.negatives += ties[i].negatives;
        above.positives += ties[i].positives;
        const double right = above.negatives / total.negatives;
        const double up = above.positives / total.positives;
        if (right + up < next || static_cast<int>(curve.size()) >= points - 1)
            continue;
        curve.push_back({right, up});
        next = (std::floor((right + up) / step) + 1) * step;
    }
    curve.push_back({1, 1});
    return curve;
}

} // namespace millrace
