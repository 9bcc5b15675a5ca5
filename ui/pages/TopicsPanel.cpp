// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/TopicsPanel.h"

#include "models/Uses.h"
#include "models/Values.h"
#include "pipeline/reading/StableTopic.h"
#include "widgets/ConfirmButton.h"
#include "widgets/Fields.h"
#include "widgets/Widgets.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QSpinBox>
#include <QSplitter>
#include <QVBoxLayout>
#include <numeric>

namespace millrace
{

namespace
{

constexpr int kTopicsOldAfter = 3'000; ///< milliseconds

/// With message counts, but for those that vanish between two questions.
Result<std::vector<TopicInfo>> topicsOf(Admin& admin, bool withInternal)
{
    auto cluster = admin.cluster();
    if (!cluster)
        return fail(cluster.error());
    std::vector<TopicInfo> topics;
    for (TopicInfo& topic : cluster->topics) {
        if (topic.internal && !withInternal)
            continue;
        auto whole = admin.topic(topic.name);
        topics.push_back(whole ? std::move(*whole) : std::move(topic));
    }
    return topics;
}

struct Description {
    TopicInfo topic;
    std::vector<PartitionStanding> standing; ///< empty where nobody knows
    std::vector<ConfigEntry> configs;
};

Result<Description> describeTopic(Session& session, const std::string& name)
{
    auto admin = session.admin();
    if (!admin)
        return fail(admin.error());
    auto topic = (*admin)->topic(name);
    if (!topic)
        return fail(topic.error());
    auto configs = (*admin)->topicConfig(name);
    if (!configs)
        return fail(configs.error());
    auto standing = (*admin)->standing(name);
    return Description{std::move(*topic), standing ? std::move(*standing) : std::vector<PartitionStanding>(),
                       std::move(*configs)};
}

QVariant messagesOf(const TopicInfo& topic)
{
    qint64 sum = 0;
    for (const PartitionInfo& partition : topic.partitions) {
        if (partition.low < 0 || partition.high < 0)
            return {};
        sum += partition.high - partition.low;
    }
    return sum;
}

QVariant offsetOrUnknown(std::int64_t offset)
{
    return offset < 0 ? QVariant() : QVariant(static_cast<qint64>(offset));
}

QString brokerNumbers(const std::vector<int>& brokers)
{
    QStringList texts;
    for (const int broker : brokers)
        texts << QString::number(broker);
    return texts.join(QStringLiteral(", "));
}

/// Beside what can be read.
RowsColumn waitingColumn()
{
    RowsColumn column = countColumn(TopicsPanel::tr("waiting"));
    column.toolTip = TopicsPanel::tr("Offsets behind an open transaction: nobody can read them before it ends");
    return column;
}

/// What the number of messages does not tell.
QString remarksOn(bool isCompacted, std::int64_t waiting)
{
    QStringList remarks;
    if (isCompacted)
        remarks << TopicsPanel::tr("compacted");
    if (waiting > 0)
        remarks
            << TopicsPanel::tr("%1 more wait behind an open transaction").arg(countText(static_cast<qint64>(waiting)));
    return remarks.join(QStringLiteral(", "));
}

QList<RowsColumn> partitionColumns()
{
    RowsColumn inSync = textColumn(QStringLiteral("ISR"));
    inSync.toolTip = TopicsPanel::tr("In-sync replicas");
    return {countColumn(QStringLiteral("#")),
            countColumn(TopicsPanel::tr("leader")),
            textColumn(TopicsPanel::tr("replicas")),
            inSync,
            countColumn(TopicsPanel::tr("low")),
            countColumn(TopicsPanel::tr("high")),
            waitingColumn()};
}

/// Transaction markers take offsets and compaction leaves gaps, so that end − start is only a bound.
RowsColumn messagesColumn()
{
    RowsColumn column = countColumn(TopicsPanel::tr("messages"));
    column.format = [](const QVariant& count) {
        return count.toLongLong() > 0 ? QStringLiteral("≤ ") + countText(count) : countText(count);
    };
    column.toolTip = TopicsPanel::tr("At most: transaction markers take offsets, and compaction leaves gaps");
    return column;
}

QList<RowsColumn> topicColumns()
{
    return {textColumn(TopicsPanel::tr("topic")), countColumn(TopicsPanel::tr("partitions")), messagesColumn(),
            textColumn(TopicsPanel::tr("remarks"))};
}

/// Who may not read configurations or open transactions sees the topics all the same.
Result<QList<QVariantList>> topicRows(Admin& admin, bool withInternal)
{
    const auto topics = topicsOf(admin, withInternal);
    if (!topics)
        return fail(topics.error());
    std::vector<std::string> names;
    for (const TopicInfo& topic : *topics)
        names.push_back(topic.name);
    const auto compacted = admin.compacted(names);
    const auto standings = admin.standings(*topics);
    QList<QVariantList> rows;
    for (const TopicInfo& topic : *topics) {
        const bool isKnown = standings && standings->contains(topic.name);
        rows.append({QString::fromStdString(topic.name), static_cast<qint64>(topic.partitions.size()),
                     messagesOf(topic),
                     remarksOn(compacted && compacted->contains(topic.name),
                               isKnown ? waitingIn(standings->at(topic.name)) : 0)});
    }
    return rows;
}

QWidget* column(const QString& title, QWidget* table)
{
    auto* widget = new QWidget;
    auto* layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(styledLabel(title, "caps"));
    layout->addWidget(table, 1);
    return widget;
}

void stretchFirst(DataTable* table)
{
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
}

} // namespace

TopicsPanel::TopicsPanel(Session& session, QWidget* parent)
    : BrokerList(session,
                 {QStringLiteral("topicTable"), tr("Topics"), topicColumns(),
                  tr("No topics yet: create one above, or publish a file on the Data page."), kTopicsOldAfter},
                 parent),
      m_partitions(new RowsModel(partitionColumns(), this)),
      m_configs(new RowsModel({textColumn(tr("configuration")), textColumn(tr("value"))}, this)),
      m_partitionTable(new DataTable), m_configTable(new DataTable), m_internal(new QCheckBox(tr("internal topics"))),
      m_name(textField(QStringLiteral("topicNameField"))),
      m_count(countField(QStringLiteral("topicPartitionsField"), 1, 10000, 1)), m_title(styledLabel({}, "heading")),
      m_delete(new ConfirmButton(tr("Delete topic"), tr("Really delete?"), QStringLiteral("topicDeleteButton")))
{
    stretchFirst(&table());
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->setObjectName(QStringLiteral("topicSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(12);
    splitter->addWidget(&table());
    splitter->addWidget(makeLower());
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 12, 0, 0);
    layout->setSpacing(12);
    layout->addLayout(makeForm());
    layout->addWidget(splitter, 1);
    connect(m_delete, &ConfirmButton::confirmed, this, &TopicsPanel::deleteTopic);
    connect(m_internal, &QCheckBox::toggled, this, &TopicsPanel::refresh);
    connect(table().selectionModel(), &QItemSelectionModel::currentRowChanged, this, &TopicsPanel::describe);
    clearSelected();
}

/// Above the list: a new topic, and which topics there are in it.
QLayout* TopicsPanel::makeForm()
{
    m_internal->setObjectName(QStringLiteral("topicInternalCheck"));
    m_internal->setToolTip(tr("Show Kafka's own topics too"));
    m_name->setPlaceholderText(tr("new topic's name"));
    m_name->setAccessibleName(tr("New topic's name"));
    m_count->setAccessibleName(tr("New topic's partitions"));
    m_count->setFixedWidth(64);
    auto* create = plainButton(tr("Create topic"), QStringLiteral("topicCreateButton"));
    auto* form = new QHBoxLayout;
    form->setSpacing(8);
    form->addWidget(m_name, 1);
    form->addWidget(styledLabel(tr("partitions"), "dim"));
    form->addWidget(m_count);
    form->addWidget(create);
    form->addSpacing(8);
    form->addWidget(m_internal);
    connect(create, &QPushButton::clicked, this, &TopicsPanel::createTopic);
    connect(m_name, &QLineEdit::returnPressed, this, &TopicsPanel::createTopic);
    return form;
}

/// Below the list: the selected topic.
QWidget* TopicsPanel::makeLower()
{
    m_partitionTable->setObjectName(QStringLiteral("topicPartitionTable"));
    m_configTable->setObjectName(QStringLiteral("topicConfigTable"));
    m_partitionTable->setAccessibleName(tr("Partitions of the topic"));
    m_configTable->setAccessibleName(tr("Configuration of the topic"));
    m_partitionTable->setModel(m_partitions);
    m_configTable->setModel(m_configs);
    m_partitionTable->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    stretchFirst(m_configTable);
    m_configTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_configTable->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Interactive);
    m_configTable->setColumnWidth(1, 92);
    auto* head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(m_delete);
    auto* tables = new QHBoxLayout;
    tables->setSpacing(16);
    tables->addWidget(column(tr("PARTITIONS"), m_partitionTable), 3);
    tables->addWidget(column(tr("CONFIGURATION · ● SET FOR THE TOPIC"), m_configTable), 2);
    auto* lower = new QWidget;
    auto* layout = new QVBoxLayout(lower);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(head);
    layout->addLayout(tables, 1);
    return lower;
}

BrokerList::Question TopicsPanel::question() const
{
    return [withInternal = m_internal->isChecked()](Admin& admin) { return topicRows(admin, withInternal); };
}

void TopicsPanel::showSelected(bool isStillThere)
{
    isStillThere ? describe() : clearSelected();
}

void TopicsPanel::describe()
{
    const QString name = selected();
    if (name.isEmpty())
        return clearSelected();
    if (name != m_title->text()) {
        clearSelected();
        m_title->setText(name);
    }
    session().call(
        this, [&s = session(), topic = name.toStdString()] { return describeTopic(s, topic); },
        [this, name](Result<Description> answer) {
            if (name != selected())
                return;
            if (!answer)
                emit failed(answer.error());
            else
                showDescription(answer->topic, answer->standing, answer->configs);
        });
}

void TopicsPanel::showDescription(const TopicInfo& topic, const std::vector<PartitionStanding>& standing,
                                  const std::vector<ConfigEntry>& configs)
{
    m_title->setText(QString::fromStdString(topic.name));
    m_delete->setEnabled(!topic.internal);
    QList<QVariantList> partitions;
    for (const PartitionInfo& partition : topic.partitions) {
        const auto waiting = waitingAt(standing, partition.partition);
        partitions.append({static_cast<qint64>(partition.partition),
                           partition.leader < 0 ? QVariant() : QVariant(static_cast<qint64>(partition.leader)),
                           brokerNumbers(partition.replicas), brokerNumbers(partition.inSync),
                           offsetOrUnknown(partition.low), offsetOrUnknown(partition.high),
                           waiting ? QVariant(static_cast<qint64>(*waiting)) : QVariant()});
    }
    m_partitions->setRows(partitions);
    QList<QVariantList> entries;
    for (const ConfigEntry& entry : configs) {
        const QString value = QString::fromStdString(entry.value);
        // What somebody set is what one looks for among the defaults.
        entries.append({QString::fromStdString(entry.name), entry.isDefault ? value : tr("● %1").arg(value)});
    }
    m_configs->setRows(entries);
}

void TopicsPanel::clearSelected()
{
    m_title->setText(tr("No topic selected"));
    m_delete->reset();
    m_delete->setEnabled(false);
    m_partitions->clear();
    m_configs->clear();
    m_partitionTable->setEmptyText(tr("Select a topic to see its partitions."));
    m_configTable->setEmptyText(tr("Select a topic to see its configuration."));
}

void TopicsPanel::createTopic()
{
    const QString name = m_name->text().trimmed();
    if (name.isEmpty()) {
        m_name->setFocus();
        emit refused({ErrorCode::Usage, tr("A topic needs a name").toStdString(),
                      tr("Type one into the field beside Create topic").toStdString()});
        return;
    }
    change([topic = name.toStdString(),
            partitions = m_count->value()](Admin& admin) { return admin.createTopic(topic, partitions, false); },
           tr("Topic %1 created").arg(name), [this] { m_name->clear(); });
}

/// What works with it would fail.
void TopicsPanel::deleteTopic()
{
    const QString name = selected();
    if (name.isEmpty())
        return;
    const auto remove = [this, name] {
        change([topic = name.toStdString()](Admin& admin) { return admin.deleteTopic(topic); },
               tr("Topic %1 deleted").arg(name));
    };
    session().call(this, othersWork(session(), name), [this, name, remove](const QStringList& others) {
        const QStringList uses = jobsThatUse(session(), name) + others;
        if (uses.isEmpty())
            return remove();
        emit asked(tr("Topic %1 is in use: %2. Without it that fails, and its records are gone for good.")
                       .arg(name, uses.join(QStringLiteral(", "))),
                   tr("Delete it all the same"), remove);
    });
}

} // namespace millrace
