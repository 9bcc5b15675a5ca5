// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ConfusionMatrix.h"

#include "base/Text.h"
#include "style/Theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QPainter>
#include <algorithm>

namespace millrace
{

namespace
{

constexpr int kLeastSide = 64, kTop = 24, kGap = 4, kMargin = 6; ///< the margin is for the focus frame

QString count(std::int64_t number)
{
    return QString::fromStdString(formatCount(number));
}

} // namespace

ConfusionMatrix::ConfusionMatrix(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::TabFocus);
    setToolTip(tr("Rows: what the records are. Columns: what the model says."));
}

void ConfusionMatrix::setCounts(std::optional<Counts> counts)
{
    m_counts = counts;
    if (counts)
        setAccessibleDescription(tr("true 0: %1, false 1: %2, false 0: %3, true 1: %4")
                                     .arg((*counts)[0][0])
                                     .arg((*counts)[0][1])
                                     .arg((*counts)[1][0])
                                     .arg((*counts)[1][1]));
    update();
}

void ConfusionMatrix::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont small = font(), number = font();
    small.setPixelSize(12);
    number.setPixelSize(15);
    number.setWeight(QFont::DemiBold);
    const int longest = QFontMetrics(small).horizontalAdvance(tr("actual %1").arg(0));
    const int side = std::max(kLeastSide, longest + 2 * kMargin);
    const double wide = (width() - side - kGap - kMargin) / 2.0, high = (height() - kTop - kGap - kMargin) / 2.0;
    for (int actual = 0; actual < 2; ++actual) {
        painter.setFont(small);
        painter.setPen(theme.dim);
        painter.drawText(QRectF(side + actual * (wide + kGap), 0, wide, kTop), Qt::AlignCenter,
                         tr("predicted %1").arg(actual));
        painter.drawText(QRectF(kMargin, kTop + actual * (high + kGap), side - 2 * kMargin, high),
                         Qt::AlignVCenter | Qt::AlignLeft, tr("actual %1").arg(actual));
        for (int predicted = 0; predicted < 2; ++predicted) {
            const QRectF cell(side + predicted * (wide + kGap), kTop + actual * (high + kGap), wide, high);
            const double row = m_counts ? static_cast<double>((*m_counts)[actual][0] + (*m_counts)[actual][1]) : 0;
            const double share = row > 0 ? static_cast<double>((*m_counts)[actual][predicted]) / row : 0;
            QColor tint = actual == predicted ? theme.accuracy : theme.lag;
            tint.setAlphaF(static_cast<float>(0.06 + 0.34 * share));
            painter.setPen(Qt::NoPen);
            painter.setBrush(m_counts ? tint : theme.background);
            painter.drawRoundedRect(cell, 6, 6);
            painter.setPen(m_counts ? theme.text : theme.dim);
            painter.setFont(number);
            painter.drawText(cell.adjusted(0, 0, 0, -high / 3), Qt::AlignCenter,
                             m_counts ? count((*m_counts)[actual][predicted]) : "–");
            painter.setFont(small);
            painter.setPen(theme.dim);
            painter.drawText(cell.adjusted(0, high / 3, 0, 0), Qt::AlignCenter,
                             row > 0 ? QString::fromStdString(formatPercent(share)) : QString());
        }
    }
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(theme.accent);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    }
}

void ConfusionMatrix::keyPressEvent(QKeyEvent* event)
{
    if (!event->matches(QKeySequence::Copy) || !m_counts) {
        QWidget::keyPressEvent(event);
        return;
    }
    const Counts& c = *m_counts;
    QGuiApplication::clipboard()->setText(
        QString("%1\t%2\n%3\t%4").arg(c[0][0]).arg(c[0][1]).arg(c[1][0]).arg(c[1][1]));
}

} // namespace millrace
