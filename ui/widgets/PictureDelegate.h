// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaType>
#include <QString>
#include <QStyledItemDelegate>
#include <optional>
#include <vector>

namespace millrace
{

/// What a column looks like, small.
struct ColumnPicture {
    enum class Kind {
        None,
        Histogram, ///< how many values are in each bin, by class over each other
        Levels,    ///< how many rows have each level, a bar each, by class upon each other
        Spreads,   ///< quartiles, median and mean of the target, by bin or level
    };
    struct Spread {
        double lower = 0, median = 0, upper = 0, mean = 0;
        bool operator==(const Spread&) const = default;
    };
    Kind kind = Kind::None;
    std::vector<std::vector<double>> counts; ///< by series, then bin or level
    int colours = 0; ///< series that have a colour of a class; one behind them is grey; 0: one series without classes
    std::vector<std::optional<Spread>> spreads;
    QString word;          ///< in place of a picture
    QString hint;          ///< what it shows, in words
    bool isWarned = false; ///< there is something that a person should know of the column
    bool operator==(const ColumnPicture&) const = default;
};

/// Paints a ColumnPicture (RowsModel::kValueRole) in the classes' colours and on one scale, or its word.
class PictureDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace millrace

Q_DECLARE_METATYPE(millrace::ColumnPicture)
