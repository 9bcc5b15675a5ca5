// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/DropZone.h"

#include "style/Theme.h"
#include "widgets/Widgets.h"

#include <QCollator>
#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QMimeData>
#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>

namespace millrace
{

QStringList droppedFiles(const QMimeData* data)
{
    QStringList files;
    for (const QUrl& url : data->urls())
        if (url.isLocalFile())
            files << url.toLocalFile();
    QCollator order{QLocale(QLocale::English)}; // the C locale orders by bytes
    order.setNumericMode(true);
    std::ranges::sort(files, order);
    return files;
}

QString tableFilter()
{
    return DropZone::tr("Tables (*.csv *.tsv *.txt *.json *.jsonl *.ndjson *.parquet *.gz *.zst)");
}

DropZone::DropZone(const QString& heading, const QString& hint, QWidget* parent)
    : QFrame(parent), m_buttons(new QHBoxLayout)
{
    setAcceptDrops(true);
    auto* title = styledLabel(heading, "heading");
    title->setAlignment(Qt::AlignCenter);
    auto* text = styledLabel(hint, "dim");
    text->setAlignment(Qt::AlignCenter);
    text->setWordWrap(true);
    m_buttons->setSpacing(12);
    m_buttons->addStretch();
    m_buttons->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(8);
    layout->addStretch();
    layout->addWidget(title);
    layout->addWidget(text);
    layout->addSpacing(8);
    layout->addLayout(m_buttons);
    layout->addStretch();
}

void DropZone::addButton(QWidget* button)
{
    m_buttons->insertWidget(m_buttons->count() - 1, button);
}

void DropZone::paintEvent(QPaintEvent* /*event*/)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPen pen(theme.dim, 1.6, Qt::CustomDashLine);
    pen.setDashPattern({4, 4});
    painter.setPen(m_hovered ? QPen(theme.accent, 2.4) : pen);
    painter.setBrush(m_hovered ? theme.accentSoft : theme.card);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
}

void DropZone::setHovered(bool hovered)
{
    m_hovered = hovered;
    update();
}

void DropZone::dragEnterEvent(QDragEnterEvent* event)
{
    if (droppedFiles(event->mimeData()).isEmpty())
        return;
    event->acceptProposedAction();
    setHovered(true);
}

void DropZone::dragLeaveEvent(QDragLeaveEvent* event)
{
    setHovered(false);
    QFrame::dragLeaveEvent(event);
}

void DropZone::dropEvent(QDropEvent* event)
{
    setHovered(false);
    const QStringList files = droppedFiles(event->mimeData());
    if (files.isEmpty())
        return;
    event->acceptProposedAction();
    emit filesDropped(files);
}

} // namespace millrace
