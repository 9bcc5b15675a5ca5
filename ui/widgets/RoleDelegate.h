// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace millrace
{

/// A role of the engine's table (data/Columns.h) as a cell holds it, of a private column.
QString privateRole(const QString& role);
/// What a cell is edited to that is to be a label beside those that there are.
inline constexpr QLatin1String kAlsoLabel{"also label"};

/// Shows a column's role ("label", "feature", …) as a coloured pill and edits it with a combo box.
class RoleDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void setEditorData(QWidget* editor, const QModelIndex& index) const override;
    void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override;
};

} // namespace millrace
