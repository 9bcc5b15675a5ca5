// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/BinHistogram.h"

#include "models/Values.h"
#include "style/Theme.h"
#include "widgets/Telling.h"

#include <QPainter>
#include <algorithm>
#include <numeric>

namespace millrace
{

namespace
{

constexpr int kRangeLine = 16;

} // namespace

BinHistogram::BinHistogram(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    tellWhenAsked(*this, QAccessible::Chart, [this] { return tellBins(); });
}

void BinHistogram::setName(const QString& name)
{
    m_name = name;
    setAccessibleName(name);
    setToolTip(name);
    update();
}

void BinHistogram::setBins(Bins bins)
{
    m_bins = std::move(bins);
    update();
}

/// Of the numbers that are drawn how many there are, and where most of them are.
QString BinHistogram::tellBins() const
{
    if (m_bins.counts.empty())
        return m_emptyText;
    const auto most = std::ranges::max_element(m_bins.counts);
    const double step = (m_bins.to - m_bins.from) / static_cast<double>(m_bins.counts.size()),
                 low = m_bins.from + step * static_cast<double>(most - m_bins.counts.begin());
    const std::int64_t all = std::accumulate(m_bins.counts.begin(), m_bins.counts.end(), std::int64_t{0});
    return tr("%1 from %2 to %3, most of them from %4 to %5: %6")
               .arg(countText(static_cast<qint64>(all)), shortText(m_bins.from), shortText(m_bins.to), shortText(low),
                    shortText(low + step), countText(static_cast<qint64>(*most))) +
           outsideText();
}

QString BinHistogram::outsideText() const
{
    const std::int64_t outside = m_bins.below + m_bins.above;
    return outside > 0 ? QStringLiteral(" · ") + tr("%1 outside").arg(countText(static_cast<qint64>(outside)))
                       : QString();
}

void BinHistogram::paintEvent(QPaintEvent* /*event*/)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    QFont small = font();
    small.setPixelSize(11);
    painter.setFont(small);
    const QFontMetrics metrics(small);
    const QRectF area(0, 2, width(), height() - 2 - 2 * kRangeLine);
    painter.fillRect(QRectF(0, area.bottom(), width(), 1), theme.grid);
    painter.setPen(theme.dim);
    const QRect range(0, height() - 2 * kRangeLine, width(), kRangeLine), below = range.translated(0, kRangeLine);
    if (m_bins.counts.empty()) {
        painter.drawText(area, Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    painter.drawText(range, Qt::AlignLeft, shortText(m_bins.from));
    painter.drawText(range, Qt::AlignRight, shortText(m_bins.to));
    painter.drawText(below, Qt::AlignHCenter, metrics.elidedText(m_name + outsideText(), Qt::ElideMiddle, width()));
    const auto most = static_cast<double>(std::max<std::int64_t>(1, *std::ranges::max_element(m_bins.counts)));
    const double step = area.width() / static_cast<double>(m_bins.counts.size());
    QColor colour = theme.accent;
    colour.setAlphaF(0.75F);
    for (std::size_t bin = 0; bin < m_bins.counts.size(); ++bin) {
        if (m_bins.counts[bin] <= 0)
            continue;
        const double high = std::max(1.0, area.height() * static_cast<double>(m_bins.counts[bin]) / most);
        painter.fillRect(QRectF(area.left() + step * static_cast<double>(bin), area.bottom() - high,
                                std::max(1.0, step - 0.6), high),
                         colour);
    }
}

} // namespace millrace
