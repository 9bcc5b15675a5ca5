// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ConfusionMatrix.h"

#include "base/Text.h"
#include "style/Theme.h"
#include "widgets/Telling.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

namespace millrace
{

namespace
{

constexpr int kLeastSide = 40, kAxis = 16, kNameLine = 20, kMargin = 6; ///< the margin is for the focus frame
constexpr int kMostUpright = 90;                                        ///< of a column's name that stands upright
constexpr int kTwoLines = 34, kOneLine = 15; ///< a cell's least height for count and share, and for the count
constexpr std::size_t kWorstTold = 5;        ///< mistakes, of many classes
constexpr int kFewClasses = 5;               ///< of so many there is room for words and large numbers

QString count(std::int64_t number)
{
    return QString::fromStdString(formatCount(number));
}

QFont fontOf(const QWidget& widget, int pixels)
{
    QFont font = widget.font();
    font.setPixelSize(pixels);
    return font;
}

} // namespace

/// Where the cells are.
struct ConfusionMatrix::Layout {
    double side = 0, top = 0, wide = 0, high = 0, gap = 4;
    bool upright = false; ///< the names above

    [[nodiscard]] QRectF cell(int actual, int predicted) const
    {
        return {side + predicted * (wide + gap), top + actual * (high + gap), wide, high};
    }
};

ConfusionMatrix::ConfusionMatrix(QWidget* parent) : QWidget(parent)
{
    tellWhenAsked(*this, QAccessible::Chart, [this] { return m_counts ? tellCells() : QString(); });
    setFocusPolicy(Qt::TabFocus);
    setAccessibleName(tr("Confusion"));
}

void ConfusionMatrix::setNames(const QStringList& names)
{
    if (names == m_names)
        return;
    m_names = names;
    m_counts.reset();
    update();
}

void ConfusionMatrix::setCounts(std::optional<Counts> counts)
{
    const auto fits = [this](const std::vector<std::int64_t>& row) {
        return row.size() == static_cast<std::size_t>(size());
    };
    const bool good =
        counts && counts->size() == static_cast<std::size_t>(size()) && std::ranges::all_of(*counts, fits);
    m_counts = good ? std::move(counts) : std::nullopt;
    update();
}

/// Each cell of few classes; of many which are right, and the worst mistakes.
QString ConfusionMatrix::tellCells() const
{
    struct Cell {
        int actual, predicted;
    };
    std::vector<Cell> told;
    for (int actual = 0; actual < size(); ++actual)
        for (int predicted = 0; predicted < size(); ++predicted)
            if (size() <= kFewClasses || (actual != predicted && countAt(actual, predicted) > 0))
                told.push_back({actual, predicted});
    QStringList texts;
    if (size() > kFewClasses) {
        std::ranges::stable_sort(told, std::greater(),
                                 [this](const Cell& cell) { return countAt(cell.actual, cell.predicted); });
        told.resize(std::min(told.size(), kWorstTold));
        std::int64_t right = 0, all = 0;
        for (int actual = 0; actual < size(); ++actual) {
            right += countAt(actual, actual);
            all += rowSum(actual);
        }
        texts << tr("%1 of %2 records are predicted as they are").arg(count(right), count(all));
    }
    for (const Cell& cell : told)
        texts << tellCell(cell.actual, cell.predicted);
    return texts.join(QStringLiteral("; "));
}

std::int64_t ConfusionMatrix::countAt(int actual, int predicted) const
{
    return m_counts ? (*m_counts)[static_cast<std::size_t>(actual)][static_cast<std::size_t>(predicted)] : 0;
}

std::int64_t ConfusionMatrix::rowSum(int actual) const
{
    std::int64_t sum = 0;
    for (int predicted = 0; predicted < size(); ++predicted)
        sum += countAt(actual, predicted);
    return sum;
}

QString ConfusionMatrix::tellCell(int actual, int predicted) const
{
    const std::int64_t row = rowSum(actual);
    const double share = row > 0 ? static_cast<double>(countAt(actual, predicted)) / static_cast<double>(row) : 0;
    return tr("actual %1, predicted %2: %3 (%4 of the row)")
        .arg(m_names[actual], m_names[predicted], count(countAt(actual, predicted)),
             QString::fromStdString(formatPercent(share)));
}

ConfusionMatrix::Layout ConfusionMatrix::layOut() const
{
    const QFontMetrics metrics(fontOf(*this, 12));
    int widest = 0;
    for (const QString& name : m_names)
        widest = std::max(widest, metrics.horizontalAdvance(name));
    Layout layout;
    const int classes = std::max(1, size());
    layout.gap = classes <= kFewClasses ? 4 : 1;
    layout.side = std::clamp(kAxis + widest + 2 * kMargin, kLeastSide, std::max(kLeastSide, width() / 3));
    layout.wide = (width() - layout.side - kMargin) / classes - layout.gap;
    layout.upright = widest > layout.wide && classes > kFewClasses;
    layout.top = kAxis + (layout.upright ? std::min(widest, kMostUpright) + kMargin : kNameLine);
    layout.high = (height() - layout.top - kMargin) / classes - layout.gap;
    return layout;
}

void ConfusionMatrix::paintTitles(QPainter& painter, const Layout& layout) const
{
    painter.setFont(fontOf(*this, 12));
    painter.setPen(Theme::current().dim);
    const QFontMetrics metrics(painter.font());
    const auto uprightText = [&painter](const QRectF& area, Qt::Alignment alignment, const QString& text) {
        painter.save();
        painter.translate(area.bottomLeft());
        painter.rotate(-90);
        painter.drawText(QRectF(0, 0, area.height(), area.width()), static_cast<int>(alignment), text);
        painter.restore();
    };
    painter.drawText(QRectF(layout.side, 0, width() - layout.side, kAxis), Qt::AlignCenter, tr("predicted"));
    uprightText(QRectF(kMargin / 2.0, layout.top, kAxis, height() - layout.top), Qt::AlignCenter, tr("actual"));
    for (int i = 0; i < size(); ++i) {
        const QRectF first = layout.cell(i, 0), above = layout.cell(0, i);
        const QRectF side(kMargin + kAxis, first.top(), layout.side - 2 * kMargin - kAxis, first.height());
        const QRectF top(above.left(), kAxis, above.width(), layout.top - kAxis - (layout.upright ? kMargin / 2 : 0));
        const auto elided = [&](double room) {
            return metrics.elidedText(m_names[i], Qt::ElideMiddle, static_cast<int>(room));
        };
        painter.drawText(side, Qt::AlignVCenter | Qt::AlignLeft, elided(side.width()));
        if (layout.upright)
            uprightText(top, Qt::AlignVCenter | Qt::AlignLeft, elided(top.height()));
        else
            painter.drawText(top, Qt::AlignCenter, elided(top.width()));
    }
}

void ConfusionMatrix::paintCell(QPainter& painter, const Layout& layout, int actual, int predicted) const
{
    const Theme& theme = Theme::current();
    const QRectF cell = layout.cell(actual, predicted);
    const std::int64_t row = rowSum(actual), here = countAt(actual, predicted);
    const double share = row > 0 ? static_cast<double>(here) / static_cast<double>(row) : 0;
    QColor tint = actual == predicted ? theme.accuracy : theme.lag;
    tint.setAlphaF(static_cast<float>(0.06 + (actual == predicted ? 0.34 : 0.44) * share));
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_counts && (here > 0 || size() <= kFewClasses) ? tint : theme.background);
    const double round = size() <= kFewClasses ? 6 : 2;
    painter.drawRoundedRect(cell, round, round);
    const bool twoLines = cell.height() >= kTwoLines;
    QFont number = fontOf(*this, twoLines && size() <= kFewClasses ? 15 : 11);
    number.setWeight(size() <= kFewClasses ? QFont::DemiBold : QFont::Normal);
    painter.setFont(number);
    painter.setPen(m_counts ? theme.text : theme.dim);
    const QString text = m_counts ? count(here) : QStringLiteral("–");
    const bool fits = cell.height() >= kOneLine && QFontMetrics(number).horizontalAdvance(text) <= cell.width();
    if (fits && (here > 0 || size() <= kFewClasses))
        painter.drawText(twoLines ? cell.adjusted(0, 0, 0, -cell.height() / 3) : cell, Qt::AlignCenter, text);
    if (!twoLines || row == 0 || here == 0)
        return;
    painter.setFont(fontOf(*this, size() <= kFewClasses ? 12 : 10));
    const QString percent = QString::fromStdString(formatPercent(share));
    if (QFontMetrics(painter.font()).horizontalAdvance(percent) <= cell.width())
        painter.drawText(cell.adjusted(0, cell.height() / 3, 0, 0), Qt::AlignCenter, percent);
}

void ConfusionMatrix::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Layout layout = layOut();
    paintTitles(painter, layout);
    for (int actual = 0; actual < size(); ++actual)
        for (int predicted = 0; predicted < size(); ++predicted)
            paintCell(painter, layout, actual, predicted);
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(Theme::current().accent);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    }
}

void ConfusionMatrix::keyPressEvent(QKeyEvent* event)
{
    if (!event->matches(QKeySequence::Copy) || !m_counts)
        return QWidget::keyPressEvent(event);
    QStringList lines;
    for (const auto& row : *m_counts) {
        QStringList cells;
        for (const std::int64_t number : row)
            cells << QString::number(number);
        lines << cells.join('\t');
    }
    QGuiApplication::clipboard()->setText(lines.join('\n'));
}

bool ConfusionMatrix::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const Layout layout = layOut();
    QString text = tr("Rows: what the records are. Columns: what the model says.");
    for (int actual = 0; m_counts && actual < size(); ++actual)
        for (int predicted = 0; predicted < size(); ++predicted)
            if (layout.cell(actual, predicted).contains(help->pos()))
                text = tellCell(actual, predicted);
    QToolTip::showText(help->globalPos(), text, this);
    return true;
}

} // namespace millrace
