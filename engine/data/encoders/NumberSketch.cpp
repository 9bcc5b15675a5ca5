// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/encoders/NumberSketch.h"

#include "data/encoders/Encoder.h"

#include <algorithm>
#include <numeric>

namespace millrace
{
namespace
{

bool isAmong(double value, std::span<const double> values)
{
    return std::ranges::find(values, value) != values.end();
}

} // namespace

void NumberMoments::add(double value, std::int64_t times)
{
    if (times == 0)
        return;
    count += times;
    const double distance = value - mean;
    mean += distance * static_cast<double>(times) / static_cast<double>(count);
    squares += distance * (value - mean) * static_cast<double>(times);
    minimum = std::fmin(minimum, value); // the number where the other is NaN
    maximum = std::fmax(maximum, value);
}

double NumberMoments::deviation() const
{
    return count == 0 ? std::numeric_limits<double>::quiet_NaN() : std::sqrt(squares / static_cast<double>(count));
}

double quantileOf(std::span<const double> sorted, double p)
{
    if (sorted.empty())
        return std::numeric_limits<double>::quiet_NaN();
    const double rank = static_cast<double>(sorted.size() - 1) * p;
    const auto below = static_cast<std::size_t>(rank);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (rank - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

void NumberSketch::add(double value)
{
    lookForOrder(value);
    const auto sentinel = static_cast<std::size_t>(std::ranges::find(kSentinels, value) - kSentinels.begin());
    if (sentinel < kSentinels.size())
        ++m_sentinels[sentinel];
    else
        m_others.add(value);
    if (m_sample.size() < m_sampleSize) {
        m_sample.push_back(value);
        return;
    }
    const std::uint32_t slot = m_rng.below(static_cast<std::uint32_t>(count()));
    if (slot < m_sampleSize)
        m_sample[slot] = value;
}

void NumberSketch::lookForOrder(double value)
{
    constexpr std::int64_t kOrdered = 500;
    if (!std::isnan(m_previous) && count() < kOrdered) {
        m_stepsUp = m_stepsUp && value == m_previous + 1;
        m_stepsDown = m_stepsDown && value == m_previous - 1;
    }
    m_previous = value;
    m_areWhole = m_areWhole && value == std::trunc(value);
    if (!m_areWhole || !m_areDifferent)
        return;
    if (m_seen.size() < kMostLevels)
        m_areDifferent = m_seen.insert(value).second;
    if (!m_areDifferent)
        m_seen = {};
}

std::int64_t NumberSketch::count() const
{
    return std::accumulate(m_sentinels.begin(), m_sentinels.end(), m_others.count);
}

std::int64_t NumberSketch::countOf(double sentinel) const
{
    const auto index = static_cast<std::size_t>(std::ranges::find(kSentinels, sentinel) - kSentinels.begin());
    return index < kSentinels.size() ? m_sentinels[index] : 0;
}

NumberMoments NumberSketch::moments(std::span<const double> without) const
{
    NumberMoments all = m_others;
    for (std::size_t i = 0; i < kSentinels.size(); ++i)
        if (!isAmong(kSentinels[i], without))
            all.add(kSentinels[i], m_sentinels[i]);
    return all;
}

std::vector<double> NumberSketch::sample(std::span<const double> without) const
{
    std::vector<double> sorted;
    std::ranges::copy_if(m_sample, std::back_inserter(sorted), [&](double value) { return !isAmong(value, without); });
    std::ranges::sort(sorted);
    return sorted;
}

std::vector<double> NumberSketch::sentinels(std::int64_t rows) const
{
    constexpr std::int64_t kFewest = 3;
    std::vector<double> found;
    if (m_others.count == 0)
        return found;
    const std::vector<double> others = sample(kSentinels);
    if (others.empty()) // nearly all are sentinels: these are the values then
        return found;
    const double width = quantileOf(others, 0.99) - quantileOf(others, 0.01);
    for (std::size_t i = 0; i < kSentinels.size(); ++i) {
        const double distance = std::max(m_others.minimum - kSentinels[i], kSentinels[i] - m_others.maximum);
        if (m_sentinels[i] >= kFewest && m_sentinels[i] * 100 >= rows && distance > 0 && !(distance <= width))
            found.push_back(kSentinels[i]);
    }
    return found;
}

} // namespace millrace
