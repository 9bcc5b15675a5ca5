// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/LegendLabel.h"

#include "style/Theme.h"
#include "widgets/Telling.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>

namespace millrace
{

namespace
{
constexpr int kStroke = 14, kGap = 5, kSpace = 6, kHeight = 20;
constexpr int kPadding = 4; ///< between an entry and the frame of what the keys are at
} // namespace

LegendLabel::LegendLabel(QWidget* parent) : QWidget(parent)
{
    tellWhenAsked(*this, QAccessible::List, [] { return QString(); }); // its names are its name
    setObjectName("chartLegend");
    QFont small = font();
    small.setPixelSize(12);
    setFont(small);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void LegendLabel::setEntries(std::vector<Entry> entries)
{
    m_entries = std::move(entries);
    m_current = std::clamp(m_current, 0, std::max(0, count() - 1));
    setFocusPolicy(m_entries.empty() ? Qt::NoFocus : Qt::TabFocus);
    tell();
    updateGeometry();
    update();
}

/// To those who do not see it, or not all of it.
void LegendLabel::tell()
{
    const auto told = [](const Entry& entry) { return entry.hidden ? tr("%1 (hidden)").arg(entry.name) : entry.name; };
    const std::vector<QRect> places = rects();
    QStringList names, noRoom;
    for (int i = 0; i < count(); ++i) {
        const Entry& entry = m_entries[static_cast<std::size_t>(i)];
        names << told(entry);
        if (places[static_cast<std::size_t>(i)].isEmpty())
            noRoom << told(entry);
    }
    setAccessibleName(names.join(", "));
    setAccessibleDescription(names.value(m_current));
    noRoom << tr("A click on a name hides its line, or shows it again");
    setToolTip(noRoom.join('\n'));
}

int LegendLabel::widthOf(const Entry& entry) const
{
    return kStroke + kGap + fontMetrics().horizontalAdvance(entry.name) + 2 * kPadding;
}

/// Of each entry, empty where it has no room. What the keys are at always has: those before it make way.
std::vector<QRect> LegendLabel::rects() const
{
    std::vector<QRect> places(m_entries.size());
    int first = hasFocus() ? m_current : 0;
    for (int used = 0; first > 0; --first) {
        used += widthOf(m_entries[static_cast<std::size_t>(first)]) + kSpace;
        if (used + widthOf(m_entries[static_cast<std::size_t>(first - 1)]) > width())
            break;
    }
    for (int i = first, x = 0; i < count(); ++i) {
        const int wide = widthOf(m_entries[static_cast<std::size_t>(i)]);
        if (x + wide > width() && (i != m_current || !hasFocus()))
            break;
        places[static_cast<std::size_t>(i)] = {x, (height() - kHeight) / 2, wide, kHeight};
        x += wide + kSpace;
    }
    return places;
}

QRect LegendLabel::rectOf(const QString& name) const
{
    const auto entry = std::ranges::find(m_entries, name, &Entry::name);
    return entry == m_entries.end() ? QRect() : rects()[static_cast<std::size_t>(entry - m_entries.begin())];
}

QSize LegendLabel::sizeHint() const
{
    int width = 0;
    for (const Entry& entry : m_entries)
        width += widthOf(entry) + (width > 0 ? kSpace : 0);
    return {width, kHeight};
}

QSize LegendLabel::minimumSizeHint() const
{
    return {0, kHeight};
}

void LegendLabel::paintEntry(QPainter& painter, const Entry& entry, const QRect& rect, const QColor& textColor) const
{
    const QPointF middle(rect.left() + kPadding + kStroke / 2.0, rect.center().y() + 0.5);
    painter.setOpacity(entry.hidden ? 0.5 : 1);
    const bool isThin = entry.sign != Entry::Sign::Line;
    QPen pen(entry.color, isThin ? 1.4 : 3, Qt::SolidLine, Qt::RoundCap);
    if (entry.sign == Entry::Sign::Dashes)
        pen.setDashPattern({2.5, 2.5});
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    if (entry.sign == Entry::Sign::Ring)
        painter.drawEllipse(middle, 4.5, 4.5);
    else
        painter.drawLine(middle - QPointF(kStroke / 2.0 - 1.5, 0), middle + QPointF(kStroke / 2.0 - 1.5, 0));
    QFont font = this->font();
    font.setStrikeOut(entry.hidden);
    painter.setFont(font);
    painter.setPen(textColor);
    painter.drawText(rect.adjusted(kPadding + kStroke + kGap, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, entry.name);
    painter.setOpacity(1);
}

void LegendLabel::paint(QPainter& painter, QPoint leftMiddle, const QColor& textColor, int widthLimit) const
{
    int x = 0;
    for (const Entry& entry : m_entries) {
        const int wide = widthOf(entry);
        if (entry.hidden)
            continue;
        if (x + wide > widthLimit)
            break;
        paintEntry(painter, entry, {leftMiddle.x() + x, leftMiddle.y() - kHeight / 2, wide, kHeight}, textColor);
        x += wide + kSpace;
    }
}

void LegendLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const std::vector<QRect> places = rects();
    for (int i = 0; i < count(); ++i) {
        const QRect& place = places[static_cast<std::size_t>(i)];
        if (place.isEmpty())
            continue;
        paintEntry(painter, m_entries[static_cast<std::size_t>(i)], place, Theme::current().dim);
        if (!hasFocus() || i != m_current)
            continue;
        painter.setPen(Theme::current().accent);
        painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
}

void LegendLabel::mousePressEvent(QMouseEvent* event)
{
    const std::vector<QRect> places = rects();
    const QPoint at = event->position().toPoint();
    const auto place = std::ranges::find_if(places, [at](const QRect& rect) { return rect.contains(at); });
    if (event->button() != Qt::LeftButton || place == places.end())
        return QWidget::mousePressEvent(event);
    setCurrent(static_cast<int>(place - places.begin()));
    emit toggled(Entry(m_entries[static_cast<std::size_t>(m_current)])); // a copy: they are set anew
}

void LegendLabel::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Left)
        setCurrent(std::max(0, m_current - 1));
    else if (event->key() == Qt::Key_Right)
        setCurrent(std::min(count() - 1, m_current + 1));
    else if (event->key() == Qt::Key_Space && count() > 0)
        emit toggled(Entry(m_entries[static_cast<std::size_t>(m_current)]));
    else
        QWidget::keyPressEvent(event);
}

void LegendLabel::setCurrent(int index)
{
    m_current = index;
    tell();
    update();
}

void LegendLabel::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    tell();
}

void LegendLabel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    tell();
}

} // namespace millrace
