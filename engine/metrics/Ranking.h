// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace millrace
{

/// Records of one score, or of one bin of scores, by whether they are of the class that is looked for: their number, or
/// the sum of their weights.
struct RankGroup {
    double negatives = 0, positives = 0;
};

/// A score and its label as one integer that sorts by the score. A score that is not a number has no place.
std::uint64_t rankKey(float score, bool positive);
/// The records grouped by score, rising.
std::vector<RankGroup> groupByScore(std::vector<std::uint64_t> keys);
std::vector<RankGroup> groupByScore(const std::vector<std::uint64_t>& keys, std::span<const float> weights);
RankGroup totalOf(std::span<const RankGroup> rising);

/// Area under the ROC curve as the Mann–Whitney statistic with ties counted half; NaN when a class is absent, or weighs
/// no more than nothing.
double aucOf(std::span<const RankGroup> rising);
/// Average precision: the sum over falling scores of precision × what recall grows by, without interpolation, as
/// scikit-learn has it (Zhu 2004: "Recall, precision and average precision"); NaN without positives.
double averagePrecisionOf(std::span<const RankGroup> rising);

} // namespace millrace
