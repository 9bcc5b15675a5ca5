// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/Ranking.h"

#include <nlohmann/json.hpp>

namespace millrace
{

/// How well each of several classes is ranked against all others, by its log-odds log p / (1 − p): they are in the
/// order of the probabilities, and do not round where these are near 1. Exact while the outputs of all records are
/// kept: of a million records and 16 million numbers (64 MB) at most. Otherwise of bins of a tenth from −16 to 16, of
/// which parts add up. Above 100 classes there is no ranking, and nothing is held.
class OneVsRest
{
public:
    static constexpr int kMostClasses = 100;

    /// mostRecords: outputs of at most so many are kept; 0 none.
    OneVsRest(int classes, std::int64_t mostRecords);

    [[nodiscard]] bool isRanked() const { return m_classes <= kMostClasses; }
    /// logOdds: one a class, none not a number.
    void add(std::span<const float> logOdds, int actual, float weight = 1);
    void merge(const OneVsRest& other); ///< bins alone from here on
    void useBins();
    [[nodiscard]] bool isApproximate() const { return isRanked() && !m_isExact; }

    /// Mean AUC of the classes that occur (Hand and Till 2001 weigh pairs of classes; this is scikit-learn's "ovr" with
    /// average "macro"). NaN while fewer than two occur, and where nothing is ranked.
    [[nodiscard]] double macroAuc() const;

    [[nodiscard]] nlohmann::json state() const; ///< of the bins
    /// Of an object without records. May throw what nlohmann-json throws, or std::out_of_range.
    void restore(const nlohmann::json& state);

private:
    static constexpr std::size_t kBins = 320;
    [[nodiscard]] std::span<double> binsOf(std::size_t ofClass, bool positive);
    [[nodiscard]] std::span<const double> binsOf(std::size_t ofClass, bool positive) const;
    [[nodiscard]] std::vector<RankGroup> groupsOf(std::size_t ofClass) const;

    int m_classes;
    std::size_t m_mostRecords;
    bool m_isExact;
    std::vector<double> m_bins;   ///< [class][rest or own][bin]
    std::vector<float> m_logOdds; ///< [record][class], while exact
    std::vector<int> m_actual;    ///< [record], while exact
    std::vector<float> m_weights; ///< likewise, where they are not all 1
    bool m_isWeighted = false;
};

} // namespace millrace
