// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/LegendLabel.h"

#include "style/Theme.h"

#include <QPainter>

namespace millrace
{

namespace
{
constexpr int kStroke = 14, kGap = 5, kSpace = 14;
}

LegendLabel::LegendLabel(QWidget* parent) : QWidget(parent)
{
    QFont small = font();
    small.setPixelSize(12);
    setFont(small);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void LegendLabel::setEntries(std::vector<Entry> entries)
{
    m_entries = std::move(entries);
    QStringList names;
    for (const Entry& entry : m_entries)
        names << entry.name;
    setAccessibleName(names.join(", "));
    setToolTip(accessibleName()); // what has no room is not drawn
    updateGeometry();
    update();
}

int LegendLabel::widthOf(const Entry& entry) const
{
    return kStroke + kGap + fontMetrics().horizontalAdvance(entry.name) + 2;
}

QSize LegendLabel::sizeHint() const
{
    int width = 0;
    for (const Entry& entry : m_entries)
        width += widthOf(entry) + (width > 0 ? kSpace : 0);
    return {width, 20};
}

QSize LegendLabel::minimumSizeHint() const
{
    return {0, 20};
}

int LegendLabel::paint(QPainter& painter, QPoint leftMiddle, const QColor& textColor, int widthLimit) const
{
    painter.setFont(font());
    int x = leftMiddle.x();
    for (const Entry& entry : m_entries) {
        const int width = widthOf(entry);
        if (x + width > leftMiddle.x() + widthLimit)
            break;
        QPen pen(entry.color, entry.dashed ? 1.4 : 3, entry.dashed ? Qt::CustomDashLine : Qt::SolidLine, Qt::RoundCap);
        if (entry.dashed)
            pen.setDashPattern({2.5, 2.5});
        painter.setPen(pen);
        painter.drawLine(QPointF(x + 1.5, leftMiddle.y() + 0.5), QPointF(x + kStroke - 1.5, leftMiddle.y() + 0.5));
        painter.setPen(textColor);
        painter.drawText(QRect(x + kStroke + kGap, leftMiddle.y() - 10, width, 20), Qt::AlignLeft | Qt::AlignVCenter,
                         entry.name);
        x += width + kSpace;
    }
    return x - leftMiddle.x();
}

void LegendLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paint(painter, {0, height() / 2}, Theme::current().dim, width());
}

} // namespace millrace
