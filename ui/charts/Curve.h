// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <cstddef>
#include <deque>
#include <limits>
#include <memory>
#include <vector>

namespace millrace
{

/// The lowest and the highest of some values; NaN and infinity do not count.
struct Extent {
    double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
    void include(double value)
    {
        if (std::isfinite(value))
            include(Extent{value, value});
    }
    void include(const Extent& other)
    {
        low = other.low < low ? other.low : low;
        high = other.high > high ? other.high : high;
    }
    [[nodiscard]] bool isEmpty() const { return !(low <= high); }
};

/// The points of a line in order of x, under a pyramid of extremes: each level has the lowest and the highest of
/// sixteen of the level below. Appending costs O(1) amortised, the extremes of any stretch O(log n), so that a million
/// points are drawn as fast as a thousand.
class Curve
{
public:
    struct Point {
        double x, y;
    };

    /// x is not less than the last one's. y may be NaN: the line has a gap there.
    void append(double x, double y);
    void assign(std::vector<Point> points); ///< in any order of x
    void clear() { *this = {}; }
    /// Time to thin(), so that a run that never ends stays in flat memory.
    [[nodiscard]] bool isFull() const { return size() >= kMost; }
    /// Goes through at most so many further points, at least four: of every four the lowest and the highest will stay.
    /// Until it has come to the end, then true, the curve is what it was.
    bool thin(std::size_t most);
    static constexpr std::size_t kMost = 1 << 20, kThinned = 4;

    [[nodiscard]] std::size_t size() const { return m_points.size(); }
    [[nodiscard]] bool isEmpty() const { return m_points.empty(); }
    [[nodiscard]] const Point& operator[](std::size_t index) const { return m_points[index]; }
    [[nodiscard]] const std::deque<Point>& points() const { return m_points; }
    /// The first point, from `start` on, that is not left of x.
    [[nodiscard]] std::size_t indexOf(double x, std::size_t start = 0) const;
    [[nodiscard]] std::size_t nearest(double x) const; ///< there is one at least
    [[nodiscard]] Extent extent(std::size_t first, std::size_t last) const;
    [[nodiscard]] Extent extent() const { return extent(0, size()); }
    /// Of the values above zero: what a logarithmic axis can show.
    [[nodiscard]] Extent positiveExtent(std::size_t first, std::size_t last) const;
    /// What is to be drawn where the pixel columns have these edges (ascending): the lowest and the highest point of
    /// each column, the one nearer to what was drawn before first; a single point as it is; and one point on either
    /// side of the whole. A line through them covers the pixels that one through all points covers. Values that the
    /// scale cannot show are gaps.
    enum class Scale { Linear, Logarithmic };
    [[nodiscard]] std::vector<Point> decimated(const std::vector<double>& edges, Scale scale = Scale::Linear) const;

private:
    void summarize();
    void drawColumn(double x, std::size_t first, std::size_t last, Scale scale, std::vector<Point>& drawn) const;
    std::deque<Point> m_points;                ///< grows without copying what is there
    std::vector<std::vector<Extent>> m_levels; ///< whole blocks only
    std::unique_ptr<Curve> m_kept;             ///< what stays of the first m_thinned points, while thin() is under way
    std::size_t m_thinned = 0;
};

} // namespace millrace
