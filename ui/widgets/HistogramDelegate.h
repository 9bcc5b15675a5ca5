// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaType>
#include <QString>
#include <QStyledItemDelegate>
#include <vector>

namespace millrace
{

/// How often values fall into each bin: by class, or of all in one piece. Texts and classes have none.
struct ClassHistogram {
    std::vector<std::vector<double>> counts;
    QString word; ///< in place of bars, where there are none to draw
    bool operator==(const ClassHistogram&) const = default;
};

/// Paints a ClassHistogram (RowsModel::kValueRole) as translucent bar charts over each other, in the classes' colours
/// and on one scale; or its word.
class HistogramDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace millrace

Q_DECLARE_METATYPE(millrace::ClassHistogram)
