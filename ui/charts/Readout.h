// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QCustomPlot;
class QCPItemStraightLine;
class QCPItemText;

namespace millrace
{

/// The values at a place of a plot, beside a vertical line there. On a layer of its own: following the mouse draws no
/// curve anew.
class Readout
{
public:
    explicit Readout(QCustomPlot& plot); ///< which owns what is drawn
    void show(double x, const QString& text);
    void hide();
    [[nodiscard]] bool isVisible() const;
    [[nodiscard]] QString text() const; ///< empty when hidden
    void restyle();

private:
    void draw();
    QCustomPlot& m_plot;
    QCPItemStraightLine* m_line;
    QCPItemText* m_text;
};

} // namespace millrace
