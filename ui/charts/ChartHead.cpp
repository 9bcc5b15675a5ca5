// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/ChartHead.h"

#include "charts/ChartLines.h"
#include "charts/ChartMarks.h"
#include "charts/LegendLabel.h"
#include "style/Theme.h"

#include <QCoreApplication>
#include <QLabel>
#include <QPainter>
#include <algorithm>

namespace millrace
{

ChartHead::ChartHead(const QString& title)
    : m_title(title), m_titleLabel(new QLabel(title)), m_legend(new LegendLabel), m_noteLabel(new QLabel),
      m_tools(new QHBoxLayout)
{
    m_titleLabel->setObjectName("chartTitle");
    m_noteLabel->setObjectName("chartNote");
    m_noteLabel->hide();
    m_tools->setSpacing(10);
    setContentsMargins(10, 5, 10, 0);
    setSpacing(14);
    addWidget(m_titleLabel);
    addWidget(m_legend);
    addWidget(m_noteLabel);
    addStretch(1);
    addLayout(m_tools);
}

void ChartHead::setTitle(const QString& title)
{
    m_title = title;
    m_titleLabel->setText(title);
}

void ChartHead::showLegend(const ChartLines& lines, const ChartMarks& marks)
{
    using Entry = LegendLabel::Entry;
    std::vector<Entry> entries;
    int index = -1;
    for (const ChartLines::Line& line : lines) {
        ++index;
        const ChartSeries& series = line.series;
        if (series.name.isEmpty())
            continue;
        QColor color = series.color;
        color.setAlphaF(static_cast<float>(std::max(0.35, series.opacity)));
        const QString name =
            series.rightAxis ? QCoreApplication::translate("ChartHead", "%1 (right)").arg(series.name) : series.name;
        const auto sign = series.dot == ChartSeries::Dot::Ring ? Entry::Sign::Ring : Entry::Sign::Line;
        entries.push_back({name, color, sign, index, line.hidden});
    }
    for (const ChartMarks::Reference& reference : marks.references())
        entries.push_back(
            {reference.name, Theme::current().best, Entry::Sign::Dashes, Entry::kReference, reference.hidden});
    m_legend->setEntries(std::move(entries));
}

void ChartHead::setNote(const QString& text, const QColor& color)
{
    if (m_note == text && m_noteColor == color)
        return;
    m_note = text;
    m_noteColor = color;
    m_noteLabel->setText(text);
    m_noteLabel->setVisible(!text.isEmpty());
    QPalette palette = m_noteLabel->palette();
    palette.setColor(QPalette::WindowText, color);
    m_noteLabel->setPalette(palette);
    m_noteLabel->setStyleSheet(QString("color: %1").arg(color.name()));
}

void ChartHead::addTool(QWidget* widget)
{
    m_tools->addWidget(widget);
}

void ChartHead::paint(QPainter& painter, int width) const
{
    const Theme& theme = Theme::current();
    QFont bold = parentWidget()->font();
    bold.setPixelSize(12);
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    painter.setPen(QPen(theme.text));
    painter.drawText(QRect(10, 4, width, 20), Qt::AlignLeft | Qt::AlignVCenter, m_title);
    const int after = 10 + QFontMetrics(bold).horizontalAdvance(m_title) + 14;
    m_legend->paint(painter, {after, 14}, theme.dim, width - after);
}

} // namespace millrace
