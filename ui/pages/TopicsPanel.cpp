// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/TopicsPanel.h"

#include "models/RowsModel.h"
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

struct TopicsPanel::ListedTopics {
    std::vector<TopicInfo> topics; ///< without watermarks where they vanish between two questions
    std::set<std::string> compacted;
    std::map<std::string, std::vector<PartitionStanding>> standings; ///< none where nobody knows
};

namespace
{

using ListedTopics = TopicsPanel::ListedTopics;

Result<ListedTopics> listTopics(Session& session, bool withInternal)
{
    auto admin = session.admin();
    if (!admin)
        return fail(admin.error());
    auto cluster = (*admin)->cluster();
    if (!cluster)
        return fail(cluster.error());
    ListedTopics listed;
    std::vector<std::string> names;
    for (TopicInfo& topic : cluster->topics) {
        if (topic.internal && !withInternal)
            continue;
        auto whole = (*admin)->topic(topic.name);
        names.push_back(topic.name);
        listed.topics.push_back(whole ? std::move(*whole) : std::move(topic));
    }
    if (auto compacted = (*admin)->compacted(names)) // who may not read configurations sees the topics all the same
        listed.compacted = std::move(*compacted);
    if (auto standings = (*admin)->standings(listed.topics))
        listed.standings = std::move(*standings);
    return listed;
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

QString brokerList(const std::vector<int>& brokers)
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
QString remarksOn(const std::string& topic, const ListedTopics& listed)
{
    QStringList remarks;
    if (listed.compacted.contains(topic))
        remarks << TopicsPanel::tr("compacted");
    const auto found = listed.standings.find(topic);
    if (const std::int64_t waiting = found == listed.standings.end() ? 0 : waitingIn(found->second); waiting > 0)
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
    table->setSelectionMode(QAbstractItemView::SingleSelection);
}

} // namespace

TopicsPanel::TopicsPanel(Session& session, QWidget* parent)
    : QWidget(parent), m_session(session),
      m_topics(new RowsModel(
          {textColumn(tr("topic")), countColumn(tr("partitions")), messagesColumn(), textColumn(tr("remarks"))}, this)),
      m_partitions(new RowsModel(partitionColumns(), this)),
      m_configs(new RowsModel({textColumn(tr("configuration")), textColumn(tr("value"))}, this)),
      m_table(new DataTable), m_partitionTable(new DataTable), m_configTable(new DataTable),
      m_internal(new QCheckBox(tr("internal topics"))), m_name(textField(QStringLiteral("topicNameField"))),
      m_count(countField(QStringLiteral("topicPartitionsField"), 1, 10000, 1)), m_title(styledLabel({}, "heading")),
      m_delete(new ConfirmButton(tr("Delete topic"), tr("Really delete?"), QStringLiteral("topicDeleteButton")))
{
    m_table->setObjectName(QStringLiteral("topicTable"));
    m_partitionTable->setObjectName(QStringLiteral("topicPartitionTable"));
    m_configTable->setObjectName(QStringLiteral("topicConfigTable"));
    m_internal->setObjectName(QStringLiteral("topicInternalCheck"));
    m_internal->setToolTip(tr("Show Kafka's own topics too"));
    m_name->setPlaceholderText(tr("new topic's name"));
    m_name->setAccessibleName(tr("New topic's name"));
    m_count->setAccessibleName(tr("New topic's partitions"));
    m_count->setFixedWidth(64);
    showSorted(m_table, m_topics);
    m_partitionTable->setModel(m_partitions);
    m_configTable->setModel(m_configs);
    stretchFirst(m_table);
    m_partitionTable->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    stretchFirst(m_configTable);
    m_configTable->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Interactive);
    m_configTable->setColumnWidth(1, 92);

    auto* create = plainButton(tr("Create topic"), QStringLiteral("topicCreateButton"));
    auto* form = new QHBoxLayout;
    form->setSpacing(8);
    form->addWidget(m_name, 1);
    form->addWidget(styledLabel(tr("partitions"), "dim"));
    form->addWidget(m_count);
    form->addWidget(create);
    form->addSpacing(8);
    form->addWidget(m_internal);

