// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/GroupsPanel.h"

#include "models/RowsModel.h"
#include "models/Values.h"
#include "style/Theme.h"
#include "widgets/ConfirmButton.h"
#include "widgets/Widgets.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>

namespace millrace
{

namespace
{

/// State by shape and colour: with members, without, or on the way between.
QString stateText(const QVariant& state)
{
    const QString text = state.toString();
    const QString shape = text == QLatin1String("Stable")  ? QStringLiteral("●")
                          : text == QLatin1String("Empty") ? QStringLiteral("○")
                          : text == QLatin1String("Dead")  ? QStringLiteral("■")
                                                           : QStringLiteral("◆");
    return shape + ' ' + text;
}

QColor stateColour(const QVariant& state)
{
    const QString text = state.toString();
    const Theme& theme = Theme::current();
    return text == QLatin1String("Stable")  ? theme.ok
           : text == QLatin1String("Empty") ? theme.dim
           : text == QLatin1String("Dead")  ? theme.error
                                            : theme.warn;
}

QColor lagColour(const QVariant& lag)
{
    return lag.isValid() && lag.toLongLong() > 0 ? Theme::current().lag : QColor();
}

QList<RowsColumn> groupColumns()
{
    RowsColumn state = textColumn(GroupsPanel::tr("state"));
    state.format = stateText;
    state.colour = stateColour;
    return {textColumn(GroupsPanel::tr("group")), state};
}

/// Kafka's own headings: people look for them.
QList<RowsColumn> lagColumns()
{
    RowsColumn lag = countColumn(QStringLiteral("LAG"));
    lag.colour = lagColour;
    lag.toolTip = GroupsPanel::tr("Records that the group has not read and committed yet");
    return {textColumn(QStringLiteral("GROUP")),           textColumn(QStringLiteral("TOPIC")),
            countColumn(QStringLiteral("PARTITION")),      countColumn(QStringLiteral("CURRENT-OFFSET")),
            countColumn(QStringLiteral("LOG-END-OFFSET")), lag,
            textColumn(QStringLiteral("CONSUMER-ID")),     textColumn(QStringLiteral("HOST")),
            textColumn(QStringLiteral("CLIENT-ID"))};
}

QVariant optionalCount(const std::optional<std::int64_t>& count)
{
    return count ? QVariant(static_cast<qint64>(*count)) : QVariant();
}

QVariant optionalText(const std::string& text)
{
    return text.empty() ? QVariant() : QVariant(QString::fromStdString(text));
}

} // namespace

GroupsPanel::GroupsPanel(Session& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_groups(new RowsModel(groupColumns(), this)),
      m_lag(new RowsModel(lagColumns(), this)), m_table(new DataTable), m_lagTable(new DataTable),
      m_title(styledLabel({}, "heading")), m_total(styledLabel({}, "dim")),
      m_delete(new ConfirmButton(tr("Delete group"), tr("Really delete?"), QStringLiteral("groupDeleteButton")))
{
    m_table->setObjectName(QStringLiteral("groupTable"));
    m_lagTable->setObjectName(QStringLiteral("groupLagTable"));
    showSorted(m_table, m_groups);
    m_lagTable->setModel(m_lag);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_lagTable->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(m_title);
    head->addWidget(m_total, 1);
    head->addWidget(m_delete);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 12, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_table, 2);
    layout->addSpacing(4);
    layout->addLayout(head);
    layout->addWidget(m_lagTable, 3);
    connect(m_delete, &ConfirmButton::confirmed, this, &GroupsPanel::deleteGroup);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        clearLag();
        refreshLag();
    });
    clearLag();
}

