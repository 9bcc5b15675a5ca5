// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/BalanceBar.h"

#include "style/Theme.h"

#include <QPainter>
#include <QPainterPath>

namespace millrace
{

BalanceBar::BalanceBar(QWidget* parent) : QWidget(parent)
{
    setFixedHeight(14);
}

void BalanceBar::setCounts(std::int64_t class0, std::int64_t class1)
{
    const std::int64_t all = class0 + class1;
    m_share = all > 0 ? static_cast<double>(class0) / static_cast<double>(all) : -1;
    update();
}

void BalanceBar::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath shape;
    shape.addRoundedRect(rect(), height() / 2.0, height() / 2.0);
    painter.setClipPath(shape);
    const Theme& theme = Theme::current();
    if (m_share < 0) {
        painter.fillRect(rect(), theme.grid);
        return;
    }
    const double border = width() * m_share;
    painter.fillRect(QRectF(0, 0, border, height()), theme.class0);
    painter.fillRect(QRectF(border, 0, width() - border, height()), theme.class1);
}

} // namespace millrace
