// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/ChartMarks.h"

#include "style/Theme.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace millrace
{

namespace
{

constexpr int kMarkLines = 4, kMarkPadding = 5;
constexpr double kNear = 4; ///< pixels between the mouse and the line of a mark that it is at

QPen dashedPen(const QColor& color, double width, const QList<qreal>& pattern)
{
    QPen pen(color, width, Qt::CustomDashLine);
    pen.setDashPattern(pattern);
    return pen;
}

} // namespace

void ChartMarks::add(double x, const QString& text, const QColor& color)
{
    Mark mark{x, new QCPItemStraightLine(&m_plot), new QCPItemText(&m_plot), color, {}};
    mark.line->point1->setCoords(x, 0);
    mark.line->point2->setCoords(x, 1);
    mark.text->position->setTypeX(QCPItemPosition::ptPlotCoords);
    mark.text->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    mark.text->setPadding({kMarkPadding, 0, kMarkPadding, 0});
    mark.text->setText(text);
    mark.text->setLayer("legend"); // above all lines
    restyle(mark);
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
        line->setVisible(!m_hidden.contains(name));
        m_references.push_back({name, y, line, m_hidden.contains(name)});
    }
    return true;
}

void ChartMarks::clearReferences()
{
    for (const Reference& reference : m_references)
        m_plot.removeItem(reference.line);
    m_references.clear();
}

void ChartMarks::setReferenceHidden(const QString& name, bool on)
{
    if (on)
        m_hidden.insert(name);
    else
        m_hidden.erase(name);
    for (Reference& reference : m_references)
        if (reference.name == name) {
            reference.hidden = on;
            reference.line->setVisible(!on);
        }
}

QStringList ChartMarks::textsNear(double pixel) const
{
    QStringList texts;
    for (const Mark& mark : m_marks)
        if (std::abs(m_plot.xAxis->coordToPixel(mark.x) - pixel) <= kNear)
            texts << mark.text->text();
    return texts;
}

void ChartMarks::arrange()
{
    std::vector<QRectF> taken;
    for (const Mark& mark : m_marks)
        mark.text->setVisible(m_plot.xAxis->range().contains(mark.x) && place(mark, taken));
}

/// Right of its line, or left of it; in the first line of text that has room. False: there is none.
bool ChartMarks::place(const Mark& mark, std::vector<QRectF>& taken) const
{
    const QRectF area = m_plot.axisRect()->rect();
    const QSizeF size = mark.size;
    const double at = m_plot.xAxis->coordToPixel(mark.x);
    for (const Qt::Alignment side : {Qt::AlignLeft, Qt::AlignRight}) // the side of the text that stands at its line
        for (int line = 0; line < kMarkLines; ++line) {
            const QRectF rect({side == Qt::AlignLeft ? at : at - size.width(), area.top() + 1 + line * size.height()},
                              size);
            const auto covers = [&rect](const QRectF& other) { return other.intersects(rect); };
            if (!area.contains(rect) || std::ranges::any_of(taken, covers))
                continue;
            taken.push_back(rect);
            mark.text->setPositionAlignment(side | Qt::AlignTop);
            mark.text->position->setCoords(mark.x, (rect.top() - area.top()) / area.height());
            return true;
        }
    return false;
}

void ChartMarks::restyle(Mark& mark) const
{
    const QColor color = mark.color.isValid() ? mark.color : Theme::current().dim;
    QFont small = m_plot.font();
    small.setPixelSize(11);
    mark.line->setPen(dashedPen(color, 1, {3, 3}));
    QColor behind = Theme::current().card;
    behind.setAlphaF(0.8F);
    mark.text->setBrush(behind); // lines of other marks may pass there
    mark.text->setColor(color);
    mark.text->setFont(small);
    // As QCustomPlot measures it: a line of another font's letters is higher than the font's own.
    const QSize text = QFontMetrics(small).boundingRect(0, 0, 0, 0, Qt::TextDontClip, mark.text->text()).size();
    mark.size = text + QSize(2 * kMarkPadding, 0);
}

void ChartMarks::restyle()
{
    for (Mark& mark : m_marks)
        restyle(mark);
    for (const Reference& reference : m_references)
        reference.line->setPen(dashedPen(Theme::current().best, 1.4, {4, 4}));
}

} // namespace millrace
