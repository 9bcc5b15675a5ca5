// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "charts/ChartFormat.h"
#include "charts/ChartLines.h"

#include <limits>

class QCustomPlot;
class QPointF;

namespace millrace
{

class ChartMarks;

/// The axes of a chart: how they are ticked, which stretch of the curves they show while the chart follows, and which
/// of them the mouse moves.
class ChartAxes
{
public:
    ChartAxes(QCustomPlot& plot, ChartFormat yFormat);
    void setYFormat(ChartFormat format);

    void setX(double minimum, double maximum);
    void setY(double minimum, double maximum); ///< instead of what the points make of it
    void setRightAtLeast(double maximum) { m_rightAtLeast = maximum; }
    void setRightMargin(int pixels);
    void setLogY(bool on);
    void forgetX(); ///< of curves that are gone

    /// Shows the whole, or the ranges that were set.
    void fit(const ChartLines& lines, const ChartMarks& marks);
    /// A range changes by what is called here, not by a person.
    [[nodiscard]] bool isFitting() const { return m_isFitting; }
    /// The mouse pans and zooms from there: over the y axis that one.
    void chooseDirection(const QPointF& position);
    [[nodiscard]] ChartFormat yFormat() const { return m_format; }
    void restyle();

private:
    struct Shown;
    void setTickers();
    [[nodiscard]] Extent valuesOf(const ChartLines::Line& line) const;
    [[nodiscard]] Shown shownOf(const ChartLines& lines, const ChartMarks& marks) const;
    void fitX(const Shown& shown);
    void fitY(Shown shown);

    QCustomPlot& m_plot;
    ChartFormat m_format;
    double m_xMinimum = std::numeric_limits<double>::quiet_NaN(), m_xMaximum = m_xMinimum;
    double m_yMinimum = m_xMinimum, m_yMaximum = m_xMinimum;
    double m_rightAtLeast = 1;
    bool m_logY = false, m_isFitting = false;
};

} // namespace millrace
