// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/RoleDelegate.h"

#include "data/Columns.h"
#include "models/RowsModel.h"
#include "models/TableText.h"
#include "style/Theme.h"

#include <QApplication>
#include <QComboBox>
#include <QPainter>
#include <QTimer>
#include <algorithm>

namespace millrace
{

namespace
{

constexpr QLatin1String kPrivate{"private "};

struct CellRole {
    QString role;
    bool isPrivate = false;
};

CellRole roleIn(const QModelIndex& index)
{
    const QString text = index.data(RowsModel::kValueRole).toString();
    const bool isPrivate = text.startsWith(kPrivate);
    return {isPrivate ? text.mid(kPrivate.size()) : text, isPrivate};
}

QString shownRole(const CellRole& cell)
{
    const QString role = tableText(cell.role.toStdString());
    return cell.isPrivate ? RoleDelegate::tr("%1, private").arg(role) : role;
}

struct PillColours {
    QColor fill, text;
};

PillColours coloursOf(const QString& role)
{
    const Theme& theme = Theme::current();
    if (role == QLatin1String("feature"))
        return {theme.accentSoft, theme.accent};
    if (role == QLatin1String("label")) {
        QColor fill = theme.lag;
        fill.setAlphaF(theme.dark ? 0.22F : 0.16F);
        return {fill, theme.dark ? theme.lag.lighter(110) : theme.lag.darker(125)};
    }
    if (role == QLatin1String("ignored"))
        return {theme.grid, theme.dim};
    return {theme.grid, theme.text};
}

/// In another row of the table.
bool hasOtherLabel(const QModelIndex& index)
{
    for (int row = 0; row < index.model()->rowCount(); ++row)
        if (row != index.row() && roleIn(index.siblingAtRow(row)).role == QLatin1String("label"))
            return roleIn(index).role != QLatin1String("label");
    return false;
}

QFont pillFont(const QStyleOptionViewItem& option)
{
    QFont font = option.font;
    font.setPixelSize(11);
    return font;
}

} // namespace

QString privateRole(const QString& role)
{
    return kPrivate + role;
}

void RoleDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem background = option;
    initStyleOption(&background, index);
    background.text.clear();
    const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &background, painter, option.widget);

    const CellRole role = roleIn(index);
    const PillColours colours = coloursOf(role.role);
    const QFont font = pillFont(option);
    const QString shown = shownRole(role);
    const int width = QFontMetrics(font).horizontalAdvance(shown) + 18;
    QRectF pill(0, 0, width, 19);
    pill.moveCenter(QRectF(option.rect).center());
    pill.moveRight(option.rect.right() - 8);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(colours.fill);
    painter->drawRoundedRect(pill, 9.5, 9.5);
    painter->setFont(font);
    painter->setPen(colours.text);
    painter->drawText(pill, Qt::AlignCenter, shown);
    painter->restore();
}

QSize RoleDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QFontMetrics metrics(pillFont(option));
    int widest = metrics.horizontalAdvance(shownRole(roleIn(index)));
    for (const ColumnRoleInfo& role : columnRoles())
        widest = std::max(widest, metrics.horizontalAdvance(tableText(role.name)));
    return {widest + 40, 36};
}

QWidget* RoleDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem& /*option*/,
                                    const QModelIndex& index) const
{
    auto* combo = new QComboBox(parent);
    combo->setObjectName(QStringLiteral("dataRoleEditor"));
    combo->setAccessibleName(tr("Role"));
    for (const ColumnRoleInfo& role : columnRoles()) {
        combo->addItem(tableText(role.name), QString::fromStdString(role.name));
        combo->setItemData(combo->count() - 1, tableText(role.help), Qt::ToolTipRole);
        if (role.role == ColumnRole::Label && hasOtherLabel(index)) {
            combo->addItem(tr("also label"), QString(kAlsoLabel));
            combo->setItemData(combo->count() - 1, tr("A further number to foretell, beside the label that there is"),
                               Qt::ToolTipRole);
        }
    }
    connect(combo, &QComboBox::activated, this, [this, combo] {
        auto* self = const_cast<RoleDelegate*>(this);
        emit self->commitData(combo);
        emit self->closeEditor(combo);
    });
    QTimer::singleShot(0, combo, &QComboBox::showPopup);
    return combo;
}

void RoleDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const
{
    auto* combo = qobject_cast<QComboBox*>(editor);
    combo->setCurrentIndex(combo->findData(roleIn(index).role));
}

void RoleDelegate::setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const
{
    model->setData(index, qobject_cast<QComboBox*>(editor)->currentData(), Qt::EditRole);
}

} // namespace millrace
