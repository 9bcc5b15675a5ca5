// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>
#include <cstdint>
#include <optional>
#include <vector>

namespace millrace
{

/// Actual class down and predicted class across; a cell's tint is its share of its row. A cell that is too small for
/// its number tells it as tool tip. Ctrl+C copies.
class ConfusionMatrix : public QWidget
{
    Q_OBJECT
public:
    using Counts = std::vector<std::vector<std::int64_t>>; ///< [actual][predicted], square

    explicit ConfusionMatrix(QWidget* parent = nullptr);
    /// By class; as many as there are rows.
    void setNames(const QStringList& names);
    /// Of as many classes as have names.
    void setCounts(std::optional<Counts> counts);
    [[nodiscard]] std::optional<Counts> counts() const { return m_counts; }
    [[nodiscard]] const QStringList& names() const { return m_names; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 130}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Layout;
    [[nodiscard]] Layout layOut() const;
    [[nodiscard]] int size() const { return static_cast<int>(m_names.size()); }
    [[nodiscard]] std::int64_t countAt(int actual, int predicted) const;
    [[nodiscard]] std::int64_t rowSum(int actual) const;
    [[nodiscard]] QString tellCells() const;
    [[nodiscard]] QString tellCell(int actual, int predicted) const;
    void paintTitles(QPainter& painter, const Layout& layout) const;
    void paintCell(QPainter& painter, const Layout& layout, int actual, int predicted) const;

    QStringList m_names;
    std::optional<Counts> m_counts;
};

} // namespace millrace
