// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/RowsModel.h"

#include "models/TableText.h"
#include "models/Values.h"

#include <QCoreApplication>
#include <QHeaderView>
#include <QTableView>
#include <algorithm>

namespace millrace
{

namespace
{

RowsColumn rightColumn(const QString& title, std::function<QString(const QVariant&)> format)
{
    RowsColumn column;
    column.title = title;
    column.alignment = Qt::AlignRight;
    column.format = std::move(format);
    return column;
}

QString unknownOr(const QVariant& value)
{
    return value.isValid() ? value.toString() : QStringLiteral("–");
}

} // namespace

RowsColumn textColumn(const QString& title)
{
    RowsColumn column;
    column.title = title;
    return column;
}

RowsColumn wordColumn(const QString& title)
{
    RowsColumn column = textColumn(title);
    column.format = [](const QVariant& word) { return tableText(word.toString().toStdString()); };
    return column;
}

RowsColumn countColumn(const QString& title)
{
    return rightColumn(title, countText);
}

RowsColumn numberColumn(const QString& title, int decimals)
{
    return rightColumn(title, [decimals](const QVariant& value) { return fixedText(value, decimals); });
}

RowsModel::RowsModel(QList<RowsColumn> columns, QObject* parent)
    : QAbstractTableModel(parent), m_columns(std::move(columns))
{
}

void RowsModel::setColumns(QList<RowsColumn> columns)
{
    beginResetModel();
    m_columns = std::move(columns);
    m_rows.clear();
    endResetModel();
}

void RowsModel::setRows(QList<QVariantList> rows)
{
    if (!namesTheSame(rows)) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
    } else if (rows != m_rows) {
        m_rows = std::move(rows);
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    }
}

bool RowsModel::namesTheSame(const QList<QVariantList>& rows) const
{
    if (rows.size() != m_rows.size())
        return false;
    for (qsizetype i = 0; i < rows.size(); ++i) {
        if (rows[i].value(0) != m_rows[i].value(0))
            return false;
    }
    return true;
}

int RowsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int RowsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant RowsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const RowsColumn& column = m_columns[index.column()];
    QVariant cell = value(index.row(), index.column());
    switch (role) {
    case Qt::ToolTipRole:
        if (const QString hint = value(index.row(), column.hintPlace).toString(); !hint.isEmpty())
            return hint;
        if (column.hint)
            return column.hint(cell);
        [[fallthrough]];
    case Qt::DisplayRole:
        return column.format ? column.format(cell) : unknownOr(cell);
    case Qt::AccessibleDescriptionRole:
        return column.hint ? column.hint(cell) : QString();
    case kValueRole:
    case Qt::EditRole:
        return cell;
    case Qt::TextAlignmentRole:
        return static_cast<int>(column.alignment | Qt::AlignVCenter);
    case Qt::ForegroundRole: {
        const QColor colour = column.colour ? column.colour(cell) : QColor();
        return colour.isValid() ? QVariant(colour) : QVariant();
    }
    default:
        return {};
    }
}

QVariant RowsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= m_columns.size())
        return {};
    const RowsColumn& column = m_columns[section];
    switch (role) {
    case Qt::DisplayRole:
        return column.title;
    case Qt::ToolTipRole:
        return column.toolTip.isEmpty()
                   ? column.title
                   : QCoreApplication::translate("RowsModel", "%1: %2").arg(column.title, column.toolTip);
    case Qt::TextAlignmentRole:
        return static_cast<int>(column.alignment | Qt::AlignVCenter);
    case Qt::InitialSortOrderRole:
        return column.firstOrder;
    default:
        return {};
    }
}

Qt::ItemFlags RowsModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.isValid() && m_columns[index.column()].editable ? flags | Qt::ItemIsEditable : flags;
}

bool RowsModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || role != Qt::EditRole || !m_columns[index.column()].editable)
        return false;
    QVariant& cell = m_rows[index.row()][index.column()];
    if (cell == value)
        return true;
    cell = value;
    emit dataChanged(index, index);
    emit edited(index.row(), index.column(), value);
    return true;
}

SortedRows::SortedRows(RowsModel* model, QObject* parent) : QSortFilterProxyModel(parent)
{
    setSourceModel(model);
    setSortRole(RowsModel::kValueRole);
}

bool SortedRows::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const QVariant a = left.data(RowsModel::kValueRole);
    const QVariant b = right.data(RowsModel::kValueRole);
    if (!a.isValid() || !b.isValid())
        return !a.isValid() && b.isValid();
    return QVariant::compare(a, b) == QPartialOrdering::Less;
}

FoundRows::FoundRows(RowsModel* model, int columns, QObject* parent) : SortedRows(model, parent), m_columns(columns) {}

void FoundRows::find(const QString& words)
{
    m_words = words.split(' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

bool FoundRows::filterAcceptsRow(int row, const QModelIndex& /*parent*/) const
{
    QStringList texts;
    for (int column = 0; column < m_columns && !m_words.isEmpty(); ++column)
        texts << sourceModel()->index(row, column).data().toString();
    return std::ranges::all_of(
        m_words, [&texts](const QString& word) { return !texts.filter(word, Qt::CaseInsensitive).isEmpty(); });
}

void showSorted(QTableView* table, SortedRows* model)
{
    table->setModel(model);
    table->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    table->setSortingEnabled(true);
}

void showSorted(QTableView* table, RowsModel* model)
{
    showSorted(table, new SortedRows(model, table));
}

QString currentName(const QTableView* table)
{
    const QModelIndex current = table->currentIndex();
    return current.isValid() ? current.siblingAtColumn(0).data(RowsModel::kValueRole).toString() : QString();
}

bool selectName(QTableView* table, const QString& name)
{
    const QAbstractItemModel* model = table->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        const QModelIndex index = model->index(row, 0);
        if (index.data(RowsModel::kValueRole).toString() == name) {
            if (table->currentIndex().row() != row)
                table->setCurrentIndex(index);
            return true;
        }
    }
    return false;
}

} // namespace millrace
