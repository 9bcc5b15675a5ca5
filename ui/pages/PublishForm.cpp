// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/PublishForm.h"

#include "base/Text.h"
#include "data/splits/SplitSpec.h"
#include "models/Values.h"
#include "session/TopicName.h"
#include "widgets/SectionForm.h"

#include <QCheckBox>
#include <QVBoxLayout>

namespace millrace
{

namespace
{

constexpr auto kTrain = "topic", kTest = "test-topic", kTrainPartitions = "partitions",
               kTestPartitions = "test-partitions", kKey = "key", kRowsKey = "rows", kSplit = "split",
               kSplitColumn = "split-column";

/// Features that a training does not leave out.
int learntColumns(const Schema& schema, const nlohmann::json& result)
{
    int learnt = 0;
    for (const nlohmann::json& column : jsonChild(result, "columns"))
        if (jsonText(column, "role") == QLatin1String("feature") &&
            jsonText(jsonChild(column, "plan"), "what") != QLatin1String("left out"))
            ++learnt;
    return learnt > 0 ? learnt : static_cast<int>(schema.featureColumns().size());
}

/// What somebody may do with the file once it is published.
QString promise(const Schema& schema, int features)
{
    const auto className = [&schema](int index) { return shownName(schema.className(index)); };
    switch (schema.task) {
    case TaskKind::Binary:
        return PublishForm::tr("A model can learn to tell %1 from %2 by %n columns.", nullptr, features)
            .arg(className(0), className(1));
    case TaskKind::MultiClass:
        return PublishForm::tr("A model can learn to tell %1 classes apart by %n columns.", nullptr, features)
            .arg(countText(static_cast<qint64>(schema.classes.size())));
    case TaskKind::Regression:
        break;
    }
    return PublishForm::tr("A model can learn to foretell %1 by %n columns.", nullptr, features)
        .arg(shownName(schema.labelNames()));
}

/// The first ones: of very many a name is written, not looked for in a list.
QStringList offeredColumns(const Schema& schema)
{
    constexpr qsizetype kMostOffered = 500;
    QStringList columns;
    for (const Column& column : schema.columns)
        if (column.role != ColumnRole::Label && columns.size() < kMostOffered)
            columns << QString::fromStdString(column.name);
    return columns;
}

/// How many records have what is to be learnt, and what is not sent.
QString whatIsSent(const Schema& schema, const nlohmann::json& result)
{
    constexpr qsizetype kNamed = 4;
    const nlohmann::json& columns = jsonChild(result, "columns");
    qint64 unlabelled = 0;
    for (const int label : schema.labelColumns())
        if (static_cast<std::size_t>(label) < columns.size())
            unlabelled = std::max(unlabelled, jsonCount(columns[static_cast<std::size_t>(label)], "missing"));
    QStringList ignored;
    for (const Column& column : schema.columns)
        if (column.role == ColumnRole::Ignored)
            ignored << QString::fromStdString(column.name);
    const QString labelled = countText(jsonCount(result, "rows") - unlabelled);
    QStringList sentences = {
        PublishForm::tr("%1 records have a label, %2 have none.").arg(labelled, countText(unlabelled))};
    const QString named = ignored.mid(0, kNamed).join(QStringLiteral(", "));
    if (ignored.size() > kNamed)
        sentences << PublishForm::tr("Ignored: %1 and %n more column(s).", nullptr,
                                     static_cast<int>(ignored.size() - kNamed))
                         .arg(named);
    else if (!ignored.isEmpty())
        sentences << PublishForm::tr("Ignored: %1.").arg(named);
    return sentences.join(' ');
}

QString drawnKind()
{
    return QString::fromStdString(infoOf(SplitKind::Random).name);
}

/// The only class that any row is of; −1 where there are several, or numbers.
int onlyClassOf(const nlohmann::json& counts)
{
    int only = -1;
    for (std::size_t i = 0; counts.is_array() && i < counts.size(); ++i) {
        if (jsonItem(counts, i) == 0)
            continue;
        if (only >= 0)
            return -1;
        only = static_cast<int>(i);
    }
    return only;
}

} // namespace

PublishForm::PublishForm(QWidget* parent)
    : Card(tr("Split and publish"), parent),
      m_form(new SectionForm(*findSection("publish"), {kSplitColumn}, nullptr, FormPanel::Place::Inside)),
      m_resume(new QCheckBox(tr("Send only the rows that are not there yet"))), m_effect(styledLabel({}, "dim")),
      m_verdict(styledLabel({}, "dim")), m_split(styledLabel({}, "dim"))
{
    for (QWidget* widget :
         {static_cast<QWidget*>(m_verdict), static_cast<QWidget*>(m_resume), static_cast<QWidget*>(m_form),
          static_cast<QWidget*>(m_split), static_cast<QWidget*>(m_effect)})
        content()->addWidget(widget);
    m_verdict->setObjectName(QStringLiteral("publishVerdict"));
    m_verdict->setWordWrap(true);
    m_verdict->hide();
    m_resume->setObjectName(QStringLiteral("publishResumeCheck"));
    m_resume->setToolTip(tr("An earlier publication of this file to the topic was not finished"));
    m_resume->hide();
    m_effect->setWordWrap(true);
    m_split->setObjectName(QStringLiteral("publishSplit"));
    m_split->setWordWrap(true);
    m_split->hide();
    connect(m_split, &QLabel::linkActivated, this, &PublishForm::chooseAdvised);
    connect(m_form, &SectionForm::changed, this, &PublishForm::showKeyEffect);
    connect(m_form, &SectionForm::changed, this, &PublishForm::showSplit);
    connect(m_form, &SectionForm::edited, this, [this](const QString& key) {
        if (key == QLatin1String(kTrain))
            emit trainTopicNamed();
    });
    showKeyEffect();
}

void PublishForm::showSummary(const Schema& schema, const nlohmann::json& result, const QString& verdict)
{
    const QStringList columns = offeredColumns(schema);
    m_form->offer(kKey, QStringList{QStringLiteral("row"), QStringLiteral("none"), QStringLiteral("label")} + columns);
    m_form->offer(kSplitColumn, columns);
    takeAdvice(result);
    nameTopic(kTrain, m_givenTrain, QString::fromStdString(topicNameFrom(schema.name) + "-train"));
    nameTopic(kTest, m_givenTest, QString::fromStdString(topicNameFrom(schema.name) + "-test"));
    m_verdict->setText(verdict);
    m_verdict->setVisible(!verdict.isEmpty());
}

/// What fits the table is chosen, unless a person or an experiment has chosen another split.
void PublishForm::takeAdvice(const nlohmann::json& result)
{
    const bool isUntouched = m_form->text(kSplit) == (m_advisedKind.isEmpty() ? drawnKind() : m_advisedKind) &&
                             m_form->text(kSplitColumn) == m_advisedColumn;
    const nlohmann::json& advice = jsonChild(result, "split");
    m_advisedKind = jsonText(advice, "kind");
    m_advisedColumn = jsonText(advice, "column");
    m_advisedWhy = jsonText(advice, "reason");
    if (isUntouched && !m_isLoaded)
        chooseAdvised();
    showSplit();
}

void PublishForm::chooseAdvised()
{
    m_form->setText(kSplit, m_advisedKind.isEmpty() ? drawnKind() : m_advisedKind);
    m_form->setText(kSplitColumn, m_advisedColumn);
    showSplit();
}

/// Why the split that fits is chosen, or what speaks against a random one.
void PublishForm::showSplit()
{
    const QString kind = m_form->text(kSplit);
    const bool isDrawn = kind == drawnKind() || kind == QString::fromStdString(infoOf(SplitKind::Stratified).name);
    const bool isAdvised = kind == m_advisedKind && m_form->text(kSplitColumn) == m_advisedColumn;
    const SplitKindInfo* info = splitKind(kind.toStdString());
    if (info && info->needsColumn && m_form->text(kSplitColumn).isEmpty()) {
        m_split->setText(tr("◆ A split by %1 needs a column: choose it under By column.").arg(kind));
        setStyleProperty(m_split, "role", "warn");
        return m_split->setVisible(!m_form->text(kTest).isEmpty());
    }
    m_split->setVisible(!m_advisedKind.isEmpty() && !m_form->text(kTest).isEmpty() && (isDrawn || isAdvised));
    if (m_advisedKind.isEmpty())
        return;
    const QString why = m_advisedWhy.toHtmlEscaped();
    m_split->setText(
        isAdvised ? tr("Split by %1, since %2.").arg(m_advisedKind, why)
                  : tr("◆ A random test part misleads: %1. <a href=\"split\">Split by %2</a>").arg(why, m_advisedKind));
    setStyleProperty(m_split, "role", isAdvised ? "dim" : "warn");
}

void PublishForm::nameTopic(const std::string& key, QString& given, const QString& name)
{
    if (!m_isLoaded && m_form->text(key) == given)
        m_form->setText(key, name);
    given = name;
}

void PublishForm::beginAnew()
{
    m_form->load(nlohmann::json::object(), Fill::Whole);
    for (const char* key : {kTrain, kTest})
        m_form->setText(key, {});
    m_givenTrain.clear();
    m_givenTest.clear();
    m_isLoaded = false;
    m_advisedKind.clear();
    m_advisedColumn.clear();
    m_form->setText(kSplit, drawnKind());
    m_form->setText(kSplitColumn, {});
    showSplit();
}

bool PublishForm::hasSeveralPartitions() const
{
    const nlohmann::json section = m_form->section();
    return section.value(kTrainPartitions, 1) > 1 || (section.contains(kTest) && section.value(kTestPartitions, 2) > 1);
}

void PublishForm::showKeyEffect()
{
    const QString written = m_form->text(kKey),
                  key = written.isEmpty()
                            ? QString::fromStdString(sectionKey("publish", kKey).defaultValue.get<std::string>())
                            : written;
    const bool warn = key == QLatin1String("label") && hasSeveralPartitions();
    if (key == QLatin1String("label"))
        m_effect->setText(
            warn ? tr("◆ A label as key puts each class whole into one partition. The value leaves it out.")
                 : tr("The label as key, as in the tutorial: the value leaves it out."));
    else if (key == QLatin1String("none"))
        m_effect->setText(tr("Without a key, messages spread over the partitions at random. The value holds all "
                             "columns, the label among them."));
    else if (key == QLatin1String("auto"))
        m_effect->setText(tr("The column of the role key, or the row number, which spreads messages evenly over the "
                             "partitions. The value holds all columns, the label among them."));
    else if (key == QLatin1String("row"))
        m_effect->setText(tr("The row number as key spreads messages evenly over the partitions. The value holds all "
                             "columns, the label among them."));
    else
        m_effect->setText(tr("Rows with the same %1 go to the same partition.").arg(key));
    setStyleProperty(m_effect, "role", warn ? "warn" : "dim");
}

void PublishForm::setRows(qint64 rows)
{
    m_form->setText(kRowsKey, rows < 0 ? QString() : QString::number(rows));
}

qint64 PublishForm::rows() const
{
    return parseInteger(m_form->text(kRowsKey).toStdString()).value_or(-1);
}

QString PublishForm::trainTopic() const
{
    return m_form->text(kTrain);
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

/// What stands in the way is said at the label, where it is chosen.
QString PublishForm::verdictOf(const Schema& schema, const nlohmann::json& result)
{
    const bool isLearnable = jsonChild(result, "problem").empty() && schema.labelColumn() >= 0 &&
                             onlyClassOf(jsonChild(result, "class_counts")) < 0;
    return isLearnable ? promise(schema, learntColumns(schema, result)) + ' ' + whatIsSent(schema, result) : QString();
}

nlohmann::json PublishForm::section() const
{
    nlohmann::json section = m_form->section();
    if (!m_existing.isEmpty())
        section["existing"] = m_existing.toStdString();
    return section;
}

/// What is said of the file is the page's.
void PublishForm::load(const nlohmann::json& section)
{
    nlohmann::json ours = nlohmann::json::object();
    for (const SectionKey& key : findSection("publish")->keys)
        if (!key.group.empty() && section.contains(key.name))
            ours[key.name] = section[key.name];
    m_form->load(ours, Fill::Whole); // no split without a test topic
    m_isLoaded = true;
    showSplit();
    m_existing = jsonText(section, "existing");
    showKeyEffect();
}

void PublishForm::loadTopics(const nlohmann::json& topics)
{
    for (const nlohmann::json& topic : topics) {
        const QString name = jsonText(topic, "name");
        for (const auto& [key, of] : {std::pair{kTrainPartitions, kTrain}, std::pair{kTestPartitions, kTest}})
            if (name == m_form->text(of))
                m_form->load(nlohmann::json::object({{key, jsonCount(topic, "partitions", 1)}}), Fill::Given);
    }
}

} // namespace millrace
