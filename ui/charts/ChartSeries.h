// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>

namespace millrace
{

/// What a curve of a chart is called and how it is drawn.
struct ChartSeries {
    QString name; ///< without one it has no entry in the legend
    QColor color;
    double width = 1.8;
    double opacity = 1;
    bool rightAxis = false;
    bool dots = false;
    bool dashed = false;
    enum class Dot { Disc, Ring };
    Dot dot = Dot::Disc; ///< what the dots are
};

} // namespace millrace
