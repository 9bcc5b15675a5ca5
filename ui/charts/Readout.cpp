// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/Readout.h"

#include "style/Theme.h"

#include <qcustomplot.h>

namespace millrace
{

namespace
{

constexpr double kTurnsAt = 0.6; ///< of the width: right of it the text stands left of the line

} // namespace

Readout::Readout(QCustomPlot& plot)
    : m_plot(plot), m_line(new QCPItemStraightLine(&plot)), m_text(new QCPItemText(&plot))
{
    m_line->setLayer("overlay");
    m_text->setLayer("overlay");
    m_text->setTextAlignment(Qt::AlignLeft);
    m_text->setPadding({7, 4, 7, 4});
    m_text->position->setTypeX(QCPItemPosition::ptAbsolute);
    m_text->position->setTypeY(QCPItemPosition::ptAbsolute);
    m_line->setVisible(false);
    m_text->setVisible(false);
    restyle();
}

void Readout::show(double x, const QString& text)
{
    const QCPAxisRect& area = *m_plot.axisRect();
    const double at = m_plot.xAxis->coordToPixel(x);
    const bool right = at < area.left() + kTurnsAt * area.width();
    m_line->point1->setCoords(x, 0);
    m_line->point2->setCoords(x, 1);
    m_text->setText(text);
    m_text->setPositionAlignment((right ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignTop);
    m_text->position->setCoords(at + (right ? 8 : -8), area.top() + 4);
    m_line->setVisible(true);
    m_text->setVisible(true);
    draw();
}

void Readout::hide()
{
    if (!isVisible())
        return;
    m_line->setVisible(false);
    m_text->setVisible(false);
    draw();
}

bool Readout::isVisible() const
{
    return m_text->visible();
}

QString Readout::text() const
{
    return isVisible() ? m_text->text() : QString();
}

void Readout::draw()
{
    m_plot.layer("overlay")->replot();
}

void Readout::restyle()
{
    const Theme& theme = Theme::current();
    QFont small = m_plot.font();
    small.setPixelSize(11);
    m_line->setPen(QPen(theme.dim, 0));
    m_text->setFont(small);
    m_text->setColor(theme.text);
    m_text->setBrush(theme.card);
    m_text->setPen(QPen(theme.line, 1));
}

} // namespace millrace
