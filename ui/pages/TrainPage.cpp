// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/TrainPage.h"

#include "base/Text.h"
#include "data/Task.h"
#include "models/LagFeed.h"
#include "models/Scores.h"
#include "models/TrainFeed.h"
#include "models/Values.h"
#include "pages/BestPossible.h"
#include "pages/Choices.h"
#include "pages/RejectedBanner.h"
#include "pages/TrainCharts.h"
#include "pages/TrainForm.h"
#include "session/ExperimentRun.h"
#include "shell/UiSettings.h"
#include "widgets/Widgets.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QVBoxLayout>
#include <cmath>

namespace millrace
{

namespace
{

QString duration(double seconds)
{
    return QString::fromStdString(formatDuration(seconds));
}

} // namespace

TrainPage::TrainPage(Session& session, Shell& shell)
    : Page("train", tr("Train"), session, shell), m_feed(TrainFeed::of(session)), m_lagFeed(new LagFeed(session, this)),
      m_form(new TrainForm), m_charts(new TrainCharts)
{
    makeHead();
    auto* across = new QHBoxLayout(body());
    across->setContentsMargins(0, 0, 0, 0);
    across->setSpacing(12);
    m_form->setObjectName("trainForm");
    m_form->setFixedWidth(268);
    across->addWidget(m_form);
    across->addWidget(makeRight(), 1);

    connect(m_form, &TrainForm::learningRateEntered, this, &TrainPage::changeRate);
    connect(m_form, &TrainForm::maxRateEntered, this, [this](double rate) { changeMaxRate(job(), rate); });
    connect(m_form, &TrainForm::modeChanged, this, &TrainPage::showJob);
    connect(m_charts, &TrainCharts::saved, this, [this](const QString& file, bool good) {
        this->shell().say(good ? tr("Charts saved beside %1.").arg(file) : tr("Cannot write %1.").arg(file), !good);
    });
    connect(&m_feed, &TrainFeed::jobChanged, this, [this] {
        connect(m_feed.job(), &Job::stateChanged, this, &TrainPage::showJob);
        showJob();
    });
    if (m_feed.job())
        connect(m_feed.job(), &Job::stateChanged, this, &TrainPage::showJob);
    connect(m_lagFeed, &LagFeed::looked, this, [this](const nlohmann::json& look) {
        m_groupLag = jsonChild(look, "total");
        m_charts->setVerdict(jsonValue(m_groupLag, "verdict"));
    });
    showJob();
    showNumbers();
}

void TrainPage::makeHead()
{
    m_modelChip = new Chip;
    m_topicChip = new Chip;
    m_topicChip->setObjectName("trainTopicChip");
    m_simulatedChip = new Chip("◆ " + tr("simulated events"), Chip::Tone::Warning);
    for (Chip* chip : {m_modelChip, m_topicChip, m_simulatedChip})
        addChip(chip);
    m_export = plainButton(tr("Export…"), "trainExportButton");
    m_export->setToolTip(tr("Save the model as TorchScript"));
    m_pause = plainButton("❚❚ " + tr("Pause"), "trainPauseButton");
    m_stop = plainButton("■ " + tr("Stop and keep"), "trainStopButton");
    m_stop->setToolTip(tr("End the training; the model as it is now stays in its run"));
    m_start = primaryButton(tr("Start training"), "trainStartButton");
    m_evaluate = primaryButton(tr("Evaluate…"), "trainEvaluateButton");
    for (QPushButton* button : {m_export, m_pause, m_stop, m_start, m_evaluate})
        addHeadButton(button);
    connect(m_export, &QPushButton::clicked, this, &TrainPage::exportModel);
    connect(m_pause, &QPushButton::clicked, this, &TrainPage::togglePause);
    connect(m_stop, &QPushButton::clicked, this, &TrainPage::stop);
    connect(m_start, &QPushButton::clicked, this, &TrainPage::start);
    connect(m_evaluate, &QPushButton::clicked, this, &TrainPage::evaluate);
}

QWidget* TrainPage::makeRight()
{
    auto* right = new QWidget;
    auto* down = new QVBoxLayout(right);
    down->setContentsMargins(0, 0, 0, 0);
    down->setSpacing(8);
    m_banner = new Banner;
    m_banner->setObjectName("trainBanner");
    connect(m_banner, &Banner::actionTriggered, this, [this] {
        if (m_bannerAction.empty())
            answer(0);
        else
            shell().showPage(QString::fromStdString(m_bannerAction));
    });
    connect(m_banner, &Banner::secondTriggered, this, [this] { answer(1); });
    down->addWidget(m_banner);
    m_rejectedBanner = new RejectedBanner(shell());
    down->addWidget(m_rejectedBanner);
    auto* tiles = new QHBoxLayout;
    tiles->setSpacing(8);
    m_lossTile = new Tile(tr("Loss, smoothed"));
    m_lossTile->setObjectName("trainLossTile");
    m_accuracyTile = new Tile(tr("Accuracy"));
    m_accuracyTile->setObjectName("trainAccuracyTile");
    m_leftTile = new Tile(tr("Left in this pass"));
    m_leftTile->setObjectName("trainLeftTile");
    m_drainTile = new Tile(tr("Time to drain"));
    m_drainTile->setObjectName("trainDrainTile");
    m_epochTile = new Tile(tr("Time left"));
    m_epochTile->setObjectName("trainEpochTile");
    for (Tile* tile : {m_lossTile, m_accuracyTile, m_leftTile, m_drainTile, m_epochTile})
        tiles->addWidget(tile);
    down->addLayout(tiles);
    down->addWidget(m_charts, 1);
    return right;
}

Job* TrainPage::job() const
{
    return m_feed.job();
}

QString TrainPage::runName() const
{
    return job() && !job()->isLive() ? jsonText(job()->result(), "run") : QString();
}

void TrainPage::saveTo(nlohmann::json& sections) const
{
    m_form->saveTo(sections);
}

void TrainPage::loadFrom(const nlohmann::json& sections, Fill fill)
{
    m_form->loadFrom(sections, fill);
    // A published set is the likely next thing to train on.
    if (sections.contains("publish"))
        m_form->suggestTopic(jsonText(sections["publish"], "topic"));
    showJob();
}

void TrainPage::start()
{
    nlohmann::json section = m_form->section();
    if (m_form->topic().isEmpty()) {
        m_bannerAction = "data";
        m_banner->showMessage(tr("Which topic? Choose one on the left, or publish a file first."), true, tr("To Data"));
        return;
    }
    const nlohmann::json sections = shell().collectSections();
    const nlohmann::json& model = jsonChild(sections, "model");
    const bool continues = section.contains("run") && m_form->kind() == "online";
    if (model.contains("preset") && !continues) {
        section.erase("model"); // of a file that was opened
        section["preset"] = model["preset"];
    } else if (model.contains("layers") && m_form->kind() == "train") {
        section.erase("preset");
        section["model"] = model;
    }
    const auto started = session().start(m_form->kind(), section);
    if (!started) {
        const bool unreachable = started.error().code == ErrorCode::Unreachable;
        m_bannerAction = "cluster";
        m_banner->showMessage(errorText(started.error()), true, unreachable ? tr("To Cluster") : QString());
        return;
    }
    m_banner->clear();
}

void TrainPage::togglePause()
{
    if (!job() || !job()->isLive())
        return;
    const bool pause = job()->state() != Job::State::Paused;
    ExperimentRun* run = shell().experimentRun();
    if (run && run->isLive() && run->currentJob() == job())
        run->setPaused(pause);
    else
        job()->setPaused(pause);
}

void TrainPage::stop()
{
    ExperimentRun* run = shell().experimentRun();
    if (run && run->isLive() && run->currentJob() == job())
        run->stop();
    else if (job())
        job()->stop();
}

void TrainPage::changeRate(double rate)
{
    if (!job() || !job()->isLive())
        return;
    if (const auto set = job()->setLearningRate(rate); !set)
        return shell().say(errorText(set.error()), true);
    shell().say(tr("Learning rate %1 from the next batch on.").arg(rate));
}

void TrainPage::exportModel()
{
    const QString file = QFileDialog::getSaveFileName(this, tr("Export the model"), UiSettings().folder() + "/model.pt",
                                                      tr("TorchScript (*.pt)"));
    if (file.isEmpty())
        return;
    UiSettings().setFolder(QFileInfo(file).absolutePath());
    const auto started = session().start(
        "export", {{"run", runName().toStdString()}, {"format", "torchscript"}, {"out", file.toStdString()}});
    if (!started)
        m_banner->showMessage(errorText(started.error()), true);
}

void TrainPage::evaluate()
{
    shell().prefill({{"evaluate", {{"run", runName().toStdString()}}}});
    shell().showPage("evaluate");
}

void TrainPage::showJob()
{
    const bool live = job() && job()->isLive();
    const bool trained = !runName().isEmpty();
    m_form->setLive(live);
    m_start->setVisible(!live);
    m_start->setText(m_form->kind() == "online" ? tr("Start learning")
                     : trained                  ? tr("Train again")
                                                : tr("Start training"));
    setStyleProperty(m_start, "primary", !trained);
    m_pause->setVisible(live);
    m_pause->setEnabled(live && job()->state() != Job::State::Stopping);
    m_pause->setText(live && job()->state() == Job::State::Paused ? "▶ " + tr("Resume") : "❚❚ " + tr("Pause"));
    m_stop->setVisible(live);
    m_stop->setEnabled(live && job()->state() != Job::State::Stopping);
    m_stop->setText(live && job()->state() == Job::State::Stopping ? tr("Stopping…") : "■ " + tr("Stop and keep"));
    m_evaluate->setVisible(!live && trained);
    m_export->setVisible(!live && trained);
    if (job() && job()->state() == Job::State::Failed)
        showFailure(job()->error());
    else if (live)
        m_banner->clear();
    else if (const QString text = job() ? readingText(job()->result()) : QString(); !text.isEmpty())
        m_banner->showMessage(text, false);
    m_rejectedBanner->showResult(job() && !live ? job()->result() : nlohmann::json());
    showOrigin();
    watchGroup();
}

void TrainPage::watchGroup()
{
    const bool online = job() && job()->isLive() && job()->kind() == "online";
    if (!online) {
        m_groupLag = nullptr;
        m_charts->setVerdict({});
    }
    m_lagFeed->follow(online ? jsonText(job()->section(), "group") : QString(),
                      online ? jsonText(job()->section(), "topic") : QString());
}

void TrainPage::showGroupLag()
{
    if (!m_groupLag.is_object())
        return;
    m_leftTile->setName(tr("Offset lag"));
    m_leftTile->setValue(countText(jsonValue(m_groupLag, "lag")));
    m_drainTile->setValue(drainText(drainSeconds(m_groupLag)));
    m_epochTile->setName(tr("Age of unread"));
    m_epochTile->setValue(durationText(jsonValue(m_groupLag, "age_seconds")));
}

/// A refusal that can be answered has the answers as buttons.
void TrainPage::showFailure(const Error& error)
{
    const auto text = [&error](std::size_t i) {
        return i < error.answers.size() ? QString::fromStdString(error.answers[i].text) : QString();
    };
    m_bannerAction.clear();
    m_banner->showMessage(error.answers.empty() ? errorText(error) : QString::fromStdString(error.message) + '.', true,
                          text(0), text(1));
}

void TrainPage::answer(std::size_t which)
{
    if (!job() || which >= job()->error().answers.size())
        return;
    const ErrorAnswer answer = job()->error().answers[which];
    nlohmann::json section = job()->section();
    section[answer.key] = answer.value;
    if (const auto started = session().start(job()->kind().toStdString(), section); !started)
        m_banner->showMessage(errorText(started.error()), true);
}

void TrainPage::showOrigin()
{
    const nlohmann::json section = job() ? job()->section() : nlohmann::json();
    const nlohmann::json result = job() ? job()->result() : nlohmann::json();
    const QString topic = jsonText(section, "topic");
    QString model = jsonText(section, "preset");
    const QVariant parameters = jsonValue(result, "parameters");
    if (parameters.isValid())
        model += (model.isEmpty() ? "" : " · ") + tr("%1 parameters").arg(countText(parameters));
    m_modelChip->setText(model);
    m_modelChip->setVisible(!model.isEmpty());
    const bool partitioned = jsonValue(section, "partition").isValid();
    m_topicChip->setText(job() && job()->kind() == "train"
                             ? partitioned ? tr("%1 · partition %2").arg(topic).arg(jsonCount(section, "partition"))
                                           : topic
                             : tr("online · %1 · group %2").arg(topic, jsonText(section, "group")));
    m_topicChip->setVisible(!topic.isEmpty());
    TopicOrigin origin = topic.isEmpty() ? TopicOrigin{} : originOf(session(), topic);
    origin.simulated |= jsonFlag(result, "simulated");
    if (!scoresIn(jsonChild(result, "best")).empty())
        origin.best = result["best"];
    m_simulatedChip->setVisible(origin.simulated);
    const ScoreTable best = scoresIn(origin.best);
    m_charts->setBest(valueIn(best, "loss"), valueIn(best, infoOf({}).curve));
}

void TrainPage::showNumbers()
{
    const Progress progress = job() ? job()->progress() : Progress{};
    const bool live = job() && job()->isLive();
    const bool online = job() && job()->kind() == "online";
    m_lossTile->setValue(fixedText(m_charts->smoothedLoss(), 4));
    m_accuracyTile->setName(online ? tr("Accuracy before") : tr("Accuracy"));
    m_accuracyTile->setValue(percentText(m_charts->smoothedAccuracy()));
    m_leftTile->setName(online ? tr("Lag of the group") : tr("Left in this pass"));
    m_leftTile->setValue(progress.left >= 0 ? countText(static_cast<qint64>(progress.left)) : "–");
    const double drain = progress.left >= 0 && progress.rate > 0 ? static_cast<double>(progress.left) / progress.rate
                                                                 : std::numeric_limits<double>::quiet_NaN();
    m_drainTile->setValue(live || !job() ? duration(drain) : progress.left == 0 ? "0 s" : "–");
    if (live && progress.epochs > 0) {
        m_epochTile->setName(tr("Epoch %1/%2 · left").arg(progress.epoch).arg(progress.epochs));
        m_epochTile->setValue(duration(progress.secondsLeft));
    } else if (live && progress.passes > 0) {
        m_epochTile->setName(tr("Pass %1/%2 · left").arg(progress.pass).arg(progress.passes));
        m_epochTile->setValue(duration(progress.secondsLeft));
    } else if (live || !job()) {
        m_epochTile->setName(tr("Time left"));
        m_epochTile->setValue(duration(progress.secondsLeft));
    } else {
        m_epochTile->setName(job()->state() == Job::State::Done ? tr("Done in") : tr("Ended after"));
        const double seconds = numberOr(job()->result(), "seconds");
        m_epochTile->setValue(
            duration(std::isfinite(seconds) || m_feed.points().empty() ? seconds : m_feed.points().back().seconds));
    }
    showGroupLag();
    m_form->showProgress(progress);
}

void TrainPage::tick()
{
    m_feed.pump();
    m_charts->update(m_feed);
    showNumbers();
}

void TrainPage::entered()
{
    showOrigin();
    const RunCatalog catalog = session().runs();
    session().call(
        this, [catalog] { return runsWithModel(catalog); },
        [this](const QStringList& runs) { m_form->setParents(runs); });
    if (session().hasBroker())
        session().call(
            this, [&s = session()] { return userTopics(s.admin()); },
            [this](const QStringList& topics) { m_form->setTopics(topics); });
}

void TrainPage::restyle()
{
    m_charts->restyle();
    m_charts->update(m_feed);
}

} // namespace millrace
