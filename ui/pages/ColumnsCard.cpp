// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/ColumnsCard.h"

#include "data/files/Classes.h"
#include "models/RowsModel.h"
#include "models/Values.h"
#include "widgets/HistogramDelegate.h"
#include "widgets/RoleDelegate.h"

#include <QHeaderView>
#include <QVBoxLayout>

namespace millrace
{

namespace
{

enum ColumnOfTable { Name, Role, Spread, Minimum, Maximum, Mean, Missing };

RowsColumn shortColumn(const QString& title)
{
    RowsColumn column = textColumn(title);
    column.alignment = Qt::AlignRight;
    column.format = shortText;
    return column;
}

QList<RowsColumn> summaryColumns()
{
    RowsColumn role = textColumn(ColumnsCard::tr("role"));
    role.alignment = Qt::AlignRight;
    role.editable = true;
    role.toolTip = ColumnsCard::tr("Click a role to change it");
    RowsColumn histogram = textColumn(ColumnsCard::tr("values"));
    histogram.alignment = Qt::AlignRight;
    histogram.toolTip = ColumnsCard::tr("How they are spread: of up to seven classes by class, in their colours");
    return {textColumn(ColumnsCard::tr("column")),
            role,
            histogram,
            shortColumn(ColumnsCard::tr("min")),
            shortColumn(ColumnsCard::tr("max")),
            shortColumn(ColumnsCard::tr("mean")),
            countColumn(ColumnsCard::tr("missing"))};
}

ClassHistogram histogramOf(const nlohmann::json& column)
{
    ClassHistogram histogram;
    const QString role = jsonText(column, "role");
    const bool isLabel = role == QLatin1String("label"), isText = jsonText(column, "type") == QLatin1String("text");
    if (isText && role != QLatin1String("ignored"))
        histogram.word = isLabel ? ColumnsCard::tr("classes") : ColumnsCard::tr("text");
    for (const nlohmann::json& counts : jsonChild(column, "histogram")) {
        histogram.counts.emplace_back();
        for (const nlohmann::json& count : counts)
            histogram.counts.back().push_back(count.is_number() ? count.get<double>() : 0);
    }
    return histogram;
}

} // namespace

ColumnsCard::ColumnsCard(QWidget* parent)
    : Card({}, parent), m_columns(new RowsModel(summaryColumns(), this)), m_table(new DataTable)
{
    m_table->setObjectName(QStringLiteral("dataColumnTable"));
    m_table->setModel(m_columns);
    m_table->setItemDelegateForColumn(Role, new RoleDelegate(m_table));
    m_table->setItemDelegateForColumn(Spread, new HistogramDelegate(m_table));
    m_table->verticalHeader()->setDefaultSectionSize(36);
    m_table->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::DoubleClicked);
    m_table->stretch(Name);
    connect(m_table, &QTableView::clicked, this, [this](const QModelIndex& index) {
        if (index.column() == Role)
            m_table->edit(index);
    });
    connect(m_columns, &RowsModel::edited, this,
            [this](int row, int /*column*/, const QVariant& role) { changeRole(row, role.toString()); });
    content()->setContentsMargins(1, 8, 1, 1);
    content()->addWidget(m_table);
}

void ColumnsCard::showSummary(const Schema& schema, const nlohmann::json& result)
{
    m_schema = schema;
    QList<QVariantList> rows;
    for (const nlohmann::json& column : jsonChild(result, "columns")) {
        rows.append({jsonText(column, "name"), jsonText(column, "role"), QVariant::fromValue(histogramOf(column)),
                     jsonValue(column, "min"), jsonValue(column, "max"), jsonValue(column, "mean"),
                     jsonValue(column, "missing")});
    }
    m_columns->setRows(rows);
}

void ColumnsCard::changeRole(int column, const QString& role)
{
    auto& columns = m_schema.columns;
    const auto changed = static_cast<std::size_t>(column);
    if (changed >= columns.size())
        return;
    const bool wasLabel = columns[changed].role == ColumnRole::Label;
    if (role == QLatin1String("label"))
        chooseLabel(m_schema, column);
    else if (wasLabel)
        chooseLabel(m_schema, -1);
    if (role != QLatin1String("label"))
        columns[changed].role = role == QLatin1String("feature") ? ColumnRole::Feature : ColumnRole::Ignored;
    emit schemaEdited(m_schema);
}

void ColumnsCard::restyle()
{
    m_table->viewport()->update();
}

} // namespace millrace
