// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/HistogramDelegate.h"

#include "models/RowsModel.h"
#include "style/Theme.h"

#include <QApplication>
#include <QPainter>
#include <algorithm>

namespace millrace
{

namespace
{

constexpr int kWidth = 100, kHeight = 36;

double highest(const ClassHistogram& histogram)
{
    double highest = 0;
    for (const auto& counts : histogram.counts) {
        for (const double count : counts)
            highest = std::max(highest, count);
    }
    return highest;
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
            QRectF(area.left() + step * static_cast<double>(i), area.bottom() - height, step - 0.6, height), colour);
    }
}

} // namespace

void HistogramDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem background = option;
    initStyleOption(&background, index);
    background.text.clear();
    const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &background, painter, option.widget);

    const auto histogram = index.data(RowsModel::kValueRole).value<ClassHistogram>();
    const QRectF cell = QRectF(option.rect).adjusted(8, 6, -8, -6);
    if (!histogram.word.isEmpty()) {
        painter->save();
        painter->setPen(Theme::current().dim);
        painter->drawText(cell, Qt::AlignVCenter | Qt::AlignRight, histogram.word);
        painter->restore();
    }
    const double top = highest(histogram);
    if (top <= 0)
        return;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    QRectF area = cell;
    area.setLeft(std::max(area.left(), area.right() - kWidth + 16));
    const bool byClass = histogram.counts.size() > 1;
    for (std::size_t i = 0; i < histogram.counts.size(); ++i)
        paintBars(*painter, area, histogram.counts[i], top, byClass ? Theme::ofClass(i) : Theme::current().accent);
    painter->restore();
}

QSize HistogramDelegate::sizeHint(const QStyleOptionViewItem& /*option*/, const QModelIndex& /*index*/) const
{
    return {kWidth, kHeight};
}

} // namespace millrace
