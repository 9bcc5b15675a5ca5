// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/LayerChain.h"

#include "style/Theme.h"
#include "widgets/Telling.h"

#include <QPainter>
#include <algorithm>

namespace millrace
{

namespace
{

constexpr int kBlockHeight = 48, kBlockGap = 16, kLine = 12, kPadding = 7, kLeastWidth = 560;

QFont detailFont(const QFont& base)
{
    QFont font = base;
    font.setPixelSize(11);
    return font;
}

void paintArrow(QPainter& painter, const QRect& from, const QRect& to)
{
    if (to.top() > from.top())
        return; // the next line goes on as text does
    const double y = from.center().y() + 0.5;
    const double left = from.right() + 3;
    const double right = to.left() - 3;
    painter.drawLine(QPointF(left, y), QPointF(right, y));
    painter.drawLine(QPointF(right - 4, y - 4), QPointF(right, y));
    painter.drawLine(QPointF(right - 4, y + 4), QPointF(right, y));
}

} // namespace

LayerChain::LayerChain(QWidget* parent) : QWidget(parent)
{
    tellWhenAsked(*this, QAccessible::Graphic, [this] { return tellBlocks(); });
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAccessibleName(tr("Layers"));
}

void LayerChain::setBlocks(std::vector<Block> blocks)
{
    m_blocks = std::move(blocks);
    updateGeometry();
    update();
}

QString LayerChain::tellBlocks() const
{
    QStringList told;
    for (const Block& block : m_blocks)
        told << (block.detail.isEmpty() ? block.title
                                        : tr("%1: %2", "a layer and its size").arg(block.title, block.detail));
    return told.join(QStringLiteral("; "));
}

int LayerChain::blockWidth() const
{
    int width = 72;
    for (const Block& block : m_blocks) {
        width = std::max({width, fontMetrics().horizontalAdvance(block.title),
                          QFontMetrics(detailFont(font())).horizontalAdvance(block.detail)});
    }
    return width + 2 * kPadding;
}

std::vector<QRect> LayerChain::place(int width) const
{
    const int block = blockWidth();
    const int inLine = std::max(1, (width + kBlockGap) / (block + kBlockGap));
    std::vector<QRect> places;
    for (int i = 0; i < static_cast<int>(m_blocks.size()); ++i)
        places.emplace_back((i % inLine) * (block + kBlockGap), (i / inLine) * (kBlockHeight + kLine), block,
                            kBlockHeight);
    return places;
}

/// As high as the lines are at the present width: a height for width would make the page as high as the narrowest
/// chain.
QSize LayerChain::sizeHint() const
{
    const std::vector<QRect> places = place(std::max(width(), kLeastWidth)); // before the first layout it is nothing
    return {blockWidth(), places.empty() ? kBlockHeight : places.back().bottom() + 1};
}

void LayerChain::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    updateGeometry();
}

void LayerChain::paintEvent(QPaintEvent* /*event*/)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const std::vector<QRect> places = place(width());
    for (std::size_t i = 0; i < m_blocks.size(); ++i) {
        const QRect place = places[i];
        painter.setPen(m_blocks[i].strong ? theme.accent : theme.line);
        painter.setBrush(m_blocks[i].strong ? theme.accentSoft : theme.background);
        painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
        painter.setFont(font());
        painter.setPen(theme.text);
        painter.drawText(place.adjusted(kPadding, 6, -kPadding, -22), Qt::AlignCenter, m_blocks[i].title);
        painter.setFont(detailFont(font()));
        painter.setPen(theme.dim);
        painter.drawText(place.adjusted(kPadding, 24, -kPadding, -6), Qt::AlignCenter, m_blocks[i].detail);
        painter.setPen(QPen(theme.dim, 1.4));
        if (i + 1 < m_blocks.size())
            paintArrow(painter, place, places[i + 1]);
    }
}

} // namespace millrace
