// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/TrainPage.h"

#include "base/Text.h"
#include "data/Task.h"
#include "models/LagFeed.h"
#include "models/Scores.h"
#include "models/TrainFeed.h"
#include "models/Values.h"
#include "pages/AskingBanner.h"
#include "pages/BestPossible.h"
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
    : JobPage("train", tr("Train"), session, shell), m_feed(TrainFeed::of(session)),
      m_lagFeed(new LagFeed(session, this)), m_form(new TrainForm), m_charts(new TrainCharts)
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
    connect(m_form, &TrainForm::modeChanged, this, [this] {
        showTrainingButtons();
        if (!job()) // of the training that is to come
            showOrigin();
    });
    connect(m_form, &TrainForm::edited, this, &TrainPage::onEdited);
    connect(m_charts, &TrainCharts::saved, this, [this](const QString& file, bool good) {
        this->shell().say(good ? tr("Charts saved beside %1.").arg(file) : tr("Cannot write %1.").arg(file), !good);
    });
    connect(&m_feed, &TrainFeed::jobChanged, this, [this] {
        followFeed();
        if (const nlohmann::json& section = job()->section(); !jsonText(section, "preset").isEmpty())
            this->shell().prefill({{"model", {{"preset", section["preset"]}}}});
    });
    connect(&m_feed, &TrainFeed::taskChanged, this, [this] {
        m_charts->redraw();
        showOrigin();
    });
    connect(m_lagFeed, &LagFeed::looked, this, [this](const nlohmann::json& look) {
        m_groupLag = jsonChild(look, "total");
        m_charts->setVerdict(jsonValue(m_groupLag, "verdict"));
    });
    followFeed();
    showNumbers();
}

void TrainPage::followFeed()
{
    if (m_feed.job())
        follow(m_feed.job());
    else
        showState();
}

void TrainPage::followed()
{
    m_charts->clear();
    if (!job())
        return;
    m_next = nullptr;
    m_form->showJob(job()->kind().toStdString(), job()->section());
}

void TrainPage::prepare()
{
    follow(nullptr);
    if (!m_next.is_null())
        m_form->loadFrom(std::exchange(m_next, nullptr), Fill::Given);
    showState();
}

/// Another topic's curves do not stand beside the form.
void TrainPage::onEdited(const QString& key)
{
    if (key == QLatin1String("topic") && !isLive()) {
        m_form->forgetName();
        follow(nullptr);
    } else {
        showTrainingButtons();
    }
}

/// Known a moment after the start.
void TrainPage::showRun()
{
    const QString run = job() ? job()->run() : QString();
    if (!m_runChip->isHidden() != !run.isEmpty() || m_runChip->text() != run) {
        m_runChip->setText(run);
        m_runChip->setVisible(!run.isEmpty());
    }
}

void TrainPage::makeHead()
{
    m_runChip = new Chip;
    m_runChip->setObjectName("trainRunChip");
    m_modelChip = new Chip;
    m_topicChip = new Chip;
    m_topicChip->setObjectName("trainTopicChip");
    m_simulatedChip = new Chip("◆ " + tr("simulated events"), Chip::Tone::Warning);
    for (Chip* chip : {m_runChip, m_modelChip, m_topicChip, m_simulatedChip})
        addChip(chip);
    m_export = plainButton(tr("Export…"), "trainExportButton");
    m_export->setToolTip(tr("Save the model as TorchScript"));
    m_evaluate = primaryButton(tr("Evaluate…"), "trainEvaluateButton");
    m_back = plainButton(tr("Back to the last one"), "trainBackButton");
    m_back->setToolTip(tr("Shows the training before with its form and its curves"));
    m_new = plainButton(tr("New training…"), "trainNewButton");
    m_new->setToolTip(tr("Clears the charts; the form keeps its values for the next training"));
    for (QPushButton* button : {m_back, m_export, m_new})
        addHeadButton(button);
    addHeadButtons({.start = tr("Start training"),
                    .stopTip = tr("End the training; the model as it is now stays in its run"),
                    .resume = "▶ " + tr("Resume"),
                    .stop = "■ " + tr("Stop and keep"),
                    .stopping = tr("Stopping…")});
    addHeadButton(m_evaluate);
    connect(m_back, &QPushButton::clicked, this, &TrainPage::followFeed);
    connect(m_new, &QPushButton::clicked, this, &TrainPage::prepare);
    connect(m_export, &QPushButton::clicked, this, &TrainPage::exportModel);
    connect(m_evaluate, &QPushButton::clicked, this, &TrainPage::evaluate);
}

