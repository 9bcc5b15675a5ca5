// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/SmoothedCurve.h"

#include <algorithm>
#include <utility>

namespace millrace
{

void SmoothedCurve::Line::append(const Curve::Point& point, int times)
{
    ++taken;
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
    std::deque<int> kept;
    std::size_t i = 0;
    for (; i + Curve::kThinned <= m_times.size(); i += Curve::kThinned) {
        int all = 0;
        for (std::size_t k = 0; k < Curve::kThinned; ++k)
            all += m_times[i + k];
        kept.push_back(all / 2);
        kept.push_back(all - all / 2);
    }
    kept.insert(kept.end(), m_times.begin() + static_cast<std::ptrdiff_t>(i), m_times.end());
    m_times = std::move(kept);
    m_shown.taken = m_times.size();
    m_next.reset();
}

} // namespace millrace
