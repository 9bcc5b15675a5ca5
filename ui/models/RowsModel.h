// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QColor>
#include <QSortFilterProxyModel>
#include <functional>

class QTableView;

namespace millrace
{

/// What one column of a table is called and how its values are shown.
struct RowsColumn {
    QString title;
    Qt::Alignment alignment = Qt::AlignLeft;
    std::function<QString(const QVariant&)> format; ///< empty: the value's own text
    std::function<QColor(const QVariant&)> colour;  ///< empty or invalid: the text colour
    bool editable = false;
    QString toolTip;                              ///< of the heading
    std::function<QString(const QVariant&)> hint; ///< tool tip of a cell, and what it tells who does not see it
    int hintPlace = -1; ///< value of the row that is the tool tip instead, where it says something
    Qt::SortOrder firstOrder = Qt::AscendingOrder; ///< of the first click on the heading
};

RowsColumn textColumn(const QString& title);
/// Words of the engine (kinds of jobs, states of runs), in the user's language.
RowsColumn wordColumn(const QString& title);
RowsColumn countColumn(const QString& title);
RowsColumn numberColumn(const QString& title, int decimals);

/// Plain rows in, a table out: the one model of all pages' tables. A row is a list of values, the first of which names
/// it; an invalid value is unknown and shown as "–". New rows with the old names update in place, so that selection and
/// scroll position live through a refresh.
class RowsModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    static constexpr int kValueRole = Qt::UserRole; ///< the value itself, for sorting and delegates

    explicit RowsModel(QList<RowsColumn> columns, QObject* parent = nullptr);

    void setColumns(QList<RowsColumn> columns); ///< and no rows
    void setRows(QList<QVariantList> rows);
    void clear() { setRows({}); }
    [[nodiscard]] const QList<QVariantList>& rows() const { return m_rows; }
    [[nodiscard]] QVariant value(int row, int column) const { return m_rows.value(row).value(column); }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

signals:
    void edited(int row, int column, const QVariant& value); ///< by a person

private:
    [[nodiscard]] bool namesTheSame(const QList<QVariantList>& rows) const;

    QList<RowsColumn> m_columns;
    QList<QVariantList> m_rows;
};

/// Sorts a RowsModel by value; unknown values come first.
class SortedRows : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    explicit SortedRows(RowsModel* model, QObject* parent = nullptr);

protected:
    [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
};

/// Of these the rows that show what is looked for: each of its words, in one of the first columns.
class FoundRows : public SortedRows
{
    Q_OBJECT
public:
    FoundRows(RowsModel* model, int columns, QObject* parent = nullptr);
    void find(const QString& words);

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    int m_columns;
    QStringList m_words;
};

/// Gives the table the model with sorting by its headings; at first in the model's own order.
void showSorted(QTableView* table, SortedRows* model);
void showSorted(QTableView* table, RowsModel* model);
/// The name (first column) of the current row; empty without one.
QString currentName(const QTableView* table);
/// Makes the row of that name the current one; false when there is none.
bool selectName(QTableView* table, const QString& name);

} // namespace millrace
