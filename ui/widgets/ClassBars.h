// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>
#include <QWidget>
#include <cstdint>
#include <vector>

namespace millrace
{

/// How many rows are of which class, a bar a class: the most frequent ones, and all others in one. A class
/// has its colour everywhere, while colours suffice. Ctrl+C copies.
class ClassBars : public QWidget
{
    Q_OBJECT
public:
    static constexpr std::size_t kMostBars = 12;

    explicit ClassBars(QWidget* parent = nullptr);
    /// By class. drawn: those that have a colour, in its order.
    void setCounts(const std::vector<QString>& names, const std::vector<std::int64_t>& counts,
                   const std::vector<int>& drawn);
    [[nodiscard]] QString text() const; ///< "legit: 2,000 · fraud: 1,000"
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Bar {
        QString name;
        std::int64_t count = 0;
        int index = -1; ///< of the class; −1 of all others
    };
    [[nodiscard]] QColor colourOf(const Bar& bar) const;
    [[nodiscard]] QString shareText(const Bar& bar) const;

    std::vector<Bar> m_bars;
    std::int64_t m_all = 0;
    std::vector<int> m_drawn;
};

} // namespace millrace
