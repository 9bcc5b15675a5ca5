// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>

class QCustomPlot;
class QIODevice;
class QPaintDevice;

namespace millrace
{

class ChartHead;
class ChartLines;

/// A chart as a file: as a picture with title and legend, the plot, and the name of the x axis below it; or the values
/// as a table.
class ChartPicture
{
public:
    ChartPicture(QCustomPlot& plot, const ChartHead& head, ChartLines& lines, const QString& xName)
        : m_plot(plot), m_head(head), m_lines(lines), m_xName(xName)
    {
    }
    /// By the file's ending: .csv (see ChartTable.h), .svg, else PNG (2×). chart: its size on the screen. Whole or not
    /// at all; false when it cannot be written.
    bool save(const QString& file, QSize chart);

private:
    bool writeTo(QIODevice& device, const QString& ending, QSize size);
    bool writeSvg(QIODevice& device, QSize size);
    bool paintTo(QPaintDevice& device, QSize size, double scale);
    QCustomPlot& m_plot;
    const ChartHead& m_head;
    ChartLines& m_lines;
    QString m_xName;
};

} // namespace millrace
