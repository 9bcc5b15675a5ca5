// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>
#include <QWidget>
#include <vector>

namespace millrace
{

/// The names of a chart's curves, each behind a short stroke of its colour. What does not fit is left out.
class LegendLabel : public QWidget
{
public:
    struct Entry {
        QString name;
        QColor color;
        bool dashed = false;
    };

    explicit LegendLabel(QWidget* parent = nullptr);
    void setEntries(std::vector<Entry> entries);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    /// Paints the entries from a place on; for saved charts too. Returns the width used.
    int paint(QPainter& painter, QPoint leftMiddle, const QColor& textColor, int widthLimit) const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] int widthOf(const Entry& entry) const;
    std::vector<Entry> m_entries;
};

} // namespace millrace
