// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/PublishedCard.h"

#include "base/Text.h"
#include "models/RowsModel.h"
#include "models/Values.h"
#include "shell/Page.h"

#include <QDesktopServices>
#include <QUrl>
#include <QVBoxLayout>

namespace millrace
{

PublishedCard::PublishedCard(Shell& shell, QWidget* parent)
    : Card(tr("Published"), parent), m_shell(shell), m_parts(new RowsModel({}, this)), m_text(styledLabel({}, "dim")),
      m_warning(styledLabel({}, "warn")),
      m_showRejected(plainButton(tr("Show rejected"), QStringLiteral("dataShowRejectedButton")))
{
    auto* parts = new DataTable;
    parts->setObjectName(QStringLiteral("dataPublishedTable"));
    parts->setAccessibleName(tr("Published"));
    parts->setModel(m_parts);
    m_text->setObjectName(QStringLiteral("dataPublishedText"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_warning->setWordWrap(true);
    m_showRejected->setToolTip(tr("Opens the rows that could not be used, with the reason of each"));
    auto* train = plainButton(tr("Train on it…"), QStringLiteral("dataTrainButton"));
    auto* line = new QHBoxLayout;
    line->setSpacing(12);
    line->addWidget(m_text, 1);
    line->addWidget(m_showRejected);
    line->addWidget(train);
    content()->addLayout(line);
    content()->addWidget(m_warning);
    content()->addWidget(parts, 1);
    connect(train, &QPushButton::clicked, this, &PublishedCard::trainWanted);
    connect(m_showRejected, &QPushButton::clicked, this, &PublishedCard::openRejected);
    hide();
}

void PublishedCard::openRejected()
{
    if (!QDesktopServices::openUrl(QUrl::fromLocalFile(m_rejectedFile)))
        m_shell.say(tr("No program here opens CSV files; the rows are in %1").arg(m_rejectedFile), true);
}

void PublishedCard::showResult(const Schema& schema, const nlohmann::json& result)
{
    showParts(schema, jsonChild(result, "parts"));
    QStringList facts = {tr("%1 records").arg(countText(jsonValue(result, "records"))),
                         QString::fromStdString(formatBytes(jsonCount(result, "bytes"))),
                         QString::fromStdString(formatDuration(jsonValue(result, "seconds").toDouble())),
                         tr("%1 / s").arg(countText(jsonValue(result, "records_per_second")))};
    if (jsonCount(result, "rejected") > 0)
        facts << tr("%1 rejected").arg(countText(jsonValue(result, "rejected")));
    m_text->setText(facts.join(QStringLiteral(" · ")));
    m_rejectedFile = jsonText(result, "rejected_file");
    m_showRejected->setVisible(!m_rejectedFile.isEmpty());
    QStringList warnings = jsonTexts(jsonChild(result, "warnings"));
    for (QString& warning : warnings)
        warning.prepend(QStringLiteral("◆ "));
    m_warning->setText(warnings.join('\n'));
    m_warning->setVisible(!warnings.isEmpty());
    show();
}

void PublishedCard::showParts(const Schema& schema, const nlohmann::json& parts)
{
    QList<QVariantList> rows;
    // Records without a label, and numbers, have no classes; of many nobody would read a column each.
    constexpr std::size_t kMostClassColumns = 6;
    const auto classes = static_cast<std::size_t>(classCount(taskOf(schema)));
    bool byClass = schema.labelColumn() >= 0 && classes <= kMostClassColumns;
    for (const nlohmann::json& part : parts) {
        for (const nlohmann::json& partition : jsonChild(part, "partitions")) {
            const nlohmann::json& counts = jsonChild(partition, "class_counts");
            byClass = byClass && counts.is_array() && !counts.empty();
            QVariantList row = {jsonText(part, "topic"), jsonValue(partition, "partition"),
                                jsonValue(partition, "records")};
            for (std::size_t i = 0; byClass && i < classes; ++i)
                row << jsonItem(counts, i);
            rows.append(row);
        }
    }
    QList<RowsColumn> columns = {textColumn(tr("topic")), countColumn(tr("partition")), countColumn(tr("records"))};
    for (std::size_t i = 0; byClass && i < classes; ++i)
        columns << countColumn(QString::fromStdString(schema.className(static_cast<int>(i))));
    m_parts->setColumns(columns);
    m_parts->setRows(rows);
}

} // namespace millrace
