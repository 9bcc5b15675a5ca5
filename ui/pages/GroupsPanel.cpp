// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/GroupsPanel.h"

#include "charts/LineChart.h"
#include "models/LagFeed.h"
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

constexpr int kGroupsOldAfter = 1'000; ///< milliseconds

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

Result<QList<QVariantList>> groupRows(Admin& admin)
{
    const auto groups = admin.groups();
    if (!groups)
        return fail(groups.error());
    QList<QVariantList> rows;
    for (const GroupInfo& group : *groups)
        rows.append({QString::fromStdString(group.id), QString::fromStdString(group.state)});
    return rows;
}

RowsColumn durationColumn(const QString& title, QString (*text)(const QVariant&))
{
    RowsColumn column = countColumn(title);
    column.format = text;
    return column;
}

/// Where Kafka's own tool has a heading, it is that one: people look for it.
QList<RowsColumn> lagColumns()
{
    RowsColumn verdict = textColumn(QStringLiteral("VERDICT"));
    verdict.format = verdictText;
    verdict.colour = verdictColour;
    RowsColumn lag = countColumn(QStringLiteral("LAG"));
    lag.colour = lagColour;
    QList<RowsColumn> columns = {textColumn(QStringLiteral("TOPIC")),
                                 countColumn(QStringLiteral("PARTITION")),
                                 verdict,
                                 lag,
                                 durationColumn(QStringLiteral("AGE"), durationText),
                                 durationColumn(QStringLiteral("DRAIN"), drainText),
                                 textColumn(QStringLiteral("AGE-SINCE")),
                                 numberColumn(QStringLiteral("IN/S"), 1),
                                 numberColumn(QStringLiteral("OUT/S"), 1),
                                 countColumn(QStringLiteral("CURRENT-OFFSET")),
                                 countColumn(QStringLiteral("PROCESSED")),
                                 countColumn(QStringLiteral("LOG-END-OFFSET")),
                                 countColumn(QStringLiteral("TO-EDGE")),
                                 countColumn(QStringLiteral("DELETED-UNREAD")),
                                 textColumn(QStringLiteral("CONSUMER-ID")),
                                 textColumn(QStringLiteral("HOST")),
                                 textColumn(QStringLiteral("CLIENT-ID")),
                                 textColumn(QStringLiteral("NOTE"))};
    const QStringList help = {
        {},
        {},
        GroupsPanel::tr("How the group does here, from its last ten commits; no threshold is involved"),
        GroupsPanel::tr("Offsets that a reader of the group has still to pass; 0 when it meets the end at once"),
        GroupsPanel::tr("How old the next unread record is"),
        GroupsPanel::tr("Time to drain: lag / (records out − records in a second)"),
        GroupsPanel::tr("What the age counts from: the record's creation by its producer, or its append by the broker"),
        GroupsPanel::tr("Records a second that come into the partition"),
        GroupsPanel::tr("Records a second that the group reads and commits"),
        GroupsPanel::tr("The next offset that the group has committed"),
        GroupsPanel::tr("The position in the newest checkpoint of the run that reads as this group"),
        GroupsPanel::tr("The end that a reader of committed records sees"),
        GroupsPanel::tr("Records that retention deletes before it comes to an unread one"),
        GroupsPanel::tr("Records that were deleted before the group had read them")};
    for (qsizetype i = 0; i < help.size(); ++i)
        columns[i].toolTip = help[i];
    return columns;
}

QVariantList lagRow(const nlohmann::json& row)
{
    // Without a member, and where nobody knows of members.
    const auto member = [&](const char* key) {
        const QVariant value = jsonValue(row, key);
        return value.isValid() && value.toString().isEmpty() ? QVariant(GroupsPanel::tr("none")) : value;
    };
    const auto value = [&](const char* key) { return jsonValue(row, key); };
    return {value("topic"),
            value("partition"),
            value("verdict"),
            value("lag"),
            value("age_seconds"),
            drainSeconds(row),
            value("timestamp_type"),
            value("rate_in"),
            value("rate_out"),
            value("committed"),
            value("processed"),
            value("end"),
            value("to_retention_edge"),
            value("lost"),
            member("consumer_id"),
            member("host"),
            member("client_id"),
            jsonText(row, "note")};
}

} // namespace

GroupsPanel::GroupsPanel(Session& session, QWidget* parent)
    : BrokerList(session,
                 {QStringLiteral("groupTable"), tr("Groups"), groupColumns(),
                  tr("No consumer groups yet: one appears with the first evaluation or online run."), kGroupsOldAfter},
                 parent),
      m_lag(new RowsModel(lagColumns(), this)), m_lagTable(new DataTable), m_feed(new LagFeed(session, this)),
      m_title(styledLabel({}, "heading")), m_verdict(new Chip), m_lagTile(new Tile(tr("Offset lag"))),
      m_ageTile(new Tile(tr("Age of unread"))), m_drainTile(new Tile(tr("Time to drain"))),
      m_rateTile(new Tile(tr("Records/s in · out"))), m_note(styledLabel({}, "warn")),
      m_chart(new LineChart(tr("Lag"), tr("seconds"), LineChart::Format::Count)),
      m_delete(new ConfirmButton(tr("Delete group"), tr("Really delete?"), QStringLiteral("groupDeleteButton")))
{
    m_lagTable->setObjectName(QStringLiteral("groupLagTable"));
    m_lagTable->setAccessibleName(tr("Lag of the group by partition"));
    showSorted(m_lagTable, m_lag);
    table().horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    table().horizontalHeader()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_lagTable->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(m_title);
    head->addWidget(m_verdict);
    head->addStretch(1);
    head->addWidget(m_delete);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 12, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(&table(), 3);
    layout->addSpacing(4);
    layout->addLayout(head);
    layout->addWidget(makeNumbers());
    layout->addWidget(m_note);
    layout->addWidget(m_chart, 5);
    layout->addWidget(m_lagTable, 4);
    connect(m_delete, &ConfirmButton::confirmed, this, &GroupsPanel::deleteGroup);
    connect(table().selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        clearSelected();
        followSelected();
    });
    connect(m_feed, &LagFeed::looked, this, &GroupsPanel::showLook);
    connect(m_feed, &LagFeed::failed, this, &GroupsPanel::failed);
    clearSelected();
}

