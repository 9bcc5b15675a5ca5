// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/SmoothedCurve.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace millrace
{

void SmoothedCurve::Line::append(const Curve::Point& point, int times)
{
    ++taken;
    if (std::isnan(point.y)) // a gap in the line
        return curve.append(point.x, point.y);
    if (times <= 0)
        return;
    smoother.add(point.y, times);
    curve.append(point.x, smoother.value());
}

void SmoothedCurve::append(const Curve::Point& point, int times)
{
    m_times.push_back(times);
    if (!m_next)
        m_shown.append(point, times);
}

void SmoothedCurve::clear()
{
    m_shown = Line(m_factor);
    m_next.reset();
    m_times.clear();
}

void SmoothedCurve::work(const Curve& source, std::size_t most)
{
    if (isUpToDate())
        return;
    if (!m_next)
        m_next.emplace(m_factor);
    const std::size_t end = std::min(source.size(), m_next->taken + most);
    while (m_next->taken < end)
        m_next->append(source[m_next->taken], m_times[m_next->taken]);
    if (m_next->taken < source.size())
        return;
    m_shown = std::move(*m_next);
    m_next.reset();
}

void SmoothedCurve::thinSource()
{
    // Of four points the source has kept two: each stands for half of what the four stood for.
    auto kept = m_times.begin(), group = m_times.begin();
    for (; m_times.end() - group >= static_cast<std::ptrdiff_t>(Curve::kThinned); group += Curve::kThinned) {
        const int all = std::accumulate(group, group + Curve::kThinned, 0);
        *kept++ = all / 2;
        *kept++ = all - all / 2;
    }
    m_times.erase(std::copy(group, m_times.end(), kept), m_times.end());
    m_shown.taken = m_times.size();
    m_next.reset();
}

} // namespace millrace