QWidget* TrainPage::makeRight()
{
    auto* right = new QWidget;
    auto* down = new QVBoxLayout(right);
    down->setContentsMargins(0, 0, 0, 0);
    down->setSpacing(8);
    addBanners(down);
    auto* tiles = new QHBoxLayout;
    tiles->setSpacing(8);
    m_lossTile = new Tile(tr("Loss, smoothed"));
    m_lossTile->setObjectName("trainLossTile");
    m_scoreTile = new Tile(scoreName(*findScore(infoOf({}).curve)));
    m_scoreTile->setObjectName("trainScoreTile");
    m_leftTile = new Tile(tr("Left in this pass"));
    m_leftTile->setObjectName("trainLeftTile");
    m_drainTile = new Tile(tr("Time to drain"));
    m_drainTile->setObjectName("trainDrainTile");
    m_epochTile = new Tile(tr("Time left"));
    m_epochTile->setObjectName("trainEpochTile");
    for (Tile* tile : {m_lossTile, m_scoreTile, m_leftTile, m_drainTile, m_epochTile})
        tiles->addWidget(tile);
    down->addLayout(tiles);
    down->addWidget(m_charts, 1);
    return right;
}

QString TrainPage::runName() const
{
    return jsonText(result(), "run");
}

void TrainPage::saveTo(nlohmann::json& sections) const
{
    m_form->saveTo(sections);
}

void TrainPage::loadFrom(const nlohmann::json& sections, Fill fill)
{
    const bool isOffered = sections.contains("train") || sections.contains("online");
    if (isLive()) { // its form stays its own
        if (isOffered)
            m_next = sections;
        return;
    }
    if (isOffered && job())
        follow(nullptr);
    const nlohmann::json& train = jsonChild(sections, "train");
    const QString topic = jsonText(train, "topic");
    const bool isAnother = !topic.isEmpty() && (m_form->kind() != "train" || topic != m_form->topic());
    if (fill == Fill::Given && isAnother)
        m_form->beginAnew(train);
    m_form->loadFrom(sections, fill);
    if (isOffered) { // the model is that of the form
        const QString preset = jsonText(m_form->section(), "preset", QString::fromStdString(defaultPreset()));
        shell().prefill({{"model", {{"preset", preset.toStdString()}}}});
    }
    // A published set is the likely next thing to train on.
    if (sections.contains("publish"))
        m_form->suggestTopic(jsonText(sections["publish"], "topic"));
    showState();
}

void TrainPage::start()
{
    nlohmann::json section = m_form->section();
    if (m_form->topic().isEmpty())
        return banner().tell(tr("Which topic? Choose one on the left, or publish a file first."), true, tr("To Data"),
                             [this] { shell().showPage("data"); });
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
    startJob(m_form->kind(), section);
}

ExperimentRun* TrainPage::experiment()
{
    ExperimentRun* run = shell().experimentRun();
    return run && run->isLive() && run->currentJob() == job() ? run : nullptr;
}

void TrainPage::setPaused(bool paused)
{
    if (ExperimentRun* run = experiment())
        run->setPaused(paused);
    else
        JobPage::setPaused(paused);
}

void TrainPage::stop()
{
    if (ExperimentRun* run = experiment())
        run->stop();
    else
        JobPage::stop();
}

void TrainPage::changeRate(double rate)
{
    if (!isLive())
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
        banner().tell(errorText(started.error()), true);
}

void TrainPage::evaluate()
{
    shell().prefill({{"evaluate", {{"run", runName().toStdString()}}}});
    shell().showPage("evaluate");
}

void TrainPage::showState()
{
    JobPage::showState();
    m_form->setLive(isLive());
    showTrainingButtons();
    showOrigin();
    watchGroup();
}

/// Of a training that has ended and a form that was changed since, the next one is what a person is about.
void TrainPage::showTrainingButtons()
{
    const bool live = isLive(), trained = !runName().isEmpty(), isChanged = job() && !live && m_form->isEdited();
    startButton().setText(m_form->kind() == "online" ? tr("Start learning")
                          : trained && !isChanged    ? tr("Train again")
                                                     : tr("Start training"));
    setStyleProperty(&startButton(), "primary", !trained || isChanged);
    setStyleProperty(m_evaluate, "primary", !isChanged);
    m_evaluate->setVisible(!live && trained);
    m_export->setVisible(!live && trained);
    m_new->setVisible(!live && job());
    m_back->setVisible(!job() && m_feed.job());
    m_form->setWhose(!job() || isChanged ? tr("The next training") : QString());
    showRun();
}

