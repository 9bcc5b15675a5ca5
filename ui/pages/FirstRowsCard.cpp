// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/FirstRowsCard.h"

#include "base/Text.h"
#include "models/RowsModel.h"
#include "models/Values.h"

#include <QHeaderView>
#include <QVBoxLayout>

namespace millrace
{

namespace
{

/// A field as it stands in the file, shortened when it is a long number.
QString fieldText(const QVariant& field)
{
    const std::string text = field.toString().toStdString();
    const auto number = parseNumber(text);
    return number && text.size() > 7 ? shortText(*number) : field.toString();
}

} // namespace

FirstRowsCard::FirstRowsCard(QWidget* parent) : Card(tr("First rows"), parent), m_rows(new RowsModel({}, this))
{
    auto* table = new DataTable;
    table->setObjectName(QStringLiteral("dataFirstRowsTable"));
    table->setModel(m_rows);
    table->setMinimumHeight(132);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setResizeContentsPrecision(0); // what is seen: a hundred rows take too long
    content()->addWidget(table, 1);
}

void FirstRowsCard::showSummary(const Schema& schema, const nlohmann::json& result)
{
    QList<RowsColumn> columns = {countColumn(QStringLiteral("#"))};
    for (const Column& column : schema.columns) {
        RowsColumn shown = textColumn(QString::fromStdString(column.name));
        shown.alignment = column.type == ColumnType::Number ? Qt::AlignRight : Qt::AlignLeft;
        shown.format = fieldText;
        columns.append(shown);
    }
    QList<QVariantList> rows;
    for (const nlohmann::json& fields : jsonChild(result, "first_rows")) {
        QVariantList row = {static_cast<qint64>(rows.size() + 1)};
        for (const QString& field : jsonTexts(fields))
            row.append(field);
        rows.append(row);
    }
    m_rows->setColumns(columns);
    m_rows->setRows(rows);
}

} // namespace millrace
