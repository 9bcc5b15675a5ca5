// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>
#include <QWidget>
#include <vector>

namespace millrace
{

/// The names of a chart's curves, each behind a sign of its colour. A click on one, or the space bar after the arrow
/// keys, asks to hide or show it. What has no room stands in the tool tip.
class LegendLabel : public QWidget
{
    Q_OBJECT
public:
    struct Entry {
        enum class Sign { Line, Dashes, Ring };
        QString name;
        QColor color;
        Sign sign = Sign::Line;
        int series = kReference;              ///< of the chart
        bool hidden = false;                  ///< drawn struck through
        static constexpr int kReference = -1; ///< not of a series: a reference line, known by its name
    };

    explicit LegendLabel(QWidget* parent = nullptr);
    void setEntries(std::vector<Entry> entries);
    /// Where an entry is to be clicked; empty where it has no room.
    [[nodiscard]] QRect rectOf(const QString& name) const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    /// Paints the entries that are not hidden from a place on; for saved charts.
    void paint(QPainter& painter, QPoint leftMiddle, const QColor& textColor, int widthLimit) const;

signals:
    void toggled(const millrace::LegendLabel::Entry& entry);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    [[nodiscard]] int count() const { return static_cast<int>(m_entries.size()); }
    [[nodiscard]] int widthOf(const Entry& entry) const;
    [[nodiscard]] std::vector<QRect> rects() const;
    void setCurrent(int index);
    void tell();
    void paintEntry(QPainter& painter, const Entry& entry, const QRect& rect, const QColor& textColor) const;

    std::vector<Entry> m_entries;
    int m_current = 0; ///< what the keys are at
};

} // namespace millrace
