// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <array>
#include <cstdint>
#include <optional>

namespace millrace
{

/// Four cells, actual class down and predicted class across; a cell's tint is its share of its row. Ctrl+C copies.
class ConfusionMatrix : public QWidget
{
    Q_OBJECT
public:
    using Counts = std::array<std::array<std::int64_t, 2>, 2>; ///< [actual][predicted]

    explicit ConfusionMatrix(QWidget* parent = nullptr);
    void setCounts(std::optional<Counts> counts);
    [[nodiscard]] std::optional<Counts> counts() const { return m_counts; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 130}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    std::optional<Counts> m_counts;
};

} // namespace millrace
