// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/TrainForm.h"

#include "base/Text.h"
#include "models/TableText.h"
#include "models/Values.h"
#include "widgets/Fields.h"

#include <QComboBox>
#include <QScopedValueRollback>
#include <cmath>

namespace millrace
{

namespace
{

constexpr auto kTopic = "topic", kLearningRate = "learning-rate";

/// A rate that stands in the optimizer is shown, and changed, as the section's own.
nlohmann::json withOwnRate(nlohmann::json section)
{
    if (!jsonChild(section, "optimizer").contains(kLearningRate))
        return section;
    nlohmann::json rate = section["optimizer"][kLearningRate];
    section["optimizer"].erase(kLearningRate);
    if (!section.contains(kLearningRate) || section[kLearningRate].is_null())
        section[kLearningRate] = std::move(rate);
    return section;
}

} // namespace

TrainForm::TrainForm(QWidget* parent)
    : FormPanel(parent), m_dataPath(new FormPanel(nullptr, Place::Inside)), m_mode(choiceField("trainModeField")),
      m_train(new SectionForm(*findSection("train"), {kTopic}, nullptr, Place::Inside)),
      m_online(new SectionForm(*findSection("online"), {kTopic, "label-topic", "run"}, nullptr, Place::Inside))
{
    m_mode->addItem(tr("from offsets"), "train");
    m_mode->addItem(tr("online (group)"), "online");
    m_mode->setToolTip(
        tr("From offsets: passes over one partition. Online: a consumer group learns from a stream as it comes."));
    m_whose = styledLabel({}, "strong");
    m_whose->setObjectName("trainWhose");
    m_whose->setWordWrap(true);
    addWide(m_whose);
    addDataPath();
    addField(tr("Mode"), m_mode);
    for (SectionForm* form : {m_train, m_online}) {
        addWide(form);
        connect(form, &SectionForm::entered, this, &TrainForm::take);
        connect(form, &SectionForm::changed, this, [this](const QString& key) {
            if (!m_isFilling)
                emit edited(key);
        });
    }
    m_online->setFirst("group", QStringLiteral("cgonline"));
    m_online->setFirst("until", QStringLiteral("idle:2000"));
    addStretch();
    connect(m_mode, &QComboBox::currentIndexChanged, this, &TrainForm::changeMode);
    connect(m_mode, &QComboBox::activated, this, [this] { m_onlineUsed |= kind() == "online"; });
    changeMode();
}

/// Above the fields, which are longer than a small window, once there is something to tell.
void TrainForm::addDataPath()
{
    m_dataPath->addHeading(tr("Data path"));
    m_consumed = m_dataPath->addValue(tr("Consumed"));
    m_queue = m_dataPath->addValue(tr("Queue"));
    m_trained = m_dataPath->addValue(tr("Trained"));
    m_limited = m_dataPath->addValue(tr("Limited by"));
    m_limited->setObjectName("trainLimitedBy");
    m_rejected = m_dataPath->addValue(tr("Rejected records"));
    m_rejected->setObjectName("trainRejected");
    m_dataPath->hide();
    addWide(m_dataPath);
}

SectionForm& TrainForm::shown() const
{
    return kind() == "online" ? *m_online : *m_train;
}

/// A value that counts from now on; one that is no number stays where it is written.
void TrainForm::take(const QString& key, const QString& written)
{
    const auto number = parseNumber(written.toStdString());
    if (key == kLearningRate && number && *number > 0)
        emit learningRateEntered(*number);
    else if (key != kLearningRate && (number || written.isEmpty()))
        emit maxRateEntered(std::max(0.0, number.value_or(0)));
}

std::string TrainForm::kind() const
{
    return m_mode->currentData().toString().toStdString();
}

QString TrainForm::topic() const
{
    return shown().text(kTopic);
}

bool TrainForm::suggestTopic(const QString& topicName)
{
    if (!topic().isEmpty())
        return false;
    shown().setText(kTopic, topicName);
    return true;
}

void TrainForm::changeMode()
{
    const bool online = kind() == "online";
    if (online && m_online->text(kTopic).isEmpty())
        m_online->setText(kTopic, m_train->text(kTopic));
    m_train->setVisible(!online);
    m_online->setVisible(online);
    emit modeChanged();
}

nlohmann::json TrainForm::section() const
{
    return shown().section();
}

void TrainForm::saveTo(nlohmann::json& sections) const
{
    if (!m_train->text(kTopic).isEmpty())
        sections["train"] = m_train->section();
    if (m_onlineUsed && !m_online->text(kTopic).isEmpty())
        sections["online"] = m_online->section();
}

void TrainForm::showJob(const std::string& kind, nlohmann::json section)
{
    const QScopedValueRollback filling(m_isFilling, true);
    for (const char* origin : {"resume", "reproduce", "lost", "offsets"})
        section.erase(origin);
    m_mode->setCurrentIndex(m_mode->findData(QString::fromStdString(kind)));
    shown().load(withOwnRate(std::move(section)), Fill::Whole);
    m_shownJob = {{"kind", kind}, {"section", shown().section()}};
}

void TrainForm::beginAnew(const nlohmann::json& train)
{
    const QScopedValueRollback filling(m_isFilling, true);
    m_mode->setCurrentIndex(m_mode->findData(QStringLiteral("train")));
    m_train->load(train, Fill::Whole);
}

void TrainForm::forgetName()
{
    const QScopedValueRollback filling(m_isFilling, true);
    m_train->setText("run", {});
}

bool TrainForm::isEdited() const
{
    return m_shownJob != nlohmann::json{{"kind", kind()}, {"section", section()}};
}

void TrainForm::setWhose(const QString& text)
{
    m_whose->setText(text);
    m_whose->setVisible(!text.isEmpty());
}

void TrainForm::loadFrom(const nlohmann::json& sections, Fill fill)
{
    const QScopedValueRollback filling(m_isFilling, true);
    if (sections.contains("train"))
        m_train->load(withOwnRate(sections["train"]), fill);
    if (!sections.contains("online"))
        return;
    m_online->load(withOwnRate(sections["online"]), fill);
    m_onlineUsed = !sections["online"].empty();
}

void TrainForm::setTopics(const QStringList& topics)
{
    m_train->offer(kTopic, topics);
    m_online->offer(kTopic, topics);
    m_online->offer("label-topic", topics);
}

void TrainForm::setParents(const QStringList& runs)
{
    m_online->offer("run", QStringList{""} + runs);
}

void TrainForm::setLive(bool live)
{
    m_mode->setEnabled(!live);
    m_train->setEditable(!live);
    m_online->setEditable(!live);
}

void TrainForm::showProgress(const Progress& progress)
{
    m_dataPath->setVisible(progress.records >= 0);
    m_consumed->setText(perSecondText(progress.consumedRate));
    m_trained->setText(perSecondText(progress.rate));
    m_queue->setText(progress.queueCapacity > 0
                         ? tr("%1 / %2 batches").arg(qMax(0, progress.queued)).arg(progress.queueCapacity)
                         : "–");
    m_limited->setText(progress.limitedBy.empty() ? "–" : tableText(progress.limitedBy));
    m_rejected->setText(progress.rejected < 0 ? "–" : countText(static_cast<qint64>(progress.rejected)));
}

} // namespace millrace
