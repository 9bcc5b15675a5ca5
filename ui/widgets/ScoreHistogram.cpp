// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ScoreHistogram.h"

#include "style/Theme.h"

#include <QPainter>
#include <algorithm>
#include <numeric>

namespace millrace
{

namespace
{

constexpr int kTextHeight = 16, kSign = 9, kSpace = 10;

QColor barColour(std::size_t label)
{
    QColor colour = Theme::ofClass(label);
    colour.setAlphaF(0.7F);
    return colour;
}

} // namespace

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

void ScoreHistogram::setClassNames(const QStringList& names)
{
    m_names = {names.value(0), names.value(1)};
    setAccessibleDescription(tr("Of the records of %1, and of those of %2").arg(m_names[0], m_names[1]));
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

double ScoreHistogram::thresholdAt(double falsePositiveRate, double truePositiveRate) const
{
    const auto recordsOf = [](const std::vector<std::int64_t>& counts) {
        return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t(0)));
    };
    const double negatives = recordsOf(m_bins[0]), positives = recordsOf(m_bins[1]);
    if (isEmpty() || negatives <= 0 || positives <= 0)
        return std::numeric_limits<double>::quiet_NaN();
    // Both rates grow while the threshold falls: their sum tells how far it has come.
    const double wanted = falsePositiveRate + truePositiveRate, bins = static_cast<double>(m_bins[0].size());
    double reached = 0;
    for (std::size_t bin = m_bins[0].size(); bin-- > 0;) {
        const double step =
            static_cast<double>(m_bins[0][bin]) / negatives + static_cast<double>(m_bins[1][bin]) / positives;
        if (step > 0 && reached + step >= wanted)
            return (static_cast<double>(bin + 1) - (wanted - reached) / step) / bins;
        reached += step;
    }
    return 0;
}

void ScoreHistogram::paintNames(QPainter& painter) const
{
    const QFontMetrics metrics(painter.font());
    const int room = width() / 2 - kSign - kSpace;
    int x = 0;
    for (std::size_t label = 0; label < 2; ++label) {
        const QString name = metrics.elidedText(m_names[static_cast<qsizetype>(label)], Qt::ElideMiddle, room);
        painter.fillRect(QRectF(x, (kTextHeight - kSign) / 2.0, kSign, kSign), barColour(label));
        painter.drawText(QRect(x + kSign + kSpace / 2, 0, room, kTextHeight), Qt::AlignLeft | Qt::AlignVCenter, name);
        x += kSign + metrics.horizontalAdvance(name) + 2 * kSpace;
    }
}

void ScoreHistogram::paintBars(QPainter& painter, const QRectF& area) const
{
    std::int64_t highest = 1;
    for (const auto& counts : m_bins)
        highest = std::max(highest, *std::max_element(counts.begin(), counts.end()));
    const double step = area.width() / static_cast<double>(m_bins[0].size());
    for (std::size_t label = 0; label < 2; ++label)
        for (std::size_t bin = 0; bin < m_bins.at(label).size(); ++bin) {
            const double high =
                area.height() * static_cast<double>(m_bins.at(label)[bin]) / static_cast<double>(highest);
            painter.fillRect(
                QRectF(area.left() + step * static_cast<double>(bin), area.bottom() - high, step - 1, high),
                barColour(label));
        }
}

void ScoreHistogram::paintEvent(QPaintEvent* /*event*/)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    QFont small = font();
    small.setPixelSize(11);
    painter.setFont(small);
    painter.setPen(theme.dim);
    const QRectF area(0, kTextHeight + 2, width(), height() - 2 * kTextHeight - 2);
    const QRectF below(0, height() - kTextHeight, width(), kTextHeight);
    painter.drawText(below, Qt::AlignLeft | Qt::AlignVCenter, "0");
    painter.drawText(below, Qt::AlignRight | Qt::AlignVCenter, "1");
    const QString name = QFontMetrics(small).elidedText(m_names[1], Qt::ElideMiddle, width() / 2);
    painter.drawText(below, Qt::AlignCenter, tr("probability of %1").arg(name));
    painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), theme.grid);
    if (isEmpty()) {
        painter.drawText(area, Qt::AlignCenter, tr("The scores stand here after an evaluation."));
        return;
    }
    paintNames(painter);
    paintBars(painter, area);
    painter.setPen(QPen(theme.text, 1.4, Qt::DashLine));
    const double x = area.left() + m_threshold * area.width();
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
}

} // namespace millrace
