// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>

class QCustomPlot;
class QPaintDevice;

namespace millrace
{

class ChartHead;
class ChartLines;

/// A chart as a picture in a file: title and legend, the plot, and the name of the x axis below it.
class ChartPicture
{
public:
    ChartPicture(QCustomPlot& plot, const ChartHead& head, ChartLines& lines, const QString& xName)
        : m_plot(plot), m_head(head), m_lines(lines), m_xName(xName)
    {
    }
    /// By the file's ending: .svg, else PNG (2×). chart: its size on the screen. False when it cannot be written.
    bool save(const QString& file, QSize chart);

private:
    bool paintTo(QPaintDevice& device, QSize size, double scale);
    QCustomPlot& m_plot;
    const ChartHead& m_head;
    ChartLines& m_lines;
    QString m_xName;
};

} // namespace millrace
