// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Ranking.h"

#include "metrics/Logit.h"
#include "metrics/ScoreTable.h"

#include <algorithm>
#include <numeric>

namespace millrace
{

/// Bits of a float in their numeric order, the label below.
std::uint64_t rankKey(float score, bool positive)
{
    return (static_cast<std::uint64_t>(orderedBits(score)) << 1U) | (positive ? 1U : 0U);
}

std::vector<RankGroup> groupByScore(std::vector<std::uint64_t> keys)
{
    std::ranges::sort(keys);
    std::vector<RankGroup> groups;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (i == 0 || keys[i] >> 1U != keys[i - 1] >> 1U)
            groups.emplace_back();
        ++((keys[i] & 1U) != 0 ? groups.back().positives : groups.back().negatives);
    }
    return groups;
}

std::vector<RankGroup> groupByScore(const std::vector<std::uint64_t>& keys, std::span<const float> weights)
{
    std::vector<std::size_t> rising(keys.size());
    std::iota(rising.begin(), rising.end(), std::size_t{0});
    std::ranges::sort(rising, [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
    std::vector<RankGroup> groups;
    for (std::size_t i = 0; i < rising.size(); ++i) {
        const std::uint64_t key = keys[rising[i]];
        if (i == 0 || key >> 1U != keys[rising[i - 1]] >> 1U)
            groups.emplace_back();
        ((key & 1U) != 0 ? groups.back().positives : groups.back().negatives) +=
            static_cast<double>(weights[rising[i]]);
    }
    return groups;
}

RankGroup totalOf(std::span<const RankGroup> rising)
{
    RankGroup total;
    for (const RankGroup& group : rising) {
        total.negatives += group.negatives;
        total.positives += group.positives;
    }
    return total;
}

double aucOf(std::span<const RankGroup> rising)
{
    const RankGroup total = totalOf(rising);
    if (!(total.negatives > 0) || !(total.positives > 0))
        return kUnknown;
    double pairs = 0, below = 0;
    for (const RankGroup& group : rising) {
        pairs += group.positives * (below + 0.5 * group.negatives);
        below += group.negatives;
    }
    return pairs / total.positives / total.negatives;
}

double averagePrecisionOf(std::span<const RankGroup> rising)
{
    const RankGroup total = totalOf(rising);
    if (!(total.positives > 0))
        return kUnknown;
    double sum = 0;
    RankGroup above;
    for (std::size_t i = rising.size(); i-- > 0;) {
        above.negatives += rising[i].negatives;
        above.positives += rising[i].positives;
        if (rising[i].positives != 0)
            sum += rising[i].positives * above.positives / (above.positives + above.negatives);
    }
    return sum / total.positives;
}

} // namespace millrace
