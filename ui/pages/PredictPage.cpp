// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/PredictPage.h"

#include "base/Text.h"
#include "models/RowsModel.h"
#include "models/Values.h"
#include "pages/BestPossible.h"
#include "pages/Choices.h"
#include "pages/HandPrediction.h"
#include "pages/RejectedBanner.h"
#include "widgets/Fields.h"
#include "widgets/Widgets.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QSpinBox>
#include <QVBoxLayout>
#include <cmath>

namespace millrace
{

namespace
{

constexpr int kShownPredictions = 200;
constexpr int kKeyColumn = 2;

QString countOf(double number)
{
    return std::isfinite(number) ? countText(static_cast<qint64>(std::llround(number))) : QString("–");
}

QString countOf(std::int64_t number)
{
    return number < 0 ? QString("–") : countText(static_cast<qint64>(number));
}

} // namespace

PredictPage::PredictPage(Session& session, Shell& shell) : Page("predict", tr("Predict"), session, shell)
{
    makeHead();
    auto* across = new QHBoxLayout(body());
    across->setContentsMargins(0, 0, 0, 0);
    across->setSpacing(12);
    across->addWidget(makeForm());
    across->addWidget(makeRight(), 1);
    connect(&session, &Session::jobStarted, this, [this](Job* job) {
        if (job->kind() == "predict")
            follow(job);
    });
    if (Job* job = session.latest("predict"))
        follow(job);
    showState();
    showResult();
}

void PredictPage::makeHead()
{
    m_runChip = new Chip;
    addChip(m_runChip);
    m_pause = plainButton("❚❚ " + tr("Pause"), "predictPauseButton");
    m_stop = plainButton("■ " + tr("Stop"), "predictStopButton");
    m_stop->setToolTip(tr("Commits what was predicted, and ends"));
    m_start = primaryButton(tr("Predict"), "predictStartButton");
    for (QPushButton* button : {m_pause, m_stop, m_start})
        addHeadButton(button);
    connect(m_start, &QPushButton::clicked, this, &PredictPage::start);
    connect(m_stop, &QPushButton::clicked, this, [this] {
        if (m_job)
            m_job->stop();
    });
    connect(m_pause, &QPushButton::clicked, this, [this] {
        if (m_job)
            m_job->setPaused(m_job->state() != Job::State::Paused);
    });
}

FormPanel* PredictPage::makeForm()
{
    auto* form = new FormPanel;
    form->setObjectName("predictForm");
    form->setFixedWidth(268);
    m_run = editableChoice("predictRunField", {},
                           tr("The run whose newest model predicts: a folder, or a name for its newest run"));
    m_run->setAccessibleName(tr("Run"));
    m_topic = editableChoice("predictTopicField", {}, tr("The topic with records; they need no label"));
    m_group = textField("predictGroupField", "predict");
    m_group->setToolTip(tr("The consumer group: several Millrace processes may share it, and each record is predicted "
                           "once"));
    m_until = editableChoice("predictUntilField", {"end", "count:10000", "idle:2000", "never"},
                             tr("end (as of now), count:N, idle:MILLISECONDS or never"));
    m_to = editableChoice("predictToField", {}, tr("The topic for the predictions; made when it is missing"));
    m_format = choiceField("predictFormatField");
    m_format->addItems({"json", "csv"});
    m_format->setToolTip(tr("{\"probability\":0.73,\"class\":1} or 0.73,1"));
    m_interval = countField("predictIntervalField", 10, 5000, 1000);
    m_interval->setToolTip(tr("Milliseconds between two commits: readers of committed records wait for so long"));
    form->addHeading(tr("Run"));
    form->addWide(m_run); // a folder's name is long
    form->addHeading(tr("From"));
    form->addField(tr("Topic"), m_topic);
    form->addField(tr("Group"), m_group);
    form->addField(tr("Until"), m_until);
    form->addHeading(tr("To"));
    form->addField(tr("Topic"), m_to);
    form->addField(tr("Format"), m_format);
    form->addField(tr("Interval, ms"), m_interval);
    form->addHeading(tr("Data path"));
    m_rejected = form->addValue(tr("Rejected records"));
    m_transactions = form->addValue(tr("Transactions"));
    m_seconds = form->addValue(tr("Time"));
    form->addStretch();
    connect(m_group, &QLineEdit::returnPressed, this, &PredictPage::start);
    connect(m_run, &QComboBox::currentTextChanged, this, [this](const QString& run) { m_hand->setRun(run.trimmed()); });
    return form;
}

QWidget* PredictPage::makeRight()
{
    auto* right = new QWidget;
    auto* down = new QVBoxLayout(right);
    down->setContentsMargins(0, 0, 0, 0);
    down->setSpacing(8);
    m_banner = new Banner;
    m_banner->setObjectName("predictBanner");
    connect(m_banner, &Banner::actionTriggered, this, [this] {
        if (m_offersGroup)
            useNewGroup();
        else
            shell().showPage("cluster");
    });
    down->addWidget(m_banner);
    m_rejectedBanner = new RejectedBanner(shell());
    down->addWidget(m_rejectedBanner);
    auto* tiles = new QHBoxLayout;
    tiles->setSpacing(8);
    const auto addTile = [tiles](const QString& name, const char* objectName) {
        auto* tile = new Tile(name);
        tile->setObjectName(objectName);
        tiles->addWidget(tile);
        return tile;
    };
    m_predicted = addTile(tr("Predicted"), "predictRecordsTile");
    m_rate = addTile(tr("Records a second"), "predictRateTile");
    m_left = addTile(tr("Left"), "predictLeftTile");
    m_timeLeft = addTile(tr("Time left"), "predictTimeTile");
    down->addLayout(tiles);
    auto* cards = new QHBoxLayout;
    cards->setSpacing(8);
    cards->addWidget(makeLastCard(), 3);
    m_hand = new HandPrediction(session());
    cards->addWidget(m_hand, 2);
    down->addLayout(cards, 1);
    return right;
}

Card* PredictPage::makeLastCard()
{
    auto* card = new Card;
    card->content()->setContentsMargins(1, 8, 1, 1);
    card->content()->setSpacing(4);
    auto* heading = styledLabel(tr("Last predictions"), "strong");
    heading->setContentsMargins(12, 0, 12, 0);
    card->content()->addWidget(heading);
    m_last = new RowsModel({countColumn(tr("Partition")), countColumn(tr("Offset")), textColumn(tr("Key")),
                            numberColumn(tr("Probability"), 4), countColumn(tr("Class"))},
                           this);
    auto* table = new DataTable;
    table->setObjectName("predictLastTable");
    table->setEmptyText(tr("Choose a run, a topic with records and a topic for the predictions, then press Predict."));
    table->setModel(m_last);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setSectionResizeMode(kKeyColumn, QHeaderView::Stretch);
    card->content()->addWidget(table, 1);
    return card;
}

nlohmann::json PredictPage::section() const
{
    return {{"run", m_run->currentText().trimmed().toStdString()},
            {"topic", m_topic->currentText().trimmed().toStdString()},
            {"group", m_group->text().trimmed().toStdString()},
            {"to", m_to->currentText().trimmed().toStdString()},
            {"format", m_format->currentText().toStdString()},
            {"interval", m_interval->value()},
            {"until", m_until->currentText().trimmed().toStdString()}};
}

void PredictPage::saveTo(nlohmann::json& sections) const
{
    nlohmann::json predict = section();
    if (predict["topic"] == "" || predict["to"] == "")
        return;
    // An experiment predicts with the run that it has just trained.
    predict.erase("run");
    sections["predict"] = predict;
}

void PredictPage::loadFrom(const nlohmann::json& sections)
{
    const nlohmann::json& predict = jsonChild(sections, "predict");
    m_run->setCurrentText(jsonText(predict, "run", m_run->currentText()));
    m_topic->setCurrentText(jsonText(predict, "topic", m_topic->currentText()));
    m_group->setText(jsonText(predict, "group", m_group->text()));
    m_to->setCurrentText(jsonText(predict, "to", m_to->currentText()));
    m_format->setCurrentText(jsonText(predict, "format", m_format->currentText()));
    m_interval->setValue(static_cast<int>(jsonCount(predict, "interval", m_interval->value())));
    m_until->setCurrentText(jsonText(predict, "until", m_until->currentText()));
}

void PredictPage::start()
{
    if (m_job && m_job->isLive())
        return;
    const auto started = session().start("predict", section());
    if (started)
        return;
    const bool unreachable = started.error().code == ErrorCode::Unreachable;
    m_offersGroup = false;
    m_banner->showMessage(errorText(started.error()), true, unreachable ? tr("To Cluster") : QString());
}

void PredictPage::useNewGroup()
{
    m_group->setText(nextGroup(m_group->text().trimmed(), "predict"));
    start();
}

void PredictPage::follow(Job* job)
{
    if (m_job)
        m_job->disconnect(this);
    m_job = job;
    m_banner->clear();
    m_rejectedBanner->clear();
    m_last->clear();
    connect(job, &Job::stateChanged, this, &PredictPage::showState);
    connect(job, &Job::finished, this, &PredictPage::showResult);
    showState();
    if (!job->isLive())
        showResult();
}

void PredictPage::showState()
{
    const bool live = m_job && m_job->isLive();
    m_start->setVisible(!live);
    m_stop->setVisible(live);
    m_pause->setVisible(live);
    const bool stopping = live && m_job->state() == Job::State::Stopping;
    m_stop->setEnabled(!stopping);
    m_pause->setEnabled(!stopping);
    m_pause->setText(live && m_job->state() == Job::State::Paused ? "▶ " + tr("Go on") : "❚❚ " + tr("Pause"));
    for (QWidget* field : std::initializer_list<QWidget*>{m_run, m_topic, m_group, m_until, m_to, m_format, m_interval})
        field->setEnabled(!live);
    const QString run = m_job ? jsonText(m_job->section(), "run", jsonText(m_job->section(), "model")) : QString();
    m_runChip->setText(run);
    m_runChip->setVisible(!run.isEmpty());
    if (m_job && m_job->state() == Job::State::Failed) {
        m_offersGroup = false;
        m_banner->showMessage(errorText(m_job->error()), true,
                              m_job->error().code == ErrorCode::Unreachable ? tr("To Cluster") : QString());
    }
    tick();
}

void PredictPage::showResult()
{
    const nlohmann::json result = m_job && !m_job->isLive() ? m_job->result() : nlohmann::json();
    m_rejectedBanner->showResult(result);
    if (jsonFlag(result, "nothing_new") && jsonText(result, "nothing_because").isEmpty()) {
        m_offersGroup = true;
        m_banner->showMessage(tr("There was nothing to read: the group %1 has predicted all records of %2 already. A "
                                 "group reads each record once; a new group predicts all again.")
                                  .arg(jsonText(result, "group"), jsonText(result, "topic")),
                              false, tr("Use a new group"));
    } else if (const QString text = readingText(result); !text.isEmpty()) {
        m_offersGroup = false;
        m_banner->showMessage(text, false);
    }
    tick();
}

void PredictPage::showLast()
{
    const auto newest = m_job->predictions().take();
    if (newest.empty())
        return;
    QList<QVariantList> rows;
    for (auto each = newest.rbegin(); each != newest.rend(); ++each)
        rows << QVariantList{each->partition, static_cast<qint64>(each->offset),
                             each->nullKey ? QVariant() : QString::fromStdString(each->key),
                             static_cast<double>(each->output.probability()), each->output.predicted()};
    rows << m_last->rows();
    m_last->setRows(rows.mid(0, kShownPredictions));
}

void PredictPage::tick()
{
    if (!m_job)
        return;
    showLast();
    const Progress progress = m_job->progress();
    const nlohmann::json& result = m_job->result();
    const bool live = m_job->isLive();
    m_predicted->setValue(live ? countOf(progress.records) : countText(jsonValue(result, "records")));
    m_rate->setValue(live ? countOf(progress.rate) : countOf(numberOr(result, "records_per_second")));
    m_left->setValue(live ? countOf(progress.left) : "–");
    m_timeLeft->setValue(live && std::isfinite(progress.secondsLeft)
                             ? QString::fromStdString(formatDuration(progress.secondsLeft))
                             : "–");
    m_rejected->setText(live ? countOf(progress.rejected) : countText(jsonValue(result, "rejected")));
    m_transactions->setText(countText(jsonValue(result, "transactions")));
    const double seconds = numberOr(result, "seconds");
    m_seconds->setText(std::isfinite(seconds) ? fixedText(seconds, 2) + " s" : "–");
}

void PredictPage::entered()
{
    const RunCatalog catalog = session().runs();
    session().call(
        this, [catalog] { return runsWithModel(catalog); },
        [this](const QStringList& runs) {
            setItems(m_run, runs);
            m_hand->setRun(m_run->currentText().trimmed());
        });
    if (session().hasBroker())
        session().call(
            this, [&s = session()] { return userTopics(s.admin()); },
            [this](const QStringList& topics) {
                for (QComboBox* field : {m_topic, m_to}) {
                    const QString current = field->currentText();
                    setItems(field, topics);
                    if (current.isEmpty())
                        field->setCurrentText({});
                }
            });
}

} // namespace millrace