QWidget* GroupsPanel::makeNumbers()
{
    m_verdict->setObjectName(QStringLiteral("groupVerdictChip"));
    m_lagTile->setObjectName(QStringLiteral("groupLagTile"));
    m_ageTile->setObjectName(QStringLiteral("groupAgeTile"));
    m_drainTile->setObjectName(QStringLiteral("groupDrainTile"));
    m_rateTile->setObjectName(QStringLiteral("groupRateTile"));
    m_chart->setObjectName(QStringLiteral("groupLagChart"));
    m_note->setObjectName(QStringLiteral("groupLagNote"));
    m_note->setWordWrap(true);
    const Theme& theme = Theme::current();
    m_lagSeries = m_chart->addSeries({tr("lag"), theme.lag, 1.8});
    m_inSeries = m_chart->addSeries({tr("in/s"), Theme::ofClass(0), 1.2, 1, true});
    m_outSeries = m_chart->addSeries({tr("out/s"), theme.validation, 1.2, 1, true});
    auto* tiles = new QWidget;
    auto* across = new QHBoxLayout(tiles);
    across->setContentsMargins(0, 0, 0, 0);
    across->setSpacing(8);
    for (Tile* tile : {m_lagTile, m_ageTile, m_drainTile, m_rateTile})
        across->addWidget(tile);
    return tiles;
}

void GroupsPanel::refresh()
{
    if (session().hasBroker())
        followSelected();
    BrokerList::refresh();
}

BrokerList::Question GroupsPanel::question() const
{
    return [](Admin& admin) { return groupRows(admin); };
}

void GroupsPanel::showSelected(bool isStillThere)
{
    if (isStillThere)
        return;
    if (table().model()->rowCount() > 0)
        table().selectRow(0);
    else
        clearSelected();
}

void GroupsPanel::followSelected()
{
    if (isVisible() || m_feed->group() != selected())
        m_feed->follow(isVisible() ? selected() : QString());
}

void GroupsPanel::showLook(const nlohmann::json& look)
{
    QList<QVariantList> rows;
    for (const nlohmann::json& row : jsonChild(look, "rows"))
        rows.append(lagRow(row));
    m_lag->setRows(rows);
    m_lagTable->setEmptyText(tr("The group has committed no offsets and has no members."));
    m_delete->setEnabled(true);
    const nlohmann::json& total = jsonChild(look, "total");
    showTotal(total);
    if (jsonCount(look, "look") == 1)
        m_chart->clear(); // the monitor began anew
    const double seconds = jsonValue(look, "seconds").toDouble();
    const auto draw = [&](int series, const char* key) {
        if (const QVariant value = jsonValue(total, key); value.isValid())
            m_chart->add(series, seconds, value.toDouble());
    };
    draw(m_lagSeries, "lag");
    draw(m_inSeries, "rate_in");
    draw(m_outSeries, "rate_out");
    m_chart->refresh();
}

void GroupsPanel::showTotal(const nlohmann::json& total)
{
    const qint64 known = jsonCount(total, "known"), partitions = jsonCount(total, "partitions");
    m_lagTile->setName(known == partitions ? tr("Offset lag") : tr("Offset lag · %1 of %2").arg(known).arg(partitions));
    m_lagTile->setValue(countText(jsonValue(total, "lag")));
    m_ageTile->setValue(durationText(jsonValue(total, "age_seconds")));
    m_drainTile->setValue(drainText(drainSeconds(total)));
    const auto rate = [&](const char* key) {
        const QVariant value = jsonValue(total, key);
        return value.isValid() && value.toDouble() >= 100 ? countText(value) : fixedText(value, 1);
    };
    m_rateTile->setValue(rate("rate_in") + QStringLiteral(" · ") + rate("rate_out"));
    const QString verdict = jsonText(total, "verdict");
    m_verdict->setText(verdictText(verdict));
    m_verdict->setTone(verdictTone(verdict));
    m_verdict->setVisible(!verdict.isEmpty());
    const QString note = jsonText(total, "note");
    m_note->setText(note.isEmpty() ? note : note.left(1).toUpper() + note.mid(1) + '.');
    m_note->setVisible(!note.isEmpty());
}

void GroupsPanel::restyle()
{
    const Theme& theme = Theme::current();
    m_chart->setSeriesColor(m_lagSeries, theme.lag);
    m_chart->setSeriesColor(m_inSeries, Theme::ofClass(0));
    m_chart->setSeriesColor(m_outSeries, theme.validation);
    m_chart->restyle();
}

void GroupsPanel::clearSelected()
{
    m_lag->clear();
    m_chart->clear();
    m_chart->refresh();
    showTotal({});
    m_delete->reset();
    m_delete->setEnabled(false);
    m_title->setText(selected().isEmpty() ? tr("No group selected") : selected());
    m_lagTable->setEmptyText(tr("Select a group to see its lag."));
}

void GroupsPanel::deleteGroup()
{
    if (const QString name = selected(); !name.isEmpty())
        change([group = name.toStdString()](Admin& admin) { return admin.deleteGroup(group); },
               tr("Group %1 deleted").arg(name));
}

} // namespace millrace