    auto* lower = new QWidget;
    auto* lowerLayout = new QVBoxLayout(lower);
    lowerLayout->setContentsMargins(0, 4, 0, 0);
    lowerLayout->setSpacing(8);
    auto* head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(m_delete);
    lowerLayout->addLayout(head);
    auto* tables = new QHBoxLayout;
    tables->setSpacing(16);
    tables->addWidget(column(tr("PARTITIONS"), m_partitionTable), 3);
    tables->addWidget(column(tr("CONFIGURATION · ● SET FOR THE TOPIC"), m_configTable), 2);
    lowerLayout->addLayout(tables, 1);

    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->setObjectName(QStringLiteral("topicSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(12);
    splitter->addWidget(m_table);
    splitter->addWidget(lower);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 12, 0, 0);
    layout->setSpacing(12);
    layout->addLayout(form);
    layout->addWidget(splitter, 1);

    connect(create, &QPushButton::clicked, this, &TopicsPanel::createTopic);
    connect(m_name, &QLineEdit::returnPressed, this, &TopicsPanel::createTopic);
    connect(m_delete, &ConfirmButton::confirmed, this, &TopicsPanel::deleteTopic);
    connect(m_internal, &QCheckBox::toggled, this, &TopicsPanel::refresh);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &TopicsPanel::describe);
    clearDescription();
}

void TopicsPanel::refreshIfOld()
{
    if (isVisible() && m_session.hasBroker() && (!m_asked.isValid() || m_asked.elapsed() > 3'000))
        refresh();
}

void TopicsPanel::onBrokerChanged()
{
    if (const std::string brokers = m_session.connection().brokers; brokers != m_brokers) {
        m_brokers = brokers;
        m_topics->clear();
        clearDescription();
        m_table->setEmptyText(tr("Asking the cluster …"));
    }
    refresh();
}

void TopicsPanel::refresh()
{
    if (!m_session.hasBroker()) {
        m_topics->clear();
        clearDescription();
        m_table->setEmptyText(tr("No cluster yet: start the local one, or connect to another on the left."));
        return;
    }
    if (m_asking)
        return;
    m_asking = true;
    m_asked.start();
    m_session.call(
        this, [&session = m_session, internal = m_internal->isChecked()] { return listTopics(session, internal); },
        [this, asked = m_session.connection().brokers](const Result<ListedTopics>& listed) {
            m_asking = false;
            if (asked == m_session.connection().brokers)
                listed ? showTopics(*listed) : showFailure(listed.error());
            else
                refresh();
        });
}

void TopicsPanel::showFailure(const Error& error)
{
    if (!m_session.hasBroker())
        return;
    m_table->setEmptyText(tr("The cluster does not answer."));
    emit failed(error);
}

void TopicsPanel::showTopics(const ListedTopics& listed)
{
    if (!m_session.hasBroker())
        return;
    emit answered();
    m_table->setEmptyText(tr("No topics yet: create one above, or publish a file on the Data page."));
    QList<QVariantList> rows;
    for (const TopicInfo& topic : listed.topics) {
        rows.append({QString::fromStdString(topic.name), static_cast<qint64>(topic.partitions.size()),
                     messagesOf(topic), remarksOn(topic.name, listed)});
    }
    std::sort(rows.begin(), rows.end(),
              [](const QVariantList& a, const QVariantList& b) { return a[0].toString() < b[0].toString(); });
    const QString name = currentName(m_table);
    m_topics->setRows(rows);
    if (name.isEmpty() || !selectName(m_table, name))
        clearDescription();
    else
        describe();
}

void TopicsPanel::describe()
{
    const QString name = currentName(m_table);
    if (name.isEmpty())
        return clearDescription();
    if (name != m_title->text()) {
        clearDescription();
        m_title->setText(name);
    }
    m_session.call(
        this, [&session = m_session, topic = name.toStdString()] { return describeTopic(session, topic); },
        [this, name](Result<Description> answer) {
            if (name != currentName(m_table))
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
                           brokerList(partition.replicas), brokerList(partition.inSync), offsetOrUnknown(partition.low),
                           offsetOrUnknown(partition.high),
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

void TopicsPanel::clearDescription()
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
    m_session.call(
        this,
        [&session = m_session, topic = name.toStdString(), partitions = m_count->value()]() -> Status {
            auto admin = session.admin();
            return admin ? (*admin)->createTopic(topic, partitions, false) : Status(fail(admin.error()));
        },
        [this, name](const Status& status) {
            if (!status) {
                emit refused(status.error());
                return;
            }
            m_name->clear();
            emit done(tr("Topic %1 created").arg(name));
            refresh();
        });
}

void TopicsPanel::deleteTopic()
{
    const QString name = currentName(m_table);
    if (name.isEmpty())
        return;
    m_session.call(
        this,
        [&session = m_session, topic = name.toStdString()]() -> Status {
            auto admin = session.admin();
            return admin ? (*admin)->deleteTopic(topic) : Status(fail(admin.error()));
        },
        [this, name](const Status& status) {
            if (!status) {
                emit refused(status.error());
                return;
            }
            emit done(tr("Topic %1 deleted").arg(name));
            refresh();
        });
}

} // namespace millrace
