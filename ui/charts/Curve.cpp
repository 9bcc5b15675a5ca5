// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/Curve.h"

#include <algorithm>

namespace millrace
{

namespace
{

constexpr std::size_t kFan = 16;
constexpr std::size_t kDrawnPerColumn = 2;
constexpr double kInColumn = 0.4; ///< where in its column an upright line stands: surely rounded to this pixel

bool isLeftOf(const Curve::Point& point, double x)
{
    return point.x < x;
}

} // namespace

void Curve::append(double x, double y)
{
    m_points.push_back({x, y});
    if (m_points.size() % kFan == 0)
        summarize();
}

void Curve::assign(std::vector<Point> points)
{
    const auto isBefore = [](const Point& a, const Point& b) { return a.x < b.x; };
    if (!std::ranges::is_sorted(points, isBefore))
        std::ranges::stable_sort(points, isBefore);
    clear();
    for (const Point& point : points)
        append(point.x, point.y);
}

bool Curve::thin(std::size_t most)
{
    const auto isLower = [](const Point& a, const Point& b) { return a.y < b.y; };
    if (!m_kept)
        m_kept = std::make_unique<Curve>();
    for (const std::size_t end = std::min(size(), m_thinned + most); end - m_thinned >= kThinned;
         m_thinned += kThinned) {
        const auto group = m_points.begin() + static_cast<std::ptrdiff_t>(m_thinned);
        const auto [low, high] = std::minmax_element(group, group + kThinned, isLower);
        const Point &earlier = *std::min(low, high), &later = *std::max(low, high);
        m_kept->append(earlier.x, earlier.y);
        m_kept->append(later.x, later.y);
    }
    if (size() - m_thinned >= kThinned)
        return false;
    for (; m_thinned < size(); ++m_thinned)
        m_kept->append(m_points[m_thinned].x, m_points[m_thinned].y);
    Curve kept = std::move(*m_kept);
    *this = std::move(kept);
    return true;
}

/// Adds the block that the last point has completed, and those above that it completes in turn.
void Curve::summarize()
{
    if (m_levels.empty())
        m_levels.emplace_back();
    Extent block;
    for (std::size_t i = m_points.size() - kFan; i < m_points.size(); ++i)
        block.include(m_points[i].y);
    m_levels[0].push_back(block);
    for (std::size_t level = 0; m_levels[level].size() % kFan == 0; ++level) {
        if (level + 1 == m_levels.size())
            m_levels.emplace_back();
        Extent above;
        for (auto each = m_levels[level].end() - kFan; each != m_levels[level].end(); ++each)
            above.include(*each);
        m_levels[level + 1].push_back(above);
    }
}

std::size_t Curve::indexOf(double x, std::size_t start) const
{
    const auto from = m_points.begin() + static_cast<std::ptrdiff_t>(start);
    return static_cast<std::size_t>(std::lower_bound(from, m_points.end(), x, isLeftOf) - m_points.begin());
}

std::size_t Curve::nearest(double x) const
{
    const std::size_t right = std::min(indexOf(x), size() - 1);
    return right > 0 && x - m_points[right - 1].x < m_points[right].x - x ? right - 1 : right;
}

Extent Curve::extent(std::size_t first, std::size_t last) const
{
    Extent found;
    // At the bottom the points, above it blocks; each level contributes what sticks out of the next level's blocks.
    const auto includeAt = [&](std::size_t level, std::size_t index) {
        if (level == 0)
            found.include(m_points[index].y);
        else
            found.include(m_levels[level - 1][index]);
    };
    for (std::size_t level = 0; first < last; ++level) {
        const bool isTop = level == m_levels.size() || last - first < 2 * kFan;
        while (first < last && (isTop || first % kFan != 0))
            includeAt(level, first++);
        while (first < last && last % kFan != 0)
            includeAt(level, --last);
        first /= kFan;
        last /= kFan;
    }
    return found;
}

Extent Curve::positiveExtent(std::size_t first, std::size_t last) const
{
    const Extent all = extent(first, last);
    if (all.low > 0)
        return all;
    Extent found;
    for (; first < last && all.high > 0; ++first)
        if (m_points[first].y > 0)
            found.include(m_points[first].y);
    return found;
}

void Curve::drawColumn(double x, std::size_t first, std::size_t last, Scale scale, std::vector<Point>& drawn) const
{
    if (last - first <= kDrawnPerColumn) {
        drawn.insert(drawn.end(), m_points.begin() + static_cast<std::ptrdiff_t>(first),
                     m_points.begin() + static_cast<std::ptrdiff_t>(last));
        return;
    }
    const Extent found = scale == Scale::Linear ? extent(first, last) : positiveExtent(first, last);
    if (found.isEmpty()) {
        drawn.push_back({x, std::numeric_limits<double>::quiet_NaN()});
        return;
    }
    const double before = drawn.empty() ? found.low : drawn.back().y;
    const bool isHighFirst = std::abs(before - found.high) < std::abs(before - found.low);
    drawn.push_back({x, isHighFirst ? found.high : found.low});
    drawn.push_back({x, isHighFirst ? found.low : found.high});
}

std::vector<Curve::Point> Curve::decimated(const std::vector<double>& edges, Scale scale) const
{
    std::vector<Point> drawn;
    if (isEmpty() || edges.size() < 2)
        return drawn;
    drawn.reserve(kDrawnPerColumn * edges.size());
    std::size_t first = indexOf(edges.front());
    if (first > 0)
        drawn.push_back(m_points[first - 1]);
    for (std::size_t column = 1; column < edges.size() && first < size(); ++column) {
        const std::size_t last = indexOf(edges[column], first);
        drawColumn(edges[column - 1] + kInColumn * (edges[column] - edges[column - 1]), first, last, scale, drawn);
        first = last;
    }
    if (first < size())
        drawn.push_back(m_points[first]);
    if (scale == Scale::Logarithmic)
        for (Point& point : drawn)
            if (!(point.y > 0))
                point.y = std::numeric_limits<double>::quiet_NaN();
    return drawn;
}

} // namespace millrace
