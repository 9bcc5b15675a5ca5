// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/MetricBuffer.h"

#include <algorithm>
#include <cmath>

namespace millrace
{

MetricBuffer::MetricBuffer(std::size_t capacity) : m_capacity(std::max<std::size_t>(capacity, 2))
{
    m_points.reserve(m_capacity);
}

void MetricBuffer::add(const MetricPoint& point)
{
    std::lock_guard lock(m_mutex);
    if (m_points.size() >= m_capacity) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < m_points.size(); i += 2)
            m_points[kept++] = i + 1 < m_points.size() ? merge(m_points[i], m_points[i + 1]) : m_points[i];
        m_points.resize(kept);
    }
    m_points.push_back(point);
    if (point.steps == 1)
        m_points.back().lossMinimum = m_points.back().lossMaximum = point.loss;
}

std::vector<MetricPoint> MetricBuffer::drain()
{
    std::lock_guard lock(m_mutex);
    std::vector<MetricPoint> points = m_points; // a copy, so that the writer keeps its room and allocates nothing
    m_points.clear();
    return points;
}

MetricPoint merge(const MetricPoint& earlier, const MetricPoint& later)
{
    MetricPoint result = later;
    result.steps = earlier.steps + later.steps;
    const double share = result.steps > 0 ? static_cast<double>(later.steps) / result.steps : 1;
    result.loss = earlier.loss + share * (later.loss - earlier.loss);
    result.score = earlier.score + share * (later.score - earlier.score);
    if (std::isnan(result.validationLoss)) {
        result.validationLoss = earlier.validationLoss;
        result.validationScore = earlier.validationScore;
    }
    result.lossMinimum = std::min(earlier.lossMinimum, later.lossMinimum);
    result.lossMaximum = std::max(earlier.lossMaximum, later.lossMaximum);
    return result;
}

} // namespace millrace
