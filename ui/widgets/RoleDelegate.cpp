// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/RoleDelegate.h"

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

constexpr const char* kRoles[] = {QT_TRANSLATE_NOOP("Tables", "label"), QT_TRANSLATE_NOOP("Tables", "feature"),
                                  QT_TRANSLATE_NOOP("Tables", "ignored")};

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
    return {theme.grid, theme.dim};
}

QFont pillFont(const QStyleOptionViewItem& option)
{
    QFont font = option.font;
    font.setPixelSize(11);
    return font;
}

} // namespace

void RoleDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem background = option;
    initStyleOption(&background, index);
    background.text.clear();
    const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &background, painter, option.widget);

    const QString role = index.data(RowsModel::kValueRole).toString();
    const PillColours colours = coloursOf(role);
    const QFont font = pillFont(option);
    const QString shown = tableText(role.toStdString());
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

QSize RoleDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& /*index*/) const
{
    int widest = 0;
    for (const char* role : kRoles)
        widest = std::max(widest, QFontMetrics(pillFont(option)).horizontalAdvance(tableText(role)));
    return {widest + 40, 36};
}

QWidget* RoleDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem& /*option*/,
                                    const QModelIndex& /*index*/) const
{
    auto* combo = new QComboBox(parent);
    combo->setObjectName(QStringLiteral("dataRoleEditor"));
    combo->setAccessibleName(tr("Role"));
    for (const char* role : kRoles)
        combo->addItem(tableText(role), QString::fromLatin1(role));
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
    combo->setCurrentIndex(combo->findData(index.data(RowsModel::kValueRole)));
}

void RoleDelegate::setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const
{
    model->setData(index, qobject_cast<QComboBox*>(editor)->currentData(), Qt::EditRole);
}

} // namespace millrace
