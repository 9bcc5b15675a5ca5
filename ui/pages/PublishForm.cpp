// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/PublishForm.h"

#include "models/Values.h"
#include "session/TopicName.h"
#include "widgets/Fields.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QSpinBox>
#include <QVBoxLayout>
#include <limits>

namespace millrace
{

namespace
{

constexpr int kMost = std::numeric_limits<int>::max();
constexpr int kFieldWidth = 112, kSecondWidth = 96;

enum TestKind { Fraction, Last };

} // namespace

PublishForm::PublishForm(QWidget* parent)
    : Card(tr("Split and publish"), parent), m_grid(new QGridLayout),
      m_rows(countField(QStringLiteral("publishRowsField"), 0, kMost, 0)),
      m_testShare(countField(QStringLiteral("publishTestField"), 0, 99, 40)),
      m_testKind(choiceField(QStringLiteral("publishTestKindCombo"))),
      m_trainTopic(textField(QStringLiteral("publishTrainTopicField"))),
      m_trainPartitions(countField(QStringLiteral("publishTrainPartitionsField"), 1, 10000, 1)),
      m_testTopic(textField(QStringLiteral("publishTestTopicField"))),
      m_testPartitions(countField(QStringLiteral("publishTestPartitionsField"), 1, 10000, 2)),
      m_key(choiceField(QStringLiteral("publishKeyCombo"))), m_order(choiceField(QStringLiteral("publishOrderCombo"))),
      m_seed(countField(QStringLiteral("publishSeedField"), 0, kMost, 1)),
      m_onError(choiceField(QStringLiteral("publishOnErrorCombo"))),
      m_resume(new QCheckBox(tr("Send only the rows that are not there yet"))), m_effect(styledLabel({}, "dim")),
      m_verdict(styledLabel({}, "dim"))
{
    m_grid->setHorizontalSpacing(6);
    m_grid->setVerticalSpacing(4);
    m_grid->setColumnStretch(0, 1);
    content()->addLayout(m_grid);
    content()->addWidget(m_resume);
    content()->addWidget(m_effect);
    content()->addWidget(m_verdict);
    m_verdict->setObjectName(QStringLiteral("publishVerdict"));
    m_verdict->setWordWrap(true);
    m_verdict->hide();
    m_resume->setObjectName(QStringLiteral("publishResumeCheck"));
    m_resume->setToolTip(tr("An earlier publication of this file to the topic was not finished"));
    m_resume->hide();
    m_effect->setWordWrap(true);

    m_rows->setSpecialValueText(tr("all"));
    m_rows->setPrefix(tr("first "));
    m_rows->setToolTip(tr("How many rows of the file are published; 0: all"));
    m_testKind->addItems({tr("%, shuffled"), tr("last rows")});
    m_testKind->setToolTip(tr("Which rows are kept for testing: a part drawn by the seed, or the file's last rows"));
    m_trainPartitions->setToolTip(tr("Partitions, when the topic is created"));
    m_testPartitions->setToolTip(tr("Partitions, when the topic is created"));
    m_key->addItem(tr("label"), QStringLiteral("label"));
    m_key->addItem(tr("none"), QStringLiteral("none"));
    m_key->addItem(tr("row number"), QStringLiteral("row"));
    m_key->setToolTip(tr("Messages of one key go to one partition"));
    m_order->addItem(tr("shuffled"), QStringLiteral("shuffled"));
    m_order->addItem(tr("as in the file"), QStringLiteral("file"));
    m_order->setToolTip(tr("A stream that changes in time, for online learning, must keep the file's order"));
    m_seed->setToolTip(tr("The same seed draws the same test rows in the same order"));
    m_seed->setGroupSeparatorShown(false);
    m_onError->addItem(tr("skip the row"), QStringLiteral("skip"));
    m_onError->addItem(tr("stop"), QStringLiteral("stop"));
    m_onError->setToolTip(tr("Rows that cannot be read are kept aside in a file, or end the publishing"));

    addRow(tr("Rows"), m_rows);
    addRow(tr("Test part"), m_testShare, m_testKind);
    addRow(tr("Train topic"), m_trainTopic, m_trainPartitions);
    addRow(tr("Test topic"), m_testTopic, m_testPartitions);
    addRow(tr("Message key"), m_key);
    addRow(tr("Order"), m_order);
    addRow(tr("Seed"), m_seed);
    addRow(tr("On error"), m_onError);

    connect(m_trainTopic, &QLineEdit::editingFinished, this, &PublishForm::trainTopicNamed);
    connect(m_testKind, &QComboBox::currentIndexChanged, this, &PublishForm::showTestKind);
    connect(m_testShare, &QSpinBox::valueChanged, this, &PublishForm::showTestKind);
    connect(m_key, &QComboBox::currentIndexChanged, this, &PublishForm::showKeyEffect);
    for (QSpinBox* partitions : {m_trainPartitions, m_testPartitions}) {
        partitions->setSuffix(partitions->value() == 1 ? tr(" partition") : tr(" partitions"));
        connect(partitions, &QSpinBox::valueChanged, this, [this, partitions](int count) {
            partitions->setSuffix(count == 1 ? tr(" partition") : tr(" partitions"));
            showKeyEffect();
        });
    }
    showTestKind();
    showKeyEffect();
}

void PublishForm::addRow(const QString& label, QWidget* field, QWidget* second)
{
    const int row = m_grid->rowCount();
    QLabel* name = styledLabel(label, "dim");
    name->setBuddy(field);
    field->setAccessibleName(label);
    if (auto* line = qobject_cast<QLineEdit*>(field))
        line->setAlignment(Qt::AlignRight);
    m_grid->addWidget(name, row, 0);
    if (second) {
        field->setFixedWidth(field == m_testShare ? kSecondWidth : kFieldWidth);
        second->setFixedWidth(field == m_testShare ? kFieldWidth : kSecondWidth);
        second->setAccessibleName(second->toolTip().isEmpty() ? label : second->toolTip());
        auto* pair = new QHBoxLayout;
        pair->setSpacing(6);
        pair->addWidget(field);
        pair->addWidget(second);
        m_grid->addLayout(pair, row, 1, Qt::AlignRight);
    } else {
        field->setFixedWidth(kFieldWidth + kSecondWidth + 6);
        m_grid->addWidget(field, row, 1, Qt::AlignRight);
    }
}

void PublishForm::setSchema(const Schema& schema)
{
    const QString key = m_key->currentData().toString();
    m_key->blockSignals(true);
    while (m_key->count() > 3)
        m_key->removeItem(3);
    for (const Column& column : schema.columns) {
        const QString name = QString::fromStdString(column.name);
        if (column.role != ColumnRole::Label)
            m_key->addItem(tr("column %1").arg(name), name);
    }
    m_key->blockSignals(false);
    setKey(key);
    nameTopic(m_trainTopic, m_givenTrain, QString::fromStdString(topicNameFrom(schema.name) + "-train"));
    nameTopic(m_testTopic, m_givenTest, QString::fromStdString(topicNameFrom(schema.name) + "-test"));
}

void PublishForm::nameTopic(QLineEdit* field, QString& given, const QString& name)
{
    if (field->text() == given || field->text().isEmpty())
        field->setText(name);
    given = name;
}

void PublishForm::nameTopicsAnew()
{
    m_trainTopic->clear();
    m_testTopic->clear();
}

void PublishForm::setKey(const QString& key)
{
    const int index = m_key->findData(key);
    m_key->setCurrentIndex(index < 0 ? 0 : index);
    showKeyEffect();
}

void PublishForm::showTestKind()
{
    const bool fraction = m_testKind->currentIndex() == Fraction;
    m_testShare->setMaximum(fraction ? 99 : kMost);
    m_testTopic->setEnabled(m_testShare->value() > 0);
    m_testPartitions->setEnabled(m_testShare->value() > 0);
}

void PublishForm::showKeyEffect()
{
    const QString key = m_key->currentData().toString();
    const bool several = m_trainPartitions->value() > 1 || m_testPartitions->value() > 1;
    const bool warn = key == QLatin1String("label") && several;
    if (key == QLatin1String("label"))
        m_effect->setText(several ? tr("◆ A label as key puts each class whole into one partition.")
                                  : tr("The label as key: with one partition it changes nothing."));
    else if (key == QLatin1String("none"))
        m_effect->setText(tr("Without a key, messages spread over the partitions at random."));
    else if (key == QLatin1String("row"))
        m_effect->setText(tr("The row number as key spreads messages evenly over the partitions."));
    else
        m_effect->setText(tr("Rows with the same %1 go to the same partition.").arg(key));
    setStyleProperty(m_effect, "role", warn ? "warn" : "dim");
}

void PublishForm::setRows(qint64 rows)
{
    m_rows->setValue(rows < 0 ? 0 : static_cast<int>(qMin<qint64>(rows, kMost)));
}

qint64 PublishForm::rows() const
{
    return m_rows->value() == 0 ? -1 : m_rows->value();
}

QString PublishForm::trainTopic() const
{
    return m_trainTopic->text().trimmed();
}

void PublishForm::offerResume(bool offered)
{
    if (offered == m_resume->isVisibleTo(this))
        return;
    m_resume->setVisible(offered);
    m_resume->setChecked(offered);
}

bool PublishForm::resumes() const
{
    return m_resume->isChecked();
}

void PublishForm::showVerdict(const QString& text, bool isWarning)
{
    m_verdict->setText(text);
    setStyleProperty(m_verdict, "role", isWarning ? "warn" : "dim");
    m_verdict->show();
}

nlohmann::json PublishForm::section() const
{
    nlohmann::json section = {{"topic", trainTopic().toStdString()},
                              {"partitions", m_trainPartitions->value()},
                              {"key", m_key->currentData().toString().toStdString()},
                              {"order", m_order->currentData().toString().toStdString()},
                              {"seed", m_seed->value()},
                              {"on-error", m_onError->currentData().toString().toStdString()}};
    if (!m_existing.isEmpty())
        section["existing"] = m_existing.toStdString();
    if (m_testShare->value() == 0)
        return section;
    section["test-topic"] = m_testTopic->text().trimmed().toStdString();
    section["test-partitions"] = m_testPartitions->value();
    if (m_testKind->currentIndex() == Fraction)
        section["test-fraction"] = m_testShare->value() / 100.0;
    else
        section["test-last"] = m_testShare->value();
    return section;
}

void PublishForm::load(const nlohmann::json& section)
{
    m_trainTopic->setText(jsonText(section, "topic", m_trainTopic->text()));
    m_trainPartitions->setValue(static_cast<int>(jsonCount(section, "partitions", m_trainPartitions->value())));
    const QString testTopic = jsonText(section, "test-topic");
    if (!testTopic.isEmpty())
        m_testTopic->setText(testTopic);
    m_testPartitions->setValue(static_cast<int>(jsonCount(section, "test-partitions", m_testPartitions->value())));
    const bool last = jsonCount(section, "test-last") > 0;
    const QVariant fraction = jsonValue(section, "test-fraction");
    m_testKind->setCurrentIndex(last ? Last : Fraction);
    if (last)
        m_testShare->setValue(static_cast<int>(jsonCount(section, "test-last")));
    else if (testTopic.isEmpty())
        m_testShare->setValue(0);
    else
        m_testShare->setValue(fraction.isValid() ? qRound(fraction.toDouble() * 100) : 40);
    setKey(jsonText(section, "key", QStringLiteral("label")));
    m_existing = jsonText(section, "existing");
    m_order->setCurrentIndex(qMax(0, m_order->findData(jsonText(section, "order", QStringLiteral("shuffled")))));
    m_seed->setValue(static_cast<int>(jsonCount(section, "seed", m_seed->value())));
    m_onError->setCurrentIndex(qMax(0, m_onError->findData(jsonText(section, "on-error", QStringLiteral("skip")))));
}

void PublishForm::loadTopics(const nlohmann::json& topics)
{
    for (const nlohmann::json& topic : topics) {
        const QString name = jsonText(topic, "name");
        const int partitions = static_cast<int>(jsonCount(topic, "partitions", 1));
        if (name == m_trainTopic->text())
            m_trainPartitions->setValue(partitions);
        if (name == m_testTopic->text())
            m_testPartitions->setValue(partitions);
    }
}

} // namespace millrace
