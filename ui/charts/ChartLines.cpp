// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/ChartLines.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace millrace
{

namespace
{

constexpr std::size_t kThinnedAtOnce = 1 << 16;  ///< points, two milliseconds or three
constexpr std::size_t kSmoothedAtOnce = 100'000; ///< points, a millisecond or two
constexpr double kDotSize = 5, kRingSize = 12;

/// Where on the x axis the pixel columns begin, and where the last one ends.
std::vector<double> columnEdges(const QCPAxis& axis, double columnsPerPixel)
{
    const double left = axis.axisRect()->left(), width = axis.axisRect()->width();
    const auto columns = static_cast<std::size_t>(std::max(1.0, std::ceil(width * columnsPerPixel)));
    std::vector<double> edges(columns + 1);
    for (std::size_t i = 0; i <= columns; ++i)
        edges[i] = axis.pixelToCoord(left + width * static_cast<double>(i) / static_cast<double>(columns));
    return edges;
}

} // namespace

bool ChartLines::Line::hasDots() const
{
    return !graph->scatterStyle().isNone();
}

int ChartLines::add(const ChartSeries& series)
{
    Line line;
    line.series = series;
    line.graph = m_plot.addGraph(m_plot.xAxis, series.rightAxis ? m_plot.yAxis2 : m_plot.yAxis);
    line.graph->setAdaptiveSampling(false); // decimate() has done so
    m_lines.push_back(std::move(line));
    const int index = static_cast<int>(m_lines.size()) - 1;
    setDots(index, series.dots);
    return index;
}

int ChartLines::addSmoothed(int source, const ChartSeries& series)
{
    const int index = add(series);
    m_lines.back().source = source;
    m_lines.back().smoothed.emplace();
    return index;
}

void ChartLines::setDots(int line, bool on)
{
    const bool isRing = (*this)[line].series.dot == ChartSeries::Dot::Ring;
    const QCPScatterStyle style = isRing ? QCPScatterStyle(QCPScatterStyle::ssCircle, kRingSize)
                                         : QCPScatterStyle(QCPScatterStyle::ssDisc, kDotSize);
    (*this)[line].graph->setScatterStyle(on ? style : QCPScatterStyle());
}

void ChartLines::setHidden(int index, bool on)
{
    Line& line = (*this)[index];
    line.hidden = on;
    line.graph->setVisible(!on);
}

bool ChartLines::append(int index, const Curve::Point& point, int times)
{
    Curve& points = (*this)[index].points;
    points.append(point.x, point.y);
    for (Line& line : m_lines)
        if (line.source == index)
            line.smoothed->append(point, times);
    return points.isFull();
}

void ChartLines::clear()
{
    for (Line& line : m_lines) {
        line.points.clear();
        if (line.smoothed)
            line.smoothed->clear();
    }
}

void ChartLines::setSmoothing(double factor)
{
    for (Line& line : m_lines)
        if (line.smoothed)
            line.smoothed->setFactor(factor);
}

bool ChartLines::isSmoothed() const
{
    return std::ranges::all_of(m_lines, [](const Line& line) { return !line.smoothed || line.smoothed->isUpToDate(); });
}

bool ChartLines::isEmpty() const
{
    return std::ranges::all_of(m_lines, [](const Line& line) { return line.curve().isEmpty(); });
}

/// Some points of a curve thinned, or of a new smoothing.
bool ChartLines::workOn()
{
    if (!thinSome())
        for (Line& line : m_lines)
            if (line.smoothed)
                line.smoothed->work((*this)[line.source].points, kSmoothedAtOnce);
    return !isSmoothed() || std::ranges::any_of(m_lines, [](const Line& line) { return line.curve().isFull(); });
}

/// False: no curve is full.
bool ChartLines::thinSome()
{
    const auto full = std::ranges::find_if(m_lines, [](const Line& line) { return line.curve().isFull(); });
    if (full == m_lines.end())
        return false;
    if (full->smoothed) {
        full->smoothed->thin(kThinnedAtOnce);
        return true;
    }
    if (!full->points.thin(kThinnedAtOnce))
        return true;
    for (Line& line : m_lines)
        if (line.source == full - m_lines.begin())
            line.smoothed->thinSource();
    return true;
}

void ChartLines::decimate(double columnsPerPixel)
{
    const std::vector<double> edges = columnEdges(*m_plot.xAxis, columnsPerPixel);
    for (const Line& line : m_lines) {
        const bool isLogarithmic = line.graph->valueAxis()->scaleType() == QCPAxis::stLogarithmic;
        const auto points =
            line.curve().decimated(edges, isLogarithmic ? Curve::Scale::Logarithmic : Curve::Scale::Linear);
        QVector<QCPGraphData> drawn;
        drawn.reserve(static_cast<qsizetype>(points.size()));
        for (const Curve::Point& point : points)
            drawn.append({point.x, point.y});
        line.graph->data()->set(drawn, true);
        // Thin lines of a point or two a column are upright: smoothing their edges costs much and shows nothing.
        line.graph->setAntialiased(line.series.width > 1 || points.size() + 1 < edges.size());
    }
}

void ChartLines::restyle()
{
    for (const Line& line : m_lines) {
        QColor color = line.series.color;
        // Few points: none hides another.
        color.setAlphaF(static_cast<float>(line.hasDots() ? std::max(0.7, line.series.opacity) : line.series.opacity));
        QPen pen(color, line.series.width, line.series.dashed ? Qt::CustomDashLine : Qt::SolidLine);
        if (line.series.dashed)
            pen.setDashPattern({4, 4});
        line.graph->setPen(pen);
    }
}

} // namespace millrace
