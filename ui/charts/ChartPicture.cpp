// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/ChartPicture.h"

#include "charts/ChartHead.h"
#include "charts/ChartLines.h"
#include "style/Theme.h"

#include <qcustomplot.h>

#include <QFile>
#include <QSvgGenerator>

namespace millrace
{

namespace
{

constexpr int kTitleHeight = 28, kXNameHeight = 16;

} // namespace

bool ChartPicture::save(const QString& file, QSize chart)
{
    const QSize size(chart.width(), chart.height() + kXNameHeight);
    if (file.endsWith(".svg", Qt::CaseInsensitive)) {
        QSvgGenerator svg;
        svg.setFileName(file);
        svg.setSize(size);
        svg.setViewBox(QRect({0, 0}, size));
        svg.setTitle(m_head.title());
        return paintTo(svg, size, 1) && QFile::exists(file);
    }
    QImage image(size * 2, QImage::Format_ARGB32_Premultiplied);
    return paintTo(image, size, 2) && image.save(file, "PNG");
}

bool ChartPicture::paintTo(QPaintDevice& device, QSize size, double scale)
{
    QCPPainter painter;
    if (!painter.begin(&device))
        return false;
    painter.scale(scale, scale);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(QRect({0, 0}, size), Theme::current().card);
    m_head.paint(painter, size.width());
    painter.translate(0, kTitleHeight);
    const QString label = m_plot.xAxis->label();
    m_plot.xAxis->setLabel(m_xName);
    m_lines.decimate(scale);
    m_plot.toPainter(&painter, size.width(), size.height() - kTitleHeight);
    m_plot.xAxis->setLabel(label);
    painter.end();
    m_plot.replot(QCustomPlot::rpQueuedReplot);
    return true;
}

} // namespace millrace
