// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/TrainForm.h"

#include "base/Text.h"
#include "models/Values.h"
#include "session/Sections.h"
#include "widgets/Fields.h"

#include <QAbstractItemView>
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSpinBox>
#include <cmath>

namespace millrace
{

namespace
{

const nlohmann::json kTrainDefaults = {
    {"topic", ""},        {"partition", nullptr},
    {"from", "earliest"}, {"until", "end"},
    {"shuffle", 64},      {"batch", 64},
    {"epochs", 10},       {"seed", 1},
    {"run", ""},          {"optimizer", {{"kind", "adam"}, {"learning-rate", 0.001}}}};
const nlohmann::json kOnlineDefaults = {
    {"topic", ""},          {"group", "cgonline"}, {"records", 10000}, {"linger", 200},
    {"until", "idle:2000"}, {"shuffle", 32},       {"batch", 32},      {"epochs", 3},
    {"passes", 1},          {"seed", 1},           {"run", ""}};

/// A number of a field that may be empty; `otherwise` then, and for what is none.
double numberOf(const QLineEdit* field, double otherwise)
{
    return parseNumber(field->text().trimmed().toStdString()).value_or(otherwise);
}

void setOptional(QLineEdit* field, const nlohmann::json& section, const char* key)
{
    const auto found = section.find(key);
    const bool given = found != section.end() && found->is_number() && found->get<double>() > 0;
    field->setText(given ? QString::fromStdString(found->dump()) : QString());
}

/// An offset may be written as a number.
QString textOf(const nlohmann::json& section, const char* key)
{
    const auto found = section.find(key);
    if (found == section.end() || found->is_null())
        return {};
    return QString::fromStdString(found->is_string() ? found->get<std::string>() : found->dump());
}

void setNumber(QSpinBox* field, const nlohmann::json& section, const char* key)
{
    const auto found = section.find(key);
    if (found != section.end() && found->is_number_integer())
        field->setValue(found->get<int>());
}

/// What the table of sections says of a key.
QString helpOf(const std::string& section, const std::string& key)
{
    for (const SectionKey& each : findSection(section)->keys)
        if (each.name == key)
            return QString::fromStdString(each.help);
    return {};
}

std::string plain(const QString& text)
{
    return text.trimmed().toStdString();
}

} // namespace

TrainForm::TrainForm(QWidget* parent) : FormPanel(parent), m_train(kTrainDefaults), m_online(kOnlineDefaults)
{
    makeFields();
    addStreamRows();
    addLearningRows();
    addHeading(tr("Data path"));
    m_consumed = addValue(tr("Consumed"));
    m_queue = addValue(tr("Queue"));
    m_trained = addValue(tr("Trained"));
    m_limited = addValue(tr("Limited by"));
    m_limited->setObjectName("trainLimitedBy");
    m_rejected = addValue(tr("Rejected records"));
    m_rejected->setObjectName("trainRejected");
    addStretch();
    connect(m_mode, &QComboBox::currentIndexChanged, this, &TrainForm::changeMode);
    connect(m_rate, &QLineEdit::textChanged, this, &TrainForm::checkRate);
    connect(m_maxRate, &QLineEdit::returnPressed, this,
            [this] { emit maxRateEntered(std::max(0.0, numberOf(m_maxRate, 0))); });
    connect(m_rate, &QLineEdit::returnPressed, this, [this] {
        if (const auto rate = parseNumber(plain(m_rate->text())); rate && *rate > 0)
            emit learningRateEntered(*rate);
    });
    fill(m_train);
    changeMode();
}

void TrainForm::makeFields()
{
    m_mode = choiceField("trainModeField");
    m_mode->addItem(tr("from offsets"), "train");
    m_mode->addItem(tr("online (group)"), "online");
    m_mode->setToolTip(
        tr("From offsets: passes over one partition. Online: a consumer group learns from a stream as it comes."));
    m_topic = editableChoice("trainTopicField", {}, tr("The topic that holds the training records"));
    m_partition = countField("trainPartitionField", -1, 100'000, -1);
    m_partition->setSpecialValueText(tr("the only one"));
    m_partition->setToolTip(tr("A training reads one partition: a topic of several needs its number"));
    m_from = editableChoice("trainFromField", {"earliest", "latest", "last:10000", "time:2026-01-31T12:00"},
                            tr("earliest, latest, an offset, last:N or time:ISO (UTC)"));
    m_until = editableChoice("trainUntilField", {"end", "count:10000", "idle:2000", "never"},
                             tr("end (as of now), count:N, idle:MILLISECONDS or never"));
    makeOnlineFields();
    m_maxRate = textField("trainMaxRateField");
    m_maxRate->setPlaceholderText(tr("no limit"));
    m_maxRate->setToolTip(tr("Records a second to read at most. Can be changed while it runs: Enter applies it"));
    m_shuffle = countField("trainShuffleField", 1, 10'000'000, 64);
    m_shuffle->setToolTip(tr("Records in the shuffle buffer"));
    m_batch = countField("trainBatchField", 1, 1'000'000, 64);
    m_epochs = countField("trainEpochsField", 1, 1'000'000, 10);
    m_optimizer = choiceField("trainOptimizerField");
    m_optimizer->addItem("Adam", "adam");
    m_optimizer->addItem("SGD", "sgd");
    m_rate = textField("trainLearningRateField", "0.001");
    m_rate->setToolTip(tr("Can be changed while it runs: Enter applies it"));
    m_seed = textField("trainSeedField", "1");
    m_run = textField("trainRunField");
    m_run->setPlaceholderText(tr("by topic"));
    m_run->setToolTip(tr("Name of the run"));
    m_goOn = new QCheckBox(tr("go on with it"));
    m_goOn->setObjectName("trainContinueField");
}

void TrainForm::makeOnlineFields()
{
    m_group = textField("trainGroupField");
    m_group->setToolTip(tr("The consumer group; it goes on where it committed"));
    m_records = countField("trainRecordsField", 1, 100'000'000, 10'000);
    m_records->setToolTip(tr("A mini-dataset closes when it holds so many records"));
    m_linger = countField("trainLingerField", 1, 86'400'000, 200);
    m_linger->setToolTip(tr("or when so many milliseconds have passed with something in it"));
    m_passes = countField("trainPassesField", 1, 1'000'000, 1);
    m_passes->setToolTip(tr("Once the stream has ended, its records are learnt again: so many passes in all. They are "
                            "scored in the first one, and the group stays at the end"));
    m_detectors =
        editableChoice("trainDetectorsField", {"", "adwin", "ddm", "page-hinkley", "adwin,ddm,page-hinkley"},
                       tr("Drift detectors that watch the error, by commas; drifts are marked on the charts"));
    m_onDrift = choiceField("trainOnDriftField");
    m_onDrift->setToolTip(tr("What to do when a detector says that the error rose"));
    m_onDrift->addItem(tr("mark it"), "annotate");
    m_onDrift->addItem(tr("raise the rate"), "raise-rate");
    m_onDrift->addItem(tr("reset the optimizer"), "reset-optimizer");
    m_onDrift->addItem(tr("reset the model"), "reset-model");
    m_onDrift->addItem(tr("keep a snapshot"), "snapshot");
    m_normalise = choiceField("trainNormaliseField");
    m_normalise->setToolTip(tr("Running: mean and deviation of each feature so far, saved with the model"));
    m_normalise->addItem(tr("as it comes"), "none");
    m_normalise->addItem(tr("running"), "running");
    m_skipLag = textField("trainSkipLagField");
    m_skipLag->setPlaceholderText(tr("never"));
    m_skipLag->setToolTip(tr("Skips ahead, and says so, when a partition has more unread records than this"));
    m_watch = textField("trainWatchField");
    m_watch->setPlaceholderText(tr("none"));
    m_watch->setToolTip(tr("Features that adwin and page-hinkley watch beside the error, by commas"));
    m_labelTopic = editableChoice("trainLabelTopicField", {}, tr("Where labels come late: the topic that brings them"));
    m_labelTopic->lineEdit()->setPlaceholderText(tr("as keys"));
    m_labelJoin =
        editableChoice("trainLabelJoinField", {"key", "header:id", "column:id"},
                       tr("What a record and its late label have in common: key, header:NAME or column:NAME"));
    m_parent = choiceField("trainParentField");
    m_parent->setToolTip(tr("The run whose model goes on learning"));
    m_parent->addItem(tr("a new model"), "");
}

QList<QWidget*> TrainForm::onlineFields() const
{
    return {m_group, m_records,   m_linger,  m_passes,     m_detectors, m_onDrift,
            m_watch, m_normalise, m_skipLag, m_labelTopic, m_labelJoin, m_parent};
}

void TrainForm::addStreamRows()
{
    addHeading(tr("Stream"));
    addField(tr("Mode"), m_mode);
    addField(tr("Topic"), m_topic);
    addField(tr("Partition"), m_partition);
    addField(tr("From"), m_from);
    addField(tr("Group"), m_group);
    addField(tr("Until"), m_until);
    addField(tr("Mini-dataset"), m_records);
    addField(tr("Linger, ms"), m_linger);
    addField(tr("Detectors"), m_detectors);
    addField(tr("On a drift"), m_onDrift);
    addField(tr("Watch"), m_watch);
    addField(tr("Labels"), m_labelTopic);
    addField(tr("Joined by"), m_labelJoin);
    addField(tr("Skip at lag"), m_skipLag);
    addField(tr("Rate limit"), m_maxRate);
    addField(tr("Shuffle buffer"), m_shuffle);
    addField(tr("Batch"), m_batch);
}

void TrainForm::addLearningRows()
{
    addHeading(tr("Learning"));
    addField(tr("Start from"), m_parent);
    addField(tr("Features"), m_normalise);
    addField(tr("Epochs"), m_epochs);
    addField(tr("Passes"), m_passes);
    addField(tr("Optimizer"), m_optimizer);
    addField(tr("Learning rate"), m_rate);
    addField(tr("Seed"), m_seed);
    addField(tr("Run name"), m_run);
    addField(tr("Earlier run"), m_goOn);
}

std::string TrainForm::kind() const
{
    return m_mode->currentData().toString().toStdString();
}

QString TrainForm::topic() const
{
    return m_topic->currentText().trimmed();
}

bool TrainForm::suggestTopic(const QString& topicName)
{
    if (!topic().isEmpty())
        return false;
    m_topic->setCurrentText(topicName);
    return true;
}

void TrainForm::changeMode()
{
    const bool online = kind() == "online";
    if (kind() != m_shown) {
        read(m_shown == "online" ? m_online : m_train);
        if (online && m_online["topic"] == "")
            m_online["topic"] = m_train["topic"];
        m_shown = kind();
        fill(online ? m_online : m_train);
    }
    m_onlineUsed |= online;
    for (QWidget* field :
         {static_cast<QWidget*>(m_partition), static_cast<QWidget*>(m_optimizer), static_cast<QWidget*>(m_run)})
        setFieldVisible(field, !online);
    for (QWidget* field : onlineFields())
        setFieldVisible(field, online);
    m_goOn->setToolTip(helpOf(kind(), "continue"));
    m_rate->setPlaceholderText(online ? tr("as it was") : QString());
    emit modeChanged();
}

void TrainForm::read(nlohmann::json& section) const
{
    const bool online = m_shown == "online";
    section["topic"] = plain(m_topic->currentText());
    section["from"] = plain(m_from->currentText());
    section["until"] = plain(m_until->currentText());
    section["shuffle"] = m_shuffle->value();
    section["batch"] = m_batch->value();
    section["epochs"] = m_epochs->value();
    section["seed"] = parseInteger(plain(m_seed->text())).value_or(1);
    section["max-rate"] = std::max(0.0, numberOf(m_maxRate, 0));
    if (m_goOn->isChecked())
        section["continue"] = true;
    else
        section.erase("continue");
    if (online) {
        section["group"] = plain(m_group->text());
        section["records"] = m_records->value();
        section["linger"] = m_linger->value();
        section["passes"] = m_passes->value();
        section["detectors"] = plain(m_detectors->currentText());
        section["normalise"] = m_normalise->currentData().toString().toStdString();
        if (plain(m_detectors->currentText()).empty()) { // they count for nothing then
            for (const char* key : {"on-drift", "watch", "drift-factor", "drift-records"})
                section.erase(key);
        } else {
            section["on-drift"] = m_onDrift->currentData().toString().toStdString();
            section["watch"] = plain(m_watch->text());
        }
        const std::string labels = plain(m_labelTopic->currentText());
        section["label-topic"] = labels.empty() ? nlohmann::json() : nlohmann::json(labels);
        if (labels.empty()) {
            section.erase("label-join");
            section.erase("label-horizon");
        } else {
            section["label-join"] = plain(m_labelJoin->currentText());
        }
        section["skip-lag"] = static_cast<std::int64_t>(std::max(0.0, numberOf(m_skipLag, 0)));
        const auto rate = parseNumber(plain(m_rate->text()));
        section["learning-rate"] = rate ? nlohmann::json(*rate) : nlohmann::json();
        section["run"] = m_parent->currentData().toString().toStdString();
        return;
    }
    section["partition"] = m_partition->value() < 0 ? nlohmann::json() : nlohmann::json(m_partition->value());
    section["run"] = plain(m_run->text());
    section["optimizer"]["kind"] = m_optimizer->currentData().toString().toStdString();
    section["optimizer"]["learning-rate"] = parseNumber(plain(m_rate->text())).value_or(0.001);
}

void TrainForm::fill(const nlohmann::json& section)
{
    m_topic->setCurrentText(textOf(section, "topic"));
    m_from->setCurrentText(section.contains("from") ? textOf(section, "from") : "earliest");
    m_until->setCurrentText(textOf(section, "until"));
    setNumber(m_shuffle, section, "shuffle");
    setNumber(m_batch, section, "batch");
    setNumber(m_epochs, section, "epochs");
    m_seed->setText(textOf(section, "seed"));
    setOptional(m_maxRate, section, "max-rate");
    m_goOn->setChecked(jsonFlag(section, "continue"));
    if (m_shown == "online") {
        m_group->setText(textOf(section, "group"));
        setNumber(m_records, section, "records");
        setNumber(m_linger, section, "linger");
        setNumber(m_passes, section, "passes");
        m_detectors->setCurrentText(textOf(section, "detectors"));
        m_onDrift->setCurrentIndex(qMax(0, m_onDrift->findData(textOf(section, "on-drift"))));
        m_normalise->setCurrentIndex(qMax(0, m_normalise->findData(textOf(section, "normalise"))));
        setOptional(m_skipLag, section, "skip-lag");
        m_watch->setText(textOf(section, "watch"));
        m_labelTopic->setCurrentText(textOf(section, "label-topic"));
        m_labelJoin->setCurrentText(section.contains("label-join") ? textOf(section, "label-join") : "key");
        m_rate->setText(textOf(section, "learning-rate"));
        const QString parentRun = textOf(section, "run");
        if (m_parent->findData(parentRun) < 0)
            m_parent->addItem(parentRun, parentRun);
        m_parent->setCurrentIndex(m_parent->findData(parentRun));
        return;
    }
    m_partition->setValue(-1);
    setNumber(m_partition, section, "partition");
    m_run->setText(textOf(section, "run"));
    const nlohmann::json& optimizer = jsonChild(section, "optimizer");
    m_optimizer->setCurrentIndex(qMax(0, m_optimizer->findData(jsonText(optimizer, "kind", "adam"))));
    if (optimizer.contains("learning-rate"))
        m_rate->setText(textOf(optimizer, "learning-rate"));
}

nlohmann::json TrainForm::section() const
{
    nlohmann::json section = m_shown == "online" ? m_online : m_train;
    read(section);
    if (section["run"] == "")
        section.erase("run");
    return section;
}

void TrainForm::saveTo(nlohmann::json& sections) const
{
    nlohmann::json train = m_train, online = m_online;
    read(m_shown == "online" ? online : train);
    for (nlohmann::json* section : {&train, &online})
        if ((*section)["run"] == "")
            section->erase("run");
    if (train["topic"] != "")
        sections["train"] = train;
    if (m_onlineUsed && online["topic"] != "")
        sections["online"] = online;
}

void TrainForm::loadFrom(const nlohmann::json& sections)
{
    read(m_shown == "online" ? m_online : m_train);
    if (sections.contains("train") && sections["train"].is_object())
        m_train.merge_patch(sections["train"]);
    if (sections.contains("online") && sections["online"].is_object()) {
        m_online.merge_patch(sections["online"]);
        m_onlineUsed = true;
    }
    fill(m_shown == "online" ? m_online : m_train);
}

void TrainForm::setTopics(const QStringList& topics)
{
    for (QComboBox* field : {m_topic, m_labelTopic}) {
        const QString current = field->currentText();
        const QSignalBlocker quiet(field);
        field->clear();
        field->addItems(topics);
        field->setCurrentText(current);
    }
}

void TrainForm::setParents(const QStringList& runs)
{
    const QString current = m_parent->currentData().toString();
    m_parent->clear();
    m_parent->addItem(tr("a new model"), "");
    for (const QString& run : runs)
        m_parent->addItem(run, run);
    if (m_parent->findData(current) < 0)
        m_parent->addItem(current, current);
    m_parent->setCurrentIndex(m_parent->findData(current));
    m_parent->view()->setMinimumWidth(240);
}

void TrainForm::setLive(bool live)
{
    for (QWidget* field : onlineFields() + QList<QWidget*>{m_mode, m_topic, m_partition, m_from, m_until, m_shuffle,
                                                           m_batch, m_epochs, m_optimizer, m_seed, m_run, m_goOn})
        field->setEnabled(!live);
}

void TrainForm::checkRate()
{
    const auto rate = parseNumber(plain(m_rate->text()));
    const bool asItWas = m_shown == "online" && m_rate->text().trimmed().isEmpty();
    setStyleProperty(m_rate, "invalid", !asItWas && (!rate || !(*rate > 0)));
}

void TrainForm::showProgress(const Progress& progress)
{
    const auto rateText = [](double rate) {
        return std::isfinite(rate) ? countText(static_cast<qint64>(std::llround(rate))) + " / s" : QString("–");
    };
    m_consumed->setText(rateText(progress.consumedRate));
    m_trained->setText(rateText(progress.rate));
    m_queue->setText(progress.queueCapacity > 0
                         ? tr("%1 / %2 batches").arg(qMax(0, progress.queued)).arg(progress.queueCapacity)
                         : "–");
    m_limited->setText(progress.limitedBy.empty() ? "–" : QString::fromStdString(progress.limitedBy));
    m_rejected->setText(progress.rejected < 0 ? "–" : countText(static_cast<qint64>(progress.rejected)));
}

} // namespace millrace
