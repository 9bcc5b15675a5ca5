// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <cstdint>

namespace millrace
{

/// How two classes share a set, as one rounded bar in the classes' colours; grey when nothing is known.
class BalanceBar : public QWidget
{
    Q_OBJECT
public:
    explicit BalanceBar(QWidget* parent = nullptr);
    void setCounts(std::int64_t class0, std::int64_t class1);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    double m_share = -1; ///< of class 0; −1 unknown
};

} // namespace millrace
