// SPDX-License-Identifier: GPL-3.0-or-later
#include "style/Icons.h"

#include "style/Theme.h"

#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

namespace millrace
{

namespace
{

QPixmap tinted(QSvgRenderer& svg, const QColor& color, int size)
{
    QPixmap pixmap(size, size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    svg.render(&painter);
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    painter.fillRect(pixmap.rect(), color);
    return pixmap;
}

} // namespace

QIcon railIcon(const QString& key)
{
    QSvgRenderer svg(QString(":/icons/%1.svg").arg(key));
    QIcon icon;
    for (const int size : {22, 44, 66}) { // for 1, 2 and 3 times pixels
        icon.addPixmap(tinted(svg, Theme::current().dim, size), QIcon::Normal, QIcon::Off);
        icon.addPixmap(tinted(svg, Theme::current().accent, size), QIcon::Normal, QIcon::On);
    }
    return icon;
}

} // namespace millrace
