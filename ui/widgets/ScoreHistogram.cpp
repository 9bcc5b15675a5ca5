// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ScoreHistogram.h"

#include "style/Theme.h"

#include <QPainter>
#include <algorithm>

namespace millrace
{

ScoreHistogram::ScoreHistogram(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Histogram of the probabilities by class"));
}

void ScoreHistogram::setBins(Bins bins)
{
    m_bins = std::move(bins);
    update();
}

void ScoreHistogram::setThreshold(double threshold)
{
    m_threshold = threshold;
    update();
}

void ScoreHistogram::setClassName(const QString& name)
{
    m_className = name;
    update();
}

std::vector<std::vector<std::int64_t>> ScoreHistogram::confusionAt(int firstBinOfClass1) const
{
    std::vector<std::vector<std::int64_t>> counts(2, std::vector<std::int64_t>(2));
    for (std::size_t actual = 0; actual < 2; ++actual)
        for (std::size_t bin = 0; bin < m_bins[actual].size(); ++bin)
            counts[actual][static_cast<int>(bin) >= firstBinOfClass1 ? 1 : 0] += m_bins[actual][bin];
    return counts;
}

void ScoreHistogram::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    QFont small = font();
    small.setPixelSize(11);
    painter.setFont(small);
    const QRectF area(0, 2, width(), height() - 18);
    painter.setPen(theme.dim);
    painter.drawText(QRectF(0, height() - 15, width(), 15), Qt::AlignLeft, "0");
    painter.drawText(QRectF(0, height() - 15, width(), 15), Qt::AlignRight, "1");
    painter.drawText(QRectF(0, height() - 15, width(), 15), Qt::AlignHCenter, tr("probability of %1").arg(m_className));
    painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), theme.grid);
    if (isEmpty()) {
        painter.drawText(area, Qt::AlignCenter, tr("The scores stand here after an evaluation."));
        return;
    }
    std::int64_t highest = 1;
    for (const auto& counts : m_bins)
        highest = std::max(highest, *std::max_element(counts.begin(), counts.end()));
    const QColor colours[] = {Theme::ofClass(0), Theme::ofClass(1)};
    const double step = area.width() / static_cast<double>(m_bins[0].size());
    for (std::size_t c = 0; c < 2; ++c) {
        QColor colour = colours[c];
        colour.setAlphaF(0.7F);
        for (std::size_t bin = 0; bin < m_bins[c].size(); ++bin) {
            const double high = area.height() * static_cast<double>(m_bins[c][bin]) / static_cast<double>(highest);
            painter.fillRect(
                QRectF(area.left() + step * static_cast<double>(bin), area.bottom() - high, step - 1, high), colour);
        }
    }
    painter.setPen(QPen(theme.text, 1.4, Qt::DashLine));
    const double x = area.left() + m_threshold * area.width();
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
}

} // namespace millrace
