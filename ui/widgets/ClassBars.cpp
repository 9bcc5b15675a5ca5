// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ClassBars.h"

#include "base/Text.h"
#include "style/Theme.h"
#include "widgets/Telling.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QStringList>
#include <QToolTip>
#include <algorithm>
#include <numeric>

namespace millrace
{

namespace
{

constexpr int kBarRow = 20, kBarHeight = 10, kBarGap = 8;

QString counted(std::int64_t count)
{
    return QString::fromStdString(formatCount(count));
}

} // namespace

ClassBars::ClassBars(QWidget* parent) : QWidget(parent)
{
    tellWhenAsked(*this, QAccessible::Chart, [this] { return text(); });
    setFocusPolicy(Qt::TabFocus);
    setAccessibleName(tr("Rows by class"));
}

void ClassBars::setCounts(const std::vector<QString>& names, const std::vector<std::int64_t>& counts,
                          const std::vector<int>& drawn)
{
    m_bars.clear();
    m_drawn = drawn;
    m_all = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
    for (std::size_t i = 0; i < counts.size(); ++i)
        m_bars.push_back({names.at(i), counts[i], static_cast<int>(i)});
    std::ranges::stable_sort(m_bars, std::greater(), &Bar::count);
    if (m_bars.size() > kMostBars) {
        Bar others;
        others.name = tr("%1 others").arg(m_bars.size() - kMostBars);
        for (std::size_t i = kMostBars; i < m_bars.size(); ++i)
            others.count += m_bars[i].count;
        m_bars.resize(kMostBars);
        m_bars.push_back(others);
    }
    setVisible(!m_bars.empty());
    updateGeometry();
    update();
}

QString ClassBars::text() const
{
    QStringList parts;
    for (const Bar& bar : m_bars)
        parts << bar.name + QStringLiteral(": ") + counted(bar.count);
    return parts.join(QStringLiteral(" · "));
}

QSize ClassBars::sizeHint() const
{
    return {200, std::max(1, static_cast<int>(m_bars.size())) * kBarRow};
}

QColor ClassBars::colourOf(const Bar& bar) const
{
    const auto place = bar.index < 0 ? m_drawn.end() : std::ranges::find(m_drawn, bar.index);
    return place == m_drawn.end() ? Theme::current().dim
                                  : Theme::ofClass(static_cast<std::size_t>(place - m_drawn.begin()));
}

QString ClassBars::shareText(const Bar& bar) const
{
    const double share = m_all > 0 ? static_cast<double>(bar.count) / static_cast<double>(m_all) : 0;
    return counted(bar.count) + QStringLiteral(" · ") + QString::fromStdString(formatPercent(share));
}

void ClassBars::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont small = font();
    small.setPixelSize(12);
    painter.setFont(small);
    const QFontMetrics metrics(small);
    const Theme& theme = Theme::current();
    int names = 0, shares = 0;
    std::int64_t most = 1;
    for (const Bar& bar : m_bars) {
        names = std::max(names, metrics.horizontalAdvance(bar.name) + 1); // an advance is rounded
        shares = std::max(shares, metrics.horizontalAdvance(shareText(bar)));
        most = std::max(most, bar.count);
    }
    names = std::min(names, width() * 2 / 5);
    const double room = std::max(0, width() - names - shares - 2 * kBarGap);
    for (int top = 0; const Bar& bar : m_bars) {
        painter.setPen(theme.text);
        painter.drawText(QRect(0, top, names, kBarRow), Qt::AlignVCenter | Qt::AlignLeft,
                         metrics.elidedText(bar.name, Qt::ElideMiddle, names));
        painter.setPen(theme.dim);
        painter.drawText(QRect(width() - shares, top, shares, kBarRow), Qt::AlignVCenter | Qt::AlignRight,
                         shareText(bar));
        // A class that has any row at all is seen.
        const double wide =
            bar.count > 0 ? std::max(1.0, room * static_cast<double>(bar.count) / static_cast<double>(most)) : 0;
        painter.setPen(Qt::NoPen);
        painter.setBrush(colourOf(bar));
        painter.drawRoundedRect(QRectF(names + kBarGap, top + (kBarRow - kBarHeight) / 2.0, wide, kBarHeight), 2, 2);
        top += kBarRow;
    }
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(theme.accent);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
}

void ClassBars::keyPressEvent(QKeyEvent* event)
{
    if (!event->matches(QKeySequence::Copy))
        return QWidget::keyPressEvent(event);
    QStringList lines;
    for (const Bar& bar : m_bars)
        lines << QStringLiteral("%1\t%2").arg(bar.name).arg(bar.count);
    QGuiApplication::clipboard()->setText(lines.join('\n'));
}

/// A name that is cut is whole in the tool tip.
bool ClassBars::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto row = static_cast<std::size_t>(std::max(0, help->pos().y() / kBarRow));
    if (row < m_bars.size())
        QToolTip::showText(help->globalPos(), m_bars[row].name + QStringLiteral(": ") + shareText(m_bars[row]), this);
    return true;
}

} // namespace millrace
