// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/OneVsRest.h"

#include "metrics/ScoreTable.h"
#include "metrics/SparseCounts.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr std::int64_t kMostRanked = 1'000'000;
constexpr std::int64_t kMostNumbers = 16'000'000;
constexpr float kBinsInUnit = 10;

} // namespace

OneVsRest::OneVsRest(int classes, std::int64_t mostRecords)
    : m_classes(classes), m_mostRecords(static_cast<std::size_t>(
                              std::min({mostRecords, kMostRanked, kMostNumbers / std::max(classes, 1)}))),
      m_isExact(m_mostRecords > 0), m_bins(isRanked() ? static_cast<std::size_t>(classes) * 2 * kBins : 0)
{
}

std::span<double> OneVsRest::binsOf(std::size_t ofClass, bool positive)
{
    return std::span(m_bins).subspan((ofClass * 2 + (positive ? 1 : 0)) * kBins, kBins);
}

std::span<const double> OneVsRest::binsOf(std::size_t ofClass, bool positive) const
{
    return std::span(m_bins).subspan((ofClass * 2 + (positive ? 1 : 0)) * kBins, kBins);
}

void OneVsRest::add(std::span<const float> logOdds, int actual, float weight)
{
    if (!isRanked())
        return;
    for (std::size_t i = 0; i < logOdds.size(); ++i) {
        constexpr float kMiddle = static_cast<float>(kBins) / 2;
        const float place = std::clamp(logOdds[i] * kBinsInUnit + kMiddle, 0.0F, kBins - 1.0F);
        binsOf(i, static_cast<int>(i) == actual)[static_cast<std::size_t>(place)] += static_cast<double>(weight);
    }
    if (m_isExact && m_actual.size() == m_mostRecords)
        useBins();
    if (!m_isExact)
        return;
    if (weight != 1 && !m_isWeighted) {
        m_isWeighted = true;
        m_weights.assign(m_actual.size(), 1);
    }
    m_logOdds.insert(m_logOdds.end(), logOdds.begin(), logOdds.end());
    m_actual.push_back(actual);
    if (m_isWeighted)
        m_weights.push_back(weight);
}

void OneVsRest::merge(const OneVsRest& other)
{
    useBins();
    std::ranges::transform(m_bins, other.m_bins, m_bins.begin(), std::plus{});
}

void OneVsRest::useBins()
{
    m_isExact = false;
    std::vector<float>().swap(m_logOdds);
    std::vector<int>().swap(m_actual);
    std::vector<float>().swap(m_weights);
}

std::vector<RankGroup> OneVsRest::groupsOf(std::size_t ofClass) const
{
    if (m_isExact) {
        std::vector<std::uint64_t> keys(m_actual.size());
        for (std::size_t i = 0; i < keys.size(); ++i)
            keys[i] = rankKey(m_logOdds[i * static_cast<std::size_t>(m_classes) + ofClass],
                              m_actual[i] == static_cast<int>(ofClass));
        return m_isWeighted ? groupByScore(keys, m_weights) : groupByScore(std::move(keys));
    }
    std::vector<RankGroup> groups(kBins);
    for (std::size_t i = 0; i < kBins; ++i)
        groups[i] = {binsOf(ofClass, false)[i], binsOf(ofClass, true)[i]};
    return groups;
}

double OneVsRest::macroAuc() const
{
    double sum = 0;
    std::int64_t classes = 0;
    for (std::size_t i = 0; isRanked() && i < static_cast<std::size_t>(m_classes); ++i)
        if (const double auc = aucOf(groupsOf(i)); !std::isnan(auc)) {
            sum += auc;
            ++classes;
        }
    return classes > 0 ? sum / static_cast<double>(classes) : kUnknown;
}

nlohmann::json OneVsRest::state() const
{
    return sparseCounts(std::span<const double>(m_bins));
}

void OneVsRest::restore(const nlohmann::json& state)
{
    useBins();
    readSparseCounts(state, std::span(m_bins));
}

} // namespace millrace
