// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QHBoxLayout>

class QLabel;
class QPainter;

namespace millrace
{

class ChartLines;
class ChartMarks;
class LegendLabel;

/// The row above a chart: its title, the legend, a note, and tools at the right end.
class ChartHead : public QHBoxLayout
{
public:
    explicit ChartHead(const QString& title);
    [[nodiscard]] const QString& title() const { return m_title; }
    void setTitle(const QString& title);
    void showLegend(const ChartLines& lines, const ChartMarks& marks);
    [[nodiscard]] LegendLabel* legend() const { return m_legend; }
    void setNote(const QString& text, const QColor& color);
    void addTool(QWidget* widget);
    /// Title and legend as they stand in a saved picture, at its upper left.
    void paint(QPainter& painter, int width) const;

private:
    QString m_title, m_note;
    QColor m_noteColor;
    QLabel* m_titleLabel;
    LegendLabel* m_legend;
    QLabel* m_noteLabel;
    QHBoxLayout* m_tools;
};

} // namespace millrace