void TrainPage::watchGroup()
{
    const bool online = isLive() && job()->kind() == "online";
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

void TrainPage::showOrigin()
{
    const nlohmann::json section = job() ? job()->section() : m_form->section();
    const nlohmann::json result = job() ? job()->result() : nlohmann::json();
    const QString topic = jsonText(section, "topic");
    QString model = jsonText(section, "preset");
    const QVariant parameters = jsonValue(result, "parameters");
    if (parameters.isValid())
        model += (model.isEmpty() ? "" : " · ") + tr("%1 parameters").arg(countText(parameters));
    m_modelChip->setText(model);
    m_modelChip->setVisible(!model.isEmpty());
    const bool partitioned = jsonValue(section, "partition").isValid();
    m_topicChip->setText((job() ? job()->kind() == "train" : m_form->kind() == "train")
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
    m_charts->setBest(valueIn(best, "loss"), valueIn(best, infoOf(m_feed.task()).curve));
}

void TrainPage::showNumbers()
{
    const Progress progress = job() ? job()->progress() : Progress{};
    const bool live = isLive();
    const bool online = job() && job()->kind() == "online";
    showScores();
    m_leftTile->setName(online ? tr("Lag of the group") : tr("Left in this pass"));
    m_leftTile->setValue(progress.left >= 0 ? countText(static_cast<qint64>(progress.left)) : "–");
    const double drain = progress.left >= 0 && progress.rate > 0 ? static_cast<double>(progress.left) / progress.rate
                                                                 : std::numeric_limits<double>::quiet_NaN();
    m_drainTile->setValue(live || !job() ? duration(drain) : progress.left == 0 ? "0 s" : "–");
    if (live || !job())
        m_epochTile->setNote({});
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
        showEnd();
    }
    showGroupLag();
    m_form->showProgress(progress);
}

/// Smoothed, with the validation part's last ones below.
void TrainPage::showScores()
{
    const Task task = job() ? m_feed.task() : Task();
    const ScoreKind &loss = *findScore("loss"), &curve = *findScore(infoOf(task).curve);
    const auto show = [](Tile& tile, const ScoreKind& kind, double learnt, double validation) {
        tile.setValue(scoreText({&kind, learnt}));
        tile.setNote(std::isfinite(validation)
                         ? tr("%1 validation", "a score of the validation part").arg(scoreText({&kind, validation}))
                         : QString());
    };
    show(*m_lossTile, loss, m_charts->smoothedLoss(), m_charts->validationLoss());
    const bool online = job() && job()->kind() == "online";
    m_scoreTile->setName(online ? tr("%1 before", "a score, before the records were learnt").arg(scoreName(curve))
                                : scoreName(curve));
    show(*m_scoreTile, curve, m_charts->smoothedScore(), m_charts->validationScore());
}

/// Of a training with a validation part: which epoch's model was kept.
void TrainPage::showEnd()
{
    const nlohmann::json ended = result();
    const nlohmann::json& validation = jsonChild(ended, "validation");
    const qint64 best = jsonCount(validation, "best_epoch");
    const bool isKept = jsonCount(validation, "records") > 0 && best >= 0;
    m_epochTile->setNote(!isKept     ? QString()
                         : best == 0 ? tr("kept: the linear start")
                                     : tr("kept: epoch %1").arg(countText(best)));
    m_epochTile->setToolTip(!isKept     ? QString()
                            : best == 0 ? tr("The linear model that the training began with did best on the "
                                             "validation part: no epoch became better")
                            : jsonFlag(validation, "stopped_early")
                                ? tr("The model is that of the epoch which did best on the validation part; training "
                                     "ended early, as no better one came")
                                : tr("The model is that of the epoch which did best on the validation part"));
    m_epochTile->setName(job()->state() == Job::State::Done ? tr("Done in") : tr("Ended after"));
    const double seconds = numberOr(ended, "seconds");
    m_epochTile->setValue(
        duration(std::isfinite(seconds) || m_feed.points().empty() ? seconds : m_feed.points().back().seconds));
}

void TrainPage::tick()
{
    m_feed.pump();
    if (job())
        m_charts->update(m_feed);
    showRun();
    tellBroker();
    showNumbers();
}

void TrainPage::entered()
{
    showOrigin();
    askForChoices();
}

void TrainPage::offerRuns(const QStringList& runs)
{
    m_form->setParents(runs);
}

void TrainPage::offerTopics(const QStringList& topics)
{
    m_form->setTopics(topics);
}

void TrainPage::restyle()
{
    m_charts->restyle();
    if (job())
        m_charts->update(m_feed);
}

} // namespace millrace
