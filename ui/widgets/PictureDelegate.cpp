// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/PictureDelegate.h"

#include "models/RowsModel.h"
#include "style/Theme.h"

#include <QApplication>
#include <QPainter>
#include <algorithm>

namespace millrace
{

namespace
{

constexpr int kPictureWidth = 128, kPictureHeight = 36, kMarkWidth = 16;
constexpr double kBinGap = 0.6, kWidestBar = 28;

QColor colourOf(const ColumnPicture& picture, std::size_t series)
{
    if (picture.colours == 0)
        return Theme::current().accent;
    return series < static_cast<std::size_t>(picture.colours) ? Theme::ofClass(series) : Theme::current().dim;
}

void paintBars(QPainter& painter, const QRectF& area, const std::vector<double>& counts, double top, QColor colour)
{
    colour.setAlphaF(0.72F);
    const double step = area.width() / static_cast<double>(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] <= 0)
            continue;
        // A bin that holds anything at all is seen.
        const double height = std::max(1.0, area.height() * counts[i] / top);
        painter.fillRect(
            QRectF(area.left() + step * static_cast<double>(i), area.bottom() - height, step - kBinGap, height),
            colour);
    }
}

void paintHistogram(QPainter& painter, const QRectF& area, const ColumnPicture& picture)
{
    double top = 0;
    for (const auto& counts : picture.counts)
        for (const double count : counts)
            top = std::max(top, count);
    // From the last to the first: what stands for all other classes is behind them.
    for (std::size_t i = picture.counts.size(); i-- > 0 && top > 0;)
        paintBars(painter, area, picture.counts[i], top, colourOf(picture, i));
}

/// Where the i-th of so many stands: side by side from the right, none wider than it need be.
QRectF slotOf(const QRectF& area, std::size_t i, std::size_t count)
{
    const double step = std::min(area.width() / static_cast<double>(std::max<std::size_t>(count, 1)), kWidestBar);
    const double left = area.right() - step * static_cast<double>(count - i);
    return {left + 1, area.top(), std::max(1.0, step - 2), area.height()};
}

void paintLevels(QPainter& painter, const QRectF& area, const ColumnPicture& picture)
{
    const std::size_t levels = picture.counts.empty() ? 0 : picture.counts.front().size();
    std::vector<double> rows(levels);
    for (const auto& counts : picture.counts)
        for (std::size_t i = 0; i < levels; ++i)
            rows[i] += counts[i];
    const double top = levels == 0 ? 0 : *std::ranges::max_element(rows);
    for (std::size_t i = 0; i < levels && top > 0; ++i) {
        const QRectF slot = slotOf(area, i, levels);
        double bottom = slot.bottom();
        for (std::size_t series = 0; series < picture.counts.size(); ++series) {
            const double height = slot.height() * picture.counts[series][i] / top;
            painter.fillRect(QRectF(slot.left(), bottom - height, slot.width(), height), colourOf(picture, series));
            bottom -= height;
        }
    }
}

void paintSpreads(QPainter& painter, const QRectF& area, const ColumnPicture& picture)
{
    double low = 0, high = 0;
    bool any = false;
    for (const auto& spread : picture.spreads) {
        if (!spread)
            continue;
        low = any ? std::min({low, spread->lower, spread->mean}) : std::min(spread->lower, spread->mean);
        high = any ? std::max({high, spread->upper, spread->mean}) : std::max(spread->upper, spread->mean);
        any = true;
    }
    const auto heightOf = [&](double value) {
        return high > low ? area.bottom() - area.height() * (value - low) / (high - low) : area.center().y();
    };
    const QColor strong = Theme::current().accent;
    QColor soft = strong;
    soft.setAlphaF(0.3F);
    for (std::size_t i = 0; i < picture.spreads.size(); ++i) {
        const auto& spread = picture.spreads[i];
        if (!spread)
            continue;
        const QRectF slot = slotOf(area, i, picture.spreads.size());
        const double upper = heightOf(spread->upper), lower = heightOf(spread->lower);
        painter.fillRect(QRectF(slot.left(), upper, slot.width(), std::max(1.0, lower - upper)), soft);
        painter.fillRect(QRectF(slot.left(), heightOf(spread->median) - 0.5, slot.width(), 1.2), strong);
        painter.setPen(Qt::NoPen);
        painter.setBrush(Theme::current().text);
        painter.drawEllipse(QPointF(slot.center().x(), heightOf(spread->mean)), 1.4, 1.4);
    }
}

} // namespace

void PictureDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem background = option;
    initStyleOption(&background, index);
    background.text.clear();
    const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &background, painter, option.widget);

    const auto picture = index.data(RowsModel::kValueRole).value<ColumnPicture>();
    const QRectF cell = QRectF(option.rect).adjusted(8, 6, -8, -6);
    QRectF area = cell;
    area.setLeft(std::max(area.left(), area.right() - kPictureWidth + 2 * kMarkWidth));
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (picture.isWarned) {
        painter->setPen(Theme::current().warn);
        painter->drawText(cell, Qt::AlignVCenter | Qt::AlignLeft, QStringLiteral("◆"));
    }
    painter->setPen(Theme::current().dim);
    painter->drawText(cell, Qt::AlignVCenter | Qt::AlignRight, picture.word);
    switch (picture.kind) {
    case ColumnPicture::Kind::None:
        break;
    case ColumnPicture::Kind::Histogram:
        paintHistogram(*painter, area, picture);
        break;
    case ColumnPicture::Kind::Levels:
        paintLevels(*painter, area, picture);
        break;
    case ColumnPicture::Kind::Spreads:
        paintSpreads(*painter, area, picture);
        break;
    }
    painter->restore();
}

QSize PictureDelegate::sizeHint(const QStyleOptionViewItem& /*option*/, const QModelIndex& /*index*/) const
{
    return {kPictureWidth, kPictureHeight};
}

} // namespace millrace
