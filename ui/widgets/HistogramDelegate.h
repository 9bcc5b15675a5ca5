// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaType>
#include <QStyledItemDelegate>
#include <array>
#include <vector>

namespace millrace
{

/// How often values fall into each bin, by class.
struct ClassHistogram {
    std::array<std::vector<double>, 2> counts;
    bool operator==(const ClassHistogram&) const = default;
};

/// Paints a ClassHistogram (RowsModel::kValueRole) as two translucent bar charts over each other, in the classes'
/// colours and on one scale.
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