void GroupsPanel::refreshIfOld()
{
    if (isVisible() && m_session.hasBroker() && (!m_asked.isValid() || m_asked.elapsed() > 1'000))
        refresh();
}

void GroupsPanel::onBrokerChanged()
{
    if (const std::string brokers = m_session.connection().brokers; brokers != m_brokers) {
        m_brokers = brokers;
        m_groups->clear();
        clearLag();
        m_table->setEmptyText(tr("Asking the cluster …"));
    }
    refresh();
}

void GroupsPanel::refresh()
{
    if (!m_session.hasBroker()) {
        m_groups->clear();
        clearLag();
        m_table->setEmptyText(tr("No cluster yet: start the local one, or connect to another on the left."));
        return;
    }
    m_asked.start();
    refreshLag();
    if (m_asking)
        return;
    m_asking = true;
    m_session.call(
        this,
        [&session = m_session]() -> Result<std::vector<GroupInfo>> {
            auto admin = session.admin();
            if (!admin)
                return fail(admin.error());
            return (*admin)->groups();
        },
        [this, asked = m_session.connection().brokers](const Result<std::vector<GroupInfo>>& groups) {
            m_asking = false;
            if (asked == m_session.connection().brokers)
                showGroups(groups);
            else
                refresh();
        });
}

void GroupsPanel::showGroups(const Result<std::vector<GroupInfo>>& groups)
{
    if (!m_session.hasBroker())
        return;
    if (!groups) {
        m_table->setEmptyText(tr("The cluster does not answer."));
        emit failed(groups.error());
        return;
    }
    emit answered();
    m_table->setEmptyText(tr("No consumer groups yet: one appears with the first evaluation or online run."));
    QList<QVariantList> rows;
    for (const GroupInfo& group : *groups)
        rows.append({QString::fromStdString(group.id), QString::fromStdString(group.state)});
    std::sort(rows.begin(), rows.end(),
              [](const QVariantList& a, const QVariantList& b) { return a[0].toString() < b[0].toString(); });
    const QString name = currentName(m_table);
    m_groups->setRows(rows);
    const bool stillThere = !name.isEmpty() && selectName(m_table, name);
    if (!stillThere && !rows.isEmpty())
        m_table->selectRow(0);
    else if (!stillThere)
        clearLag();
}

void GroupsPanel::refreshLag()
{
    const QString name = currentName(m_table);
    if (name.isEmpty() || m_askingLag)
        return;
    m_askingLag = true;
    m_session.call(
        this,
        [&session = m_session, group = name.toStdString()]() -> Result<std::vector<GroupLagRow>> {
            auto admin = session.admin();
            if (!admin)
                return fail(admin.error());
            return (*admin)->groupLag(group);
        },
        [this, name](const Result<std::vector<GroupLagRow>>& rows) {
            m_askingLag = false;
            if (name != currentName(m_table))
                refreshLag();
            else if (rows)
                showLag(*rows);
            else
                emit failed(rows.error());
        });
}

void GroupsPanel::showLag(const std::vector<GroupLagRow>& lagRows)
{
    QList<QVariantList> rows;
    qint64 total = 0;
    bool known = true;
    for (const GroupLagRow& row : lagRows) {
        rows.append({QString::fromStdString(row.group), QString::fromStdString(row.topic),
                     static_cast<qint64>(row.partition), optionalCount(row.currentOffset),
                     optionalCount(row.logEndOffset), optionalCount(row.lag()), optionalText(row.consumerId),
                     optionalText(row.host), optionalText(row.clientId)});
        known = known && row.lag().has_value();
        total += row.lag().value_or(0);
    }
    m_lag->setRows(rows);
    m_title->setText(currentName(m_table));
    m_total->setText(tr("lag %1").arg(countText(known && !rows.isEmpty() ? QVariant(total) : QVariant())));
    m_lagTable->setEmptyText(tr("The group has committed no offsets and has no members."));
    m_delete->setEnabled(true);
}

void GroupsPanel::clearLag()
{
    m_lag->clear();
    m_delete->reset();
    m_delete->setEnabled(false);
    m_total->clear();
    m_title->setText(currentName(m_table).isEmpty() ? tr("No group selected") : currentName(m_table));
    m_lagTable->setEmptyText(tr("Select a group to see its lag."));
}

void GroupsPanel::deleteGroup()
{
    const QString name = currentName(m_table);
    if (name.isEmpty())
        return;
    m_session.call(
        this,
        [&session = m_session, group = name.toStdString()]() -> Status {
            auto admin = session.admin();
            return admin ? (*admin)->deleteGroup(group) : Status(fail(admin.error()));
        },
        [this, name](const Status& status) {
            if (!status) {
                emit refused(status.error());
                return;
            }
            emit done(tr("Group %1 deleted").arg(name));
            refresh();
        });
}

} // namespace millrace
