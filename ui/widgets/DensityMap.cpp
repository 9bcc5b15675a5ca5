// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/DensityMap.h"

#include "models/Values.h"
#include "style/Theme.h"
#include "widgets/Telling.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>

namespace millrace
{

namespace
{

constexpr int kCaptionLine = 16, kSide = 64;
constexpr int kLeastCells = 6; ///< that are shown a side

std::int64_t mostIn(const std::vector<std::vector<std::int64_t>>& counts)
{
    std::int64_t most = 1;
    for (const auto& row : counts)
        for (const std::int64_t count : row)
            most = std::max(most, count);
    return most;
}

} // namespace

DensityMap::DensityMap(QWidget* parent) : QWidget(parent)
{
    tellWhenAsked(*this, QAccessible::Chart, [this] { return tellCells(); });
    setAccessibleName(tr("Predicted against actual"));
}

void DensityMap::setCells(Cells cells)
{
    m_cells = std::move(cells);
    const int size = static_cast<int>(m_cells.counts.size());
    m_first = size;
    m_last = -1;
    for (int actual = 0; actual < size; ++actual)
        for (int predicted = 0; predicted < size; ++predicted) {
            if (m_cells.counts[static_cast<std::size_t>(actual)].at(static_cast<std::size_t>(predicted)) == 0)
                continue;
            m_first = std::min({m_first, actual, predicted});
            m_last = std::max({m_last, actual, predicted});
        }
    while (m_last >= 0 && shown() < std::min(kLeastCells, size)) {
        m_first = std::max(0, m_first - 1);
        m_last = std::min(size - 1, m_last + 1);
    }
    update();
}

/// How many records there are, where, and how many of them are as they were foretold.
QString DensityMap::tellCells() const
{
    if (m_last < 0)
        return m_emptyText;
    std::int64_t all = 0, near = 0;
    for (int actual = m_first; actual <= m_last; ++actual)
        for (int predicted = m_first; predicted <= m_last; ++predicted) {
            const std::int64_t count =
                m_cells.counts[static_cast<std::size_t>(actual)][static_cast<std::size_t>(predicted)];
            all += count;
            near += std::abs(actual - predicted) <= 1 ? count : 0;
        }
    return tr("%1 records, actual and predicted from %2 to %3; of %4 both differ by less than %5")
        .arg(countText(static_cast<qint64>(all)), shortText(edge(m_first)), shortText(edge(m_last + 1)),
             percentText(static_cast<double>(near) / static_cast<double>(all)), shortText(2 * (edge(1) - edge(0))));
}

void DensityMap::setUnit(const QString& unit)
{
    m_unit = unit;
    update();
}

QRectF DensityMap::area() const
{
    return QRectF(rect()).adjusted(kSide, 2, -2, -2 * kCaptionLine);
}

double DensityMap::edge(int cell) const
{
    const double cells = static_cast<double>(m_cells.counts.size()) - 2;
    return m_cells.from + (cell - 1) * (m_cells.to - m_cells.from) / cells;
}

QString DensityMap::named(const QString& name) const
{
    return m_unit.isEmpty() ? name : tr("%1, %2", "a quantity and its unit").arg(name, m_unit);
}

void DensityMap::paintAxes(QPainter& painter) const
{
    const Theme& theme = Theme::current();
    const QRectF plot = area();
    QFont small = font();
    small.setPixelSize(11);
    painter.setFont(small);
    painter.setPen(theme.grid);
    painter.drawRect(plot);
    painter.setPen(theme.dim);
    const QString low = shortText(edge(m_first)), high = shortText(edge(m_last + 1));
    const QRectF across(plot.left(), plot.bottom() + 1, plot.width(), kCaptionLine);
    painter.drawText(across, Qt::AlignLeft, low);
    painter.drawText(across, Qt::AlignRight, high);
    painter.drawText(across.translated(0, kCaptionLine - 2), Qt::AlignHCenter, named(tr("actual")));
    const QRectF up(0, plot.top(), kSide - 6, plot.height());
    painter.drawText(up, Qt::AlignRight | Qt::AlignBottom, low);
    painter.drawText(up, Qt::AlignRight | Qt::AlignTop, high);
    painter.save();
    painter.translate(up.left() + kCaptionLine, plot.center().y());
    painter.rotate(-90);
    painter.drawText(QRectF(-plot.height() / 2, -kCaptionLine, plot.height(), kCaptionLine), Qt::AlignCenter,
                     named(tr("predicted")));
    painter.restore();
}

/// By the logarithm of the counts: a single record is seen beside thousands.
void DensityMap::paintCells(QPainter& painter) const
{
    const QRectF plot = area();
    const double wide = plot.width() / shown(), high = plot.height() / shown();
    const double most = std::log1p(static_cast<double>(mostIn(m_cells.counts)));
    for (int actual = m_first; actual <= m_last; ++actual)
        for (int predicted = m_first; predicted <= m_last; ++predicted) {
            const std::int64_t count =
                m_cells.counts[static_cast<std::size_t>(actual)][static_cast<std::size_t>(predicted)];
            if (count == 0)
                continue;
            QColor colour = Theme::current().accent;
            colour.setAlphaF(static_cast<float>(0.12 + 0.88 * std::log1p(static_cast<double>(count)) / most));
            painter.fillRect(QRectF(plot.left() + (actual - m_first) * wide,
                                    plot.bottom() - (predicted - m_first + 1) * high, wide, high),
                             colour);
        }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(Theme::current().text, 1.2, Qt::DashLine));
    painter.drawLine(plot.bottomLeft(), plot.topRight());
}

void DensityMap::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    if (m_last < 0) {
        painter.setPen(Theme::current().dim);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    paintCells(painter);
    paintAxes(painter);
}

bool DensityMap::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QRectF plot = area();
    if (m_last < 0 || !plot.contains(help->pos()))
        return true;
    const int actual = m_first + static_cast<int>((help->pos().x() - plot.left()) / plot.width() * shown()),
              predicted = m_first + static_cast<int>((plot.bottom() - help->pos().y()) / plot.height() * shown());
    const auto at = [this](int cell) { return static_cast<std::size_t>(std::min(cell, m_last)); };
    QToolTip::showText(help->globalPos(),
                       tr("actual from %1, predicted from %2: %3 records")
                           .arg(shortText(edge(actual)), shortText(edge(predicted)),
                                countText(static_cast<qint64>(m_cells.counts[at(actual)][at(predicted)]))),
                       this);
    return true;
}

} // namespace millrace
