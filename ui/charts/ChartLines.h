// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "charts/ChartSeries.h"
#include "charts/SmoothedCurve.h"

#include <optional>
#include <vector>

class QCPGraph;
class QCustomPlot;

namespace millrace
{

/// The curves of a chart: all their points, and of each on the plot no more than a pixel column can show. Smoothing and
/// thinning of many points are worked through in slices, by workOn(), so that the window never waits.
class ChartLines
{
public:
    struct Line {
        [[nodiscard]] const Curve& curve() const { return smoothed ? smoothed->curve() : points; }
        [[nodiscard]] bool hasDots() const;
        ChartSeries series;
        QCPGraph* graph = nullptr; ///< holds what is drawn
        Curve points;
        std::optional<SmoothedCurve> smoothed; ///< its points are those of the source
        int source = -1;                       ///< of a smoothed line
        bool hidden = false;                   ///< by a person: neither drawn, fitted nor read out
    };

    explicit ChartLines(QCustomPlot& plot) : m_plot(plot) {} ///< which owns what is drawn

    int add(const ChartSeries& series);
    int addSmoothed(int source, const ChartSeries& series);
    [[nodiscard]] Line& operator[](int index) { return m_lines[static_cast<std::size_t>(index)]; }
    [[nodiscard]] const Line& operator[](int index) const { return m_lines[static_cast<std::size_t>(index)]; }
    [[nodiscard]] auto begin() const { return m_lines.begin(); }
    [[nodiscard]] auto end() const { return m_lines.end(); }

    /// Also to the lines that smooth it, where the point stands for so many values. True: there is work.
    bool append(int line, const Curve::Point& point, int times);
    void clear(); ///< points
    void setSmoothing(double factor);
    void setDots(int line, bool on);
    void setHidden(int line, bool on);
    [[nodiscard]] bool isSmoothed() const;
    [[nodiscard]] bool isEmpty() const; ///< no line has a point
    /// A slice of what there is to do; false when that was the last.
    bool workOn();
    /// Hands to each graph what it shows of its curve.
    void decimate(double columnsPerPixel);
    void restyle();

private:
    bool thinSome();
    QCustomPlot& m_plot;
    std::vector<Line> m_lines;
};

} // namespace millrace
