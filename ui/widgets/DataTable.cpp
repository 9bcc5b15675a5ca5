// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/Widgets.h"

#include "style/Theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <algorithm>

namespace millrace
{

namespace
{

constexpr int kLeastStretched = 64;
constexpr int kHeadingPixels = 12, kHeadingPadding = 11; ///< as the style sheet has them

bool looksNumeric(const QString& text)
{
    if (text.isEmpty() || text == "–")
        return true;
    const QChar first = text.front();
    return first.isDigit() ||
           ((first == '-' || first == u'−' || first == '+' || first == '.') && text.size() > 1 && text.at(1).isDigit());
}

/// What the model says, else numbers right and text left.
Qt::Alignment alignmentOf(const QModelIndex& index)
{
    const QVariant said = index.data(Qt::TextAlignmentRole);
    if (said.isValid())
        return static_cast<Qt::Alignment>(said.toInt());
    const bool right = index.column() > 0 && looksNumeric(index.data(Qt::DisplayRole).toString());
    return Qt::AlignVCenter | (right ? Qt::AlignRight : Qt::AlignLeft);
}

class AligningDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        option->displayAlignment = alignmentOf(index);
        option->state &= ~QStyle::State_HasFocus; // the row is what is selected
    }
};

/// Headings stand over their column's text; the arrow of sorting is part of the text, the style would paint it across.
class AligningHeader : public QHeaderView
{
public:
    using QHeaderView::QHeaderView;

protected:
    void initStyleOptionForIndex(QStyleOptionHeader* option, int section) const override
    {
        QHeaderView::initStyleOptionForIndex(option, section);
        if (model() && !model()->headerData(section, Qt::Horizontal, Qt::TextAlignmentRole).isValid())
            if (const QModelIndex first = model()->index(0, section); first.isValid())
                option->textAlignment = alignmentOf(first);
        if (const int width = sectionSize(section); width < sectionSizeFromContents(section).width())
            option->text = headingMetrics().elidedText(option->text, textElideMode(), width - 2 * kHeadingPadding);
        if (option->sortIndicator == QStyleOptionHeader::None)
            return;
        const QString arrow = sortIndicatorOrder() == Qt::AscendingOrder ? QStringLiteral("▴") : QStringLiteral("▾");
        const bool right = option->textAlignment.testFlag(Qt::AlignRight);
        option->text = right ? arrow + ' ' + option->text : option->text + ' ' + arrow;
        option->sortIndicator = QStyleOptionHeader::None;
    }

private:
    /// The style sheet's drawing does not elide.
    [[nodiscard]] QFontMetrics headingMetrics() const
    {
        QFont heading = font();
        heading.setPixelSize(kHeadingPixels);
        heading.setWeight(QFont::Medium);
        return QFontMetrics(heading);
    }
};

} // namespace

DataTable::DataTable(QWidget* parent) : QTableView(parent)
{
    setItemDelegate(new AligningDelegate(this));
    auto* header = new AligningHeader(Qt::Horizontal, this);
    header->setSectionsClickable(true);
    header->setHighlightSections(false);
    header->setTextElideMode(Qt::ElideRight);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    setHorizontalHeader(header);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(28);
    verticalHeader()->setMinimumSectionSize(20);
    setShowGrid(false);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    setWordWrap(false);
    setTabKeyNavigation(false); // Tab leaves the table
    setFrameShape(QFrame::NoFrame);
}

void DataTable::stretch(int column)
{
    QHeaderView* header = horizontalHeader();
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(column, QHeaderView::Stretch);
    header->setMinimumSectionSize(kLeastStretched);
}

void DataTable::setEmptyText(const QString& text)
{
    m_emptyText = text;
    viewport()->update();
}

void DataTable::paintEvent(QPaintEvent* event)
{
    QTableView::paintEvent(event);
    if (m_emptyText.isEmpty() || (model() && model()->rowCount() > 0))
        return;
    QPainter painter(viewport());
    painter.setPen(Theme::current().dim);
    painter.drawText(viewport()->rect().adjusted(16, 8, -16, -8), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
}

void DataTable::keyPressEvent(QKeyEvent* event)
{
    if (!event->matches(QKeySequence::Copy) || !selectionModel()) {
        QTableView::keyPressEvent(event);
        return;
    }
    QModelIndexList indexes = selectionModel()->selectedIndexes();
    std::sort(indexes.begin(), indexes.end());
    QString text;
    for (qsizetype i = 0; i < indexes.size(); ++i) {
        if (i > 0)
            text += indexes[i].row() == indexes[i - 1].row() ? '\t' : '\n';
        text += indexes[i].data(Qt::DisplayRole).toString();
    }
    QGuiApplication::clipboard()->setText(text);
}

} // namespace millrace
