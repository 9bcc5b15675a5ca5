// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/ChartMarks.h"

#include "style/Theme.h"

#include <qcustomplot.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace millrace
{

namespace
{

constexpr std::ptrdiff_t kMarkLines = 4;

QPen dashedPen(const QColor& color, double width, const QList<qreal>& pattern)
{
    QPen pen(color, width, Qt::CustomDashLine);
    pen.setDashPattern(pattern);
    return pen;
}

} // namespace

void ChartMarks::add(double x, const QString& text, const QColor& color)
{
    const Mark mark{x, new QCPItemStraightLine(&m_plot), new QCPItemText(&m_plot), color};
    mark.line->point1->setCoords(x, 0);
    mark.line->point2->setCoords(x, 1);
    mark.text->position->setTypeX(QCPItemPosition::ptPlotCoords);
    mark.text->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    mark.text->setPadding({5, 0, 5, 0});
    mark.text->setText(text);
    m_marks.push_back(mark);
}

void ChartMarks::clear()
{
    for (const Mark& mark : m_marks) {
        m_plot.removeItem(mark.line);
        m_plot.removeItem(mark.text);
    }
    m_marks.clear();
}

bool ChartMarks::setReference(const QString& name, double y)
{
    const auto old = std::ranges::find(m_references, name, &Reference::name);
    if (old != m_references.end()) {
        if (old->value == y)
            return false;
        m_plot.removeItem(old->line);
        m_references.erase(old);
    }
    if (std::isfinite(y)) {
        auto* line = new QCPItemStraightLine(&m_plot);
        line->point1->setCoords(0, y);
        line->point2->setCoords(1, y);
        m_references.push_back({name, y, line});
    }
    return true;
}

void ChartMarks::clearReferences()
{
    for (const Reference& reference : m_references)
        m_plot.removeItem(reference.line);
    m_references.clear();
}

void ChartMarks::arrange()
{
    // Text stands right of its line, but left of it near the right edge; in the first line of text that has room.
    const QCPRange range = m_plot.xAxis->range();
    std::array<double, kMarkLines> usedTo{}; // pixels
    for (const Mark& mark : m_marks) {
        const bool nearEnd = mark.x > range.lower + range.size() * 0.75;
        const QFontMetrics metrics(mark.text->font());
        const double width = metrics.horizontalAdvance(mark.text->text()) + 10;
        const double left = m_plot.xAxis->coordToPixel(mark.x) - (nearEnd ? width : 0);
        const auto room = std::ranges::find_if(usedTo, [left](double to) { return to <= left; });
        const auto line = room == usedTo.end() ? kMarkLines - 1 : room - usedTo.begin();
        usedTo.at(static_cast<std::size_t>(line)) = left + width;
        mark.text->setPositionAlignment((nearEnd ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop);
        mark.text->position->setCoords(mark.x, 0.01 + static_cast<double>(line) * metrics.height() /
                                                          std::max(1, m_plot.axisRect()->height()));
    }
}

void ChartMarks::restyle()
{
    const Theme& theme = Theme::current();
    QFont small = m_plot.font();
    small.setPixelSize(11);
    for (const Mark& mark : m_marks) {
        const QColor color = mark.color.isValid() ? mark.color : theme.dim;
        mark.line->setPen(dashedPen(color, 1, {3, 3}));
        mark.text->setColor(color);
        mark.text->setFont(small);
    }
    for (const Reference& reference : m_references)
        reference.line->setPen(dashedPen(theme.best, 1.4, {4, 4}));
}

} // namespace millrace
