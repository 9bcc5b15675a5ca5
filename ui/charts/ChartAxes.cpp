// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/ChartAxes.h"

#include "charts/ChartLines.h"
#include "charts/ChartMarks.h"
#include "charts/Ticks.h"
#include "style/Theme.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace millrace
{

namespace
{

constexpr int kIntervalsX = 6, kIntervalsY = 4;

QSharedPointer<QCPAxisTicker> ticker(ChartFormat format, int intervals)
{
    return QSharedPointer<QCPAxisTicker>(new ChartTicker(format, intervals));
}

/// Where most of a series lies: spikes and the first steps of a training would flatten everything else. whole: all of
/// what can be shown.
Extent typicalExtent(const Curve& curve, const Extent& whole)
{
    constexpr std::size_t kSamples = 500, kCut = kSamples / 50;
    if (curve.size() < kSamples / 5)
        return whole;
    std::vector<double> values;
    values.reserve(kSamples);
    for (std::size_t i = 0; i < kSamples; ++i)
        if (const double value = curve[curve.size() * i / kSamples].y; value >= whole.low && value <= whole.high)
            values.push_back(value);
    if (values.size() < 2 * kCut + 1)
        return whole;
    std::ranges::sort(values);
    Extent extent;
    const double low = values[kCut], high = values[values.size() - 1 - kCut], room = 0.15 * (high - low);
    extent.include(std::max(low - room, whole.low));
    extent.include(std::min(high + room, whole.high));
    if (const double last = curve.points().back().y; last >= whole.low)
        extent.include(last);
    return extent;
}

} // namespace

/// What there is to be shown.
struct ChartAxes::Shown {
    Extent x, left, right;
    bool dots = false; ///< need room beside the last one
};

ChartAxes::ChartAxes(QCustomPlot& plot, ChartFormat yFormat) : m_plot(plot), m_format(yFormat)
{
    m_plot.xAxis->setTicker(ticker(ChartFormat::Count, kIntervalsX));
    setYFormat(yFormat);
    m_plot.yAxis2->setTicker(ticker(ChartFormat::Count, kIntervalsY));
    m_plot.axisRect()->setMinimumMargins({52, 10, 20, 20}); // one left edge for charts under each other
    m_plot.axisRect()->setRangeZoom(Qt::Horizontal);
    m_plot.axisRect()->setRangeDrag(Qt::Horizontal);
}

void ChartAxes::setYFormat(ChartFormat format)
{
    m_format = format;
    setTickers();
}

void ChartAxes::setTickers()
{
    using Ticker = QSharedPointer<QCPAxisTicker>;
    m_plot.yAxis->setTicker(m_logY ? Ticker(new LogTicker(m_format, kIntervalsY)) : ticker(m_format, kIntervalsY));
}

void ChartAxes::setX(double minimum, double maximum)
{
    m_xMinimum = minimum;
    m_xMaximum = maximum;
}

void ChartAxes::setY(double minimum, double maximum)
{
    m_yMinimum = minimum;
    m_yMaximum = maximum;
}

void ChartAxes::forgetX()
{
    m_xMinimum = m_xMaximum = std::numeric_limits<double>::quiet_NaN();
}

void ChartAxes::setRightMargin(int pixels)
{
    QMargins margins = m_plot.axisRect()->minimumMargins();
    margins.setRight(pixels);
    m_plot.axisRect()->setMinimumMargins(margins);
}

void ChartAxes::setLogY(bool on)
{
    m_logY = on;
    m_isFitting = true;
    m_plot.yAxis->setScaleType(on ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    m_isFitting = false;
    setTickers();
}

void ChartAxes::chooseDirection(const QPointF& position)
{
    const bool overYAxis = position.x() < m_plot.axisRect()->left();
    m_plot.axisRect()->setRangeZoom(overYAxis ? Qt::Vertical : Qt::Horizontal);
    m_plot.axisRect()->setRangeDrag(overYAxis ? Qt::Vertical : Qt::Horizontal);
}

Extent ChartAxes::valuesOf(const ChartLines::Line& line) const
{
    const Curve& curve = line.curve();
    // Where only the newest part is shown, what is left of it does not count.
    const std::size_t first = std::isfinite(m_xMinimum) ? curve.indexOf(m_xMinimum) : 0;
    const bool isLogarithmic = m_logY && !line.series.rightAxis;
    const Extent all = isLogarithmic ? curve.positiveExtent(first, curve.size()) : curve.extent(first, curve.size());
    const bool whole = line.series.rightAxis || m_format == ChartFormat::Count || first > 0 || all.isEmpty();
    return whole ? all : typicalExtent(curve, all);
}

ChartAxes::Shown ChartAxes::shownOf(const ChartLines& lines, const ChartMarks& marks) const
{
    Shown shown;
    for (const ChartLines::Line& line : lines) {
        if (line.hidden)
            continue;
        const Curve& curve = line.curve();
        if (!curve.isEmpty()) {
            shown.x.include(curve.points().front().x);
            shown.x.include(curve.points().back().x);
        }
        shown.dots |= line.hasDots();
        (line.series.rightAxis ? shown.right : shown.left).include(valuesOf(line));
    }
    for (const ChartMarks::Reference& reference : marks.references())
        if (!reference.hidden && (reference.value > 0 || !m_logY))
            shown.left.include(reference.value);
    return shown;
}

void ChartAxes::fit(const ChartLines& lines, const ChartMarks& marks)
{
    const Shown shown = shownOf(lines, marks);
    m_isFitting = true;
    fitX(shown);
    fitY(shown);
    m_isFitting = false;
}

void ChartAxes::fitX(const Shown& shown)
{
    const Extent& x = shown.x;
    if (std::isfinite(m_xMinimum) && m_xMaximum > m_xMinimum)
        m_plot.xAxis->setRange(m_xMinimum, std::max(m_xMaximum, x.isEmpty() ? 0 : x.high));
    else if (!x.isEmpty() && x.high > x.low)
        m_plot.xAxis->setRange(std::isfinite(m_xMinimum) ? m_xMinimum : x.low,
                               x.high + (shown.dots ? 0.01 * x.high : 0));
    else
        m_plot.xAxis->setRange(0, 1000);
}

void ChartAxes::fitY(Shown shown)
{
    Extent &left = shown.left, &right = shown.right;
    if (m_format == ChartFormat::Count && !m_logY) {
        left.include(0);
        if (left.high <= 0)
            left.include(1000);
    }
    right.include(0);
    if (left.isEmpty()) {
        left.include(0);
        left.include(1);
    }
    if (m_yMaximum > m_yMinimum)
        m_plot.yAxis->setRange(m_yMinimum, m_yMaximum);
    else if (m_logY && left.high > 0)
        m_plot.yAxis->setRange(std::max(left.low, left.high * 1e-6) * 0.98, left.high * 1.02);
    else
        m_plot.yAxis->setRange(niceRange(left.low, left.high, kIntervalsY));
    m_plot.yAxis2->setRange(niceRange(right.low, std::max(right.high, m_rightAtLeast), kIntervalsY));
}

void ChartAxes::restyle()
{
    const Theme& theme = Theme::current();
    QFont small = m_plot.font();
    small.setPixelSize(11);
    for (QCPAxis* axis : {m_plot.xAxis, m_plot.yAxis, m_plot.yAxis2}) {
        axis->setBasePen(Qt::NoPen);
        axis->setTickPen(Qt::NoPen);
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLabelColor(theme.dim);
        axis->setTickLabelFont(small);
        axis->setLabelColor(theme.dim);
        axis->setLabelFont(small);
        axis->setTickLabelPadding(4);
        axis->grid()->setPen(QPen(theme.grid, 1));
        axis->grid()->setZeroLinePen(QPen(theme.grid, 1));
    }
    m_plot.xAxis->grid()->setVisible(false);
}

} // namespace millrace
