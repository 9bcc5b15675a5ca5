// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/FirstRowsCard.h"

#include "base/Text.h"
#include "models/RowsModel.h"
#include "models/Values.h"

#include <QHeaderView>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

namespace millrace
{

namespace
{

constexpr int kMostShown = 1'000; ///< columns: nobody looks at more
constexpr int kMostFitted = 50;   ///< to what they hold, which all have to be asked for

/// A field as it stands in the file, shortened when it is a long number.
QString fieldText(const QVariant& field)
{
    const std::string text = field.toString().toStdString();
    const auto number = parseNumber(text);
    return number && text.size() > 7 ? shortText(*number) : field.toString();
}

} // namespace

FirstRowsCard::FirstRowsCard(QWidget* parent)
    : Card(tr("First rows"), parent), m_rows(new RowsModel({}, this)), m_table(new DataTable),
      m_said(styledLabel({}, "dim"))
{
    m_said->setObjectName(QStringLiteral("dataFirstRowsSaid"));
    m_said->setWordWrap(true);
    m_table->setObjectName(QStringLiteral("dataFirstRowsTable"));
    m_table->setAccessibleName(tr("First rows"));
    m_table->setModel(m_rows);
    m_table->setMinimumHeight(132);
    m_table->horizontalHeader()->setResizeContentsPrecision(0); // what is seen: a hundred rows take too long
    content()->addWidget(m_said);
    content()->addWidget(m_table, 1);
}

FirstRowsCard::Content FirstRowsCard::contentOf(const Schema& schema, const nlohmann::json& result)
{
    Content content;
    content.columns = {countColumn(QStringLiteral("#"))};
    content.all = std::ssize(schema.columns);
    const auto shownColumns = std::min<std::size_t>(schema.columns.size(), kMostShown);
    for (const Column& column : std::span(schema.columns).first(shownColumns)) {
        RowsColumn shown = textColumn(QString::fromStdString(column.name));
        shown.alignment = column.type == ColumnType::Number ? Qt::AlignRight : Qt::AlignLeft;
        shown.format = fieldText;
        content.columns.append(shown);
    }
    for (const nlohmann::json& fields : jsonChild(result, "first_rows")) {
        QVariantList row = {static_cast<qint64>(content.rows.size() + 1)};
        for (const QString& field : jsonTexts(fields).mid(0, kMostShown))
            row.append(field);
        content.rows.append(row);
    }
    return content;
}

void FirstRowsCard::showContent(Content content)
{
    const qsizetype shown = content.columns.size() - 1;
    m_said->setText(tr("The first %1 of %2 columns").arg(countText(shown), countText(content.all)));
    m_said->setVisible(shown < content.all);
    m_table->horizontalHeader()->setSectionResizeMode(shown > kMostFitted ? QHeaderView::Interactive
                                                                          : QHeaderView::ResizeToContents);
    m_rows->setColumns(std::move(content.columns));
    m_rows->setRows(std::move(content.rows));
}

} // namespace millrace
