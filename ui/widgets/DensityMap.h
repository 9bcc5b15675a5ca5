// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <cstdint>
#include <vector>

namespace millrace
{

/// What was predicted (up) of what is (across), on one scale, darker where there are more records; a line where both
/// are equal. Shows the part of the range that holds records.
class DensityMap : public QWidget
{
    Q_OBJECT
public:
    /// [actual cell][predicted cell], equal cells over the range, and one more on either side for what is beyond.
    struct Cells {
        std::vector<std::vector<std::int64_t>> counts;
        double from = 0, to = 1;
    };

    explicit DensityMap(QWidget* parent = nullptr);
    void setCells(Cells cells);
    void setUnit(const QString& unit);
    void setEmptyText(const QString& text) { m_emptyText = text; }
    [[nodiscard]] const Cells& cells() const { return m_cells; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 160}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] QRectF area() const;
    [[nodiscard]] int shown() const { return m_last - m_first + 1; } ///< cells a side
    [[nodiscard]] double edge(int cell) const;                       ///< its lower one
    [[nodiscard]] QString tellCells() const;
    [[nodiscard]] QString named(const QString& name) const;
    void paintAxes(QPainter& painter) const;
    void paintCells(QPainter& painter) const;

    Cells m_cells;
    int m_first = 0, m_last = -1;
    QString m_unit, m_emptyText;
};

} // namespace millrace
