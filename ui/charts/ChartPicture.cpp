// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/ChartPicture.h"

#include "charts/ChartHead.h"
#include "charts/ChartLines.h"
#include "charts/ChartTable.h"
#include "style/Theme.h"

#include <qcustomplot.h>

#include <QBuffer>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSaveFile>
#include <QSvgGenerator>

namespace millrace
{

namespace
{

constexpr int kTitleHeight = 28, kXNameHeight = 16;

/// Qt names the window's font alone, which has no letters of many languages: what stands behind it is for those, and
/// for a machine without it.
QByteArray withFallbacks(const QByteArray& svg)
{
    static const QRegularExpression family(QStringLiteral("font-family=\"([^\"]*)\""));
    return QString::fromUtf8(svg)
        .replace(family, QStringLiteral("font-family=\"'\\1', 'Noto Sans', 'Noto Sans CJK SC', 'Microsoft YaHei', "
                                        "'PingFang SC', 'Droid Sans Fallback', sans-serif\""))
        .toUtf8();
}

} // namespace

bool ChartPicture::save(const QString& file, QSize chart)
{
    QSaveFile device(file);
    return device.open(QIODevice::WriteOnly) &&
           writeTo(device, QFileInfo(file).suffix().toLower(), {chart.width(), chart.height() + kXNameHeight}) &&
           device.commit();
}

bool ChartPicture::writeTo(QIODevice& device, const QString& ending, QSize size)
{
    if (ending == "csv") {
        const std::string table = chartTable(m_lines, m_xName);
        return device.write(table.data(), static_cast<qint64>(table.size())) == static_cast<qint64>(table.size());
    }
    if (ending == "svg")
        return writeSvg(device, size);
    QImage image(size * 2, QImage::Format_ARGB32_Premultiplied);
    return paintTo(image, size, 2) && image.save(&device, "PNG");
}

bool ChartPicture::writeSvg(QIODevice& device, QSize size)
{
    QBuffer picture;
    QSvgGenerator svg;
    svg.setOutputDevice(&picture);
    svg.setSize(size);
    svg.setViewBox(QRect({0, 0}, size));
    svg.setTitle(m_head.title());
    if (!paintTo(svg, size, 1))
        return false;
    const QByteArray text = withFallbacks(picture.data());
    return device.write(text) == text.size();
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
