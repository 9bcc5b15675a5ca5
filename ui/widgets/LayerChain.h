// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QStringList>
#include <vector>

namespace millrace
{

/// A model's layers as a row of blocks joined by arrows, wrapped where the width ends.
class LayerChain : public QWidget
{
    Q_OBJECT
public:
    struct Block {
        QString title;       ///< "Dense 128 relu"
        QString detail;      ///< "2,432 parameters"
        bool strong = false; ///< has parameters of its own
    };

    explicit LayerChain(QWidget* parent = nullptr);
    void setBlocks(std::vector<Block> blocks);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] std::vector<QRect> place(int width) const;
    [[nodiscard]] int blockWidth() const;
    [[nodiscard]] QString tellBlocks() const;

    std::vector<Block> m_blocks;
};

} // namespace millrace
