// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/StartPage.h"

#include "charts/LineChart.h"
#include "data/Task.h"
#include "models/RowsModel.h"
#include "models/RunRows.h"
#include "models/RunTask.h"
#include "models/Scores.h"
#include "models/TableText.h"
#include "models/Values.h"
#include "pages/BestPossible.h"
#include "pages/StepList.h"
#include "session/Resources.h"
#include "shell/UiSettings.h"
#include "style/Theme.h"
#include "widgets/DropZone.h"
#include "widgets/NoDoubleClick.h"
#include "widgets/Widgets.h"

#include <QDateTime>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QUrl>
#include <QVBoxLayout>
#include <cmath>

namespace millrace
{

namespace
{

constexpr std::int64_t kTutorialRows = 100'000;
constexpr int kTutorialEpochs = 10;
constexpr std::uint64_t kTutorialSeed = 1;
constexpr int kRecentRuns = 12;

QString whenText(const std::string& isoUtc)
{
    const QDateTime time = QDateTime::fromString(QString::fromStdString(isoUtc), Qt::ISODate).toLocalTime();
    const QDate today = QDate::currentDate();
    if (!time.isValid())
        return "–";
    if (time.date() == today)
        return time.toString("HH:mm");
    if (time.date().daysTo(today) == 1)
        return QObject::tr("yesterday");
    return time.date().daysTo(today) < 7 ? tableText(QLocale::c().dayName(time.date().dayOfWeek()).toStdString())
                                         : time.date().toString("yyyy-MM-dd");
}

/// What its task's models are compared by: "79.35 %" of classes, "R² 0.8712" of numbers.
QVariant curveText(const nlohmann::json& result)
{
    const ScoreKind& kind = *findScore(infoOf(taskInResult(result).value_or(Task())).curve);
    const QVariant cell = scoreIn(result, kind.name);
    if (!cell.isValid())
        return {};
    const QString text = scoreText({&kind, cell.value<ScoreCell>().value});
    return kind.unit == ScoreKind::Unit::Share
               ? text
               : QObject::tr("%1 %2", "a score and its value").arg(scoreWord(kind), text);
}

RowsColumn curveColumn()
{
    RowsColumn column = textColumn(StartPage::tr("score"));
    column.alignment = Qt::AlignRight;
    column.toolTip = StartPage::tr("Of classes the accuracy, of numbers R²");
    return column;
}

QList<QVariantList> recentRows(const RunCatalog& catalog)
{
    QList<QVariantList> rows;
    for (const RunInfo& run : catalog.list()) {
        const nlohmann::json& result = jsonChild(run.description, "result");
        const QVariant curve = curveText(comparable(result));
        rows << QVariantList{QString::fromStdString(run.folder), QString::fromStdString(run.kind),
                             run.kind == "online" && curve.isValid()
                                 ? StartPage::tr("%1 before learning", "a score").arg(curve.toString())
                                 : curve,
                             whenText(run.started)};
        if (rows.size() == kRecentRuns)
            break;
    }
    return rows;
}

} // namespace

StartPage::StartPage(Session& session, Shell& shell)
    : Page("start", tr("Start"), session, shell), m_feed(TrainFeed::of(session))
{
    makeHead();
    auto* across = new QHBoxLayout(body());
    across->setContentsMargins(0, 0, 0, 0);
    across->setSpacing(12);
    across->addWidget(makeExperimentCard(), 8);
    across->addWidget(makeSide(), 5);
    connect(&session, &Session::jobFinished, this, &StartPage::listRuns);
    connect(&session, &Session::jobFinished, this, [this](const Job* job) { offerFile(*job); });
    connect(&session, &Session::jobFinished, this, [this] { // all of it, before the feed takes another job's
        while (drawChart()) {
        }
    });
    offerTutorial({});
}

void StartPage::makeHead()
{
    auto* open = plainButton(tr("Open experiment…"), "startOpenButton");
    open->setToolTip(tr("Open an experiment file or a CSV (Ctrl+O)"));
    auto* save = plainButton(tr("Save experiment…"), "startSaveButton");
    save->setToolTip(tr("Save what the pages' forms say as one file that also runs headless (Ctrl+S)"));
    addHeadButton(open);
    addHeadButton(save);
    connect(open, &QPushButton::clicked, this, &StartPage::openRequested);
    connect(save, &QPushButton::clicked, this, &StartPage::saveRequested);
}

Card* StartPage::makeExperimentCard()
{
    auto* card = new Card;
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    m_heading = styledLabel({}, "heading");
    m_heading->setObjectName("startHeading");
    m_subtitle = styledLabel({}, "dim");
    m_subtitle->setWordWrap(true);
    words->addWidget(m_heading);
    words->addWidget(m_subtitle);
    head->addLayout(words, 1);
    m_stop = plainButton("■ " + tr("Stop"), "startStopButton");
    m_run = primaryButton("▶ " + tr("Run"), "startRunButton");
    NoDoubleClick::on(m_run); // which pauses then
    head->addWidget(m_stop, 0, Qt::AlignTop);
    head->addWidget(m_run, 0, Qt::AlignTop);
    card->content()->addLayout(head);
    m_steps = new StepList(shell());
    card->content()->addWidget(m_steps, 3);
    m_data = linkButton(
        tr("With real events from a downloaded %1…").arg(QUrl(QString::fromStdString(example().url)).fileName()),
        "startTutorialDataButton");
    m_chart = new LineChart(tr("Loss"), tr("records"), LineChart::Format::Number);
    m_chart->setObjectName("startChart");
    m_chart->setMaximumHeight(220);
    m_left = m_chart->addSeries({tr("left in this pass"), Theme::current().lag, 1, 0.35, true}); // behind the loss
    m_loss = m_chart->addSeries({tr("smoothed"), Theme::current().loss, 2});
    m_chart->setEmptyText(tr("The training draws its loss and what is left to read here."));
    m_chart->refresh();
    card->content()->addWidget(m_chart, 2);
    m_download = linkButton(tr("Download %1 from %2…")
                                .arg(QString::fromStdString(example().title), QString::fromStdString(example().origin)),
                            "startDownloadButton");
    for (QPushButton* button : {m_data, m_download})
        card->content()->addWidget(button, 0, Qt::AlignLeft);
    card->content()->addStretch(0);
    connect(m_run, &QPushButton::clicked, this, &StartPage::runOrPause);
    connect(m_stop, &QPushButton::clicked, this, [this] {
        if (isLive())
            shell().experimentRun()->stop();
    });
    connect(m_data, &QPushButton::clicked, this, &StartPage::chooseData);
    connect(m_download, &QPushButton::clicked, this, [this] {
        this->shell().prefill({{"download", nlohmann::json::object()}});
        this->shell().showPage("data");
    });
    return card;
}

QWidget* StartPage::makeSide()
{
    auto* side = new QWidget;
    auto* down = new QVBoxLayout(side);
    down->setContentsMargins(0, 0, 0, 0);
    down->setSpacing(12);
    down->addWidget(makeStreamCard());
    auto* dropCard = new Card;
    auto* zone =
        new DropZone(tr("Drop a table here"),
                     tr("CSV or JSON records, .gz, .zst, any size; several files of the same columns are one table"));
    zone->setObjectName("startDropZone");
    auto* choose = plainButton(tr("Choose a file…"), "startChooseFileButton");
    m_learn = primaryButton({}, "startLearnButton");
    m_learn->hide();
    zone->addButton(m_learn);
    zone->addButton(choose);
    connect(m_learn, &QPushButton::clicked, this, [this] {
        nlohmann::json section;
        m_table.putInto(section);
        shell().prefill({{"learn", section}});
        shell().showPage("learn");
    });
    connect(choose, &QPushButton::clicked, this, &StartPage::openRequested);
    connect(zone, &DropZone::filesDropped, this, [this](const QStringList& paths) { shell().openFiles(paths); });
    dropCard->content()->addWidget(zone);
    down->addWidget(dropCard);

    auto* recentCard = new Card(tr("Recent runs"));
    m_recentModel =
        new RowsModel({runNameColumn(), wordColumn(tr("kind")), curveColumn(), textColumn(tr("when"))}, this);
    m_recent = new DataTable;
    m_recent->setObjectName("startRecentTable");
    m_recent->setTextElideMode(Qt::ElideMiddle); // names that begin alike differ in their end
    m_recent->setAccessibleName(tr("Recent runs"));
    m_recent->setEmptyText(tr("No run yet. Run the tutorial, or drop a file and train on it."));
    m_recent->setModel(m_recentModel);
    m_recent->stretch(0);
    for (const auto signal : {&QTableView::clicked, &QTableView::activated}) // by the mouse, by Return
        connect(m_recent, signal, this, [this](const QModelIndex& row) {
            this->shell().showRun(m_recentModel->rows().at(row.row()).front().toString());
        });
    recentCard->content()->addWidget(m_recent, 1);
    auto* all = linkButton(tr("All runs"), "startAllRunsButton");
    connect(all, &QPushButton::clicked, this, [this] { shell().showPage("runs"); });
    recentCard->content()->addWidget(all, 0, Qt::AlignLeft);
    down->addWidget(recentCard, 1);
    return side;
}

Card* StartPage::makeStreamCard()
{
    auto* card = new Card;
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(styledLabel(tr("Live stream with drift"), "heading"));
    auto* subtitle =
        styledLabel(tr("A network learns from a simulated stream while you change the world under it."), "dim");
    subtitle->setWordWrap(true);
    words->addWidget(subtitle);
    auto* start = primaryButton("▶ " + tr("Start"), "startStreamButton");
    connect(start, &QPushButton::clicked, this, &StartPage::streamRequested);
    head->addLayout(words, 1);
    head->addWidget(start, 0, Qt::AlignTop);
    card->content()->addLayout(head);
    return card;
}

/// A file that was dropped, or opened, and could be read.
void StartPage::offerFile(const Job& job)
{
    if (job.kind() != QLatin1String("summarize") || job.state() != Job::State::Done)
        return;
    m_table = TableChoice::in(job.section());
    m_learn->setText(withoutMnemonic(tr("Learn from %1").arg(m_table.title())));
    m_learn->show();
}

void StartPage::offerTutorial(const QString& events)
{
    Experiment tutorial = tutorialExperiment(events.toStdString(), kTutorialRows, kTutorialEpochs, kTutorialSeed,
                                             session().home() / "tutorial");
    offer(tutorial);
    m_heading->setText(tr("The tutorial: %1 events through Kafka").arg(QString::fromStdString(example().title)));
    m_subtitle->setText(
        events.isEmpty()
            ? tr("A real broker, 100,000 simulated events, a network of 68,481 parameters, trained live. About 20 "
                 "seconds.")
            : tr("A real broker, the first 100,000 events of %1, a network of 68,481 parameters, trained live.")
                  .arg(QFileInfo(events).fileName()));
    m_data->show();
    m_download->show();
}

void StartPage::chooseData()
{
    const QString file =
        QFileDialog::getOpenFileName(this, tr("%1 events").arg(QString::fromStdString(example().title)),
                                     UiSettings().folder(), tr("CSV (*.csv *.gz *.zst);;All files (*)"));
    if (file.isEmpty())
        return;
    UiSettings().setFolder(QFileInfo(file).absolutePath());
    offerTutorial(file);
}

void StartPage::offer(const Experiment& experiment)
{
    m_offered = experiment;
    m_heading->setText(QString::fromStdString(experiment.name));
    m_subtitle->setText(
        tr("An opened experiment. Run it as a whole; its values also stand in the forms of the pages."));
    m_data->hide();
    m_download->hide();
    m_steps->showPlan(session(), experiment);
    showButtons();
}

/// The run of what is offered here; another page's has its steps there.
ExperimentRun* StartPage::ownRun() const
{
    ExperimentRun* run = const_cast<StartPage*>(this)->shell().experimentRun();
    return run && run->experiment().name == m_offered.name ? run : nullptr;
}

bool StartPage::isLive() const
{
    const ExperimentRun* run = ownRun();
    return run && run->isLive();
}

void StartPage::runOrPause()
{
    if (isLive()) {
        ExperimentRun* run = shell().experimentRun();
        run->setPaused(!run->isPaused());
    } else {
        shell().runExperiment(m_offered);
    }
    tick();
}

void StartPage::showButtons()
{
    const ExperimentRun* run = ownRun();
    const bool live = isLive();
    QString text = "▶ " + tr("Run");
    if (live)
        text = run->isPaused() ? "▶ " + tr("Resume") : "❚❚ " + tr("Pause");
    else if (run && m_steps->run() == run)
        text = "▶ " + tr("Run again");
    if (m_run->text() != text)
        m_run->setText(text);
    if (m_stop->isHidden() == live)
        m_stop->setVisible(live);
    m_data->setEnabled(!live);
}

/// What a running step says: its progress, and for a training what the chart shows.
QString StartPage::liveText(const Job* job) const
{
    if (!job)
        return {};
    const Progress progress = job->progress();
    QStringList parts;
    if (!progress.text.empty())
        parts << QString::fromStdString(progress.text);
    if (job == m_feed.job() && !m_feed.points().empty()) {
        for (const auto& [name, value] : {std::pair<std::string, double>{"loss", m_smooth.value()},
                                          {infoOf(m_feed.task()).curve, m_smoothScore.value()}})
            parts << tr("%1 %2", "a score and its value")
                         .arg(scoreWord(*findScore(name)), scoreText(scoreRow(name, value)));
        if (progress.left >= 0)
            parts << (job->kind() == "online" ? tr("lag %1") : tr("%1 left"))
                         .arg(countText(static_cast<qint64>(progress.left)));
    }
    return parts.join(" · ");
}

void StartPage::showSteps()
{
    ExperimentRun* run = ownRun();
    if (run && (run->isLive() || m_steps->run() == run))
        m_steps->showRun(run, liveText(run->currentJob()));
}

/// The training of what is offered here, while it is that step's turn: what comes after it, or is trained on other
/// pages, is drawn there. Its curve stays.
bool StartPage::drawsNow() const
{
    const ExperimentRun* run = ownRun();
    const Job* job = m_feed.job();
    if (run == nullptr || !run->isLive() || job == nullptr || run->currentJob() != job)
        return false;
    const bool hasTraining = std::ranges::find(run->steps(), "train", &ExperimentRun::Step::key) != run->steps().end();
    return job->kind() == QLatin1String("train") || !hasTraining;
}

void StartPage::beginChart()
{
    m_drawn = m_feed.job();
    m_place = {};
    m_smooth = m_smoothScore = Smoother(m_drawn->kind() == "online" ? 0.6 : 0.995);
    m_chart->clear();
}

bool StartPage::drawChart()
{
    m_feed.pump();
    if (m_drawn != m_feed.job() && drawsNow())
        beginChart();
    const bool isDrawn = m_drawn && m_drawn == m_feed.job();
    const auto points = isDrawn ? m_feed.next(m_place) : std::span<const MetricPoint>();
    addPoints(points);
    if (isDrawn)
        nameChart();
    m_chart->refresh();
    return !points.empty();
}

/// Known a moment after the start: whose loss it is.
void StartPage::nameChart()
{
    const QString run = m_drawn->run();
    if (run.isEmpty() || run == m_named)
        return;
    m_named = run;
    m_chart->setTitle(tr("Loss of %1").arg(runNameIn(run)), LineChart::Format::Number);
}

void StartPage::addPoints(std::span<const MetricPoint> points)
{
    for (const MetricPoint& point : points) {
        const auto x = static_cast<double>(point.records);
        m_smooth.add(point.loss, point.steps);
        m_smoothScore.add(point.score, point.steps);
        m_chart->add(m_loss, x, m_smooth.value());
        if (point.lag >= 0)
            m_chart->add(m_left, x, static_cast<double>(point.lag));
    }
}

void StartPage::tick()
{
    showSteps();
    showButtons();
    drawChart();
}

void StartPage::entered()
{
    listRuns();
}

void StartPage::listRuns()
{
    const RunCatalog catalog = session().runs();
    session().call(
        this, [catalog] { return recentRows(catalog); },
        [this](const QList<QVariantList>& rows) { m_recentModel->setRows(rows); });
}

void StartPage::restyle()
{
    m_chart->setSeriesColor(m_loss, Theme::current().loss);
    m_chart->setSeriesColor(m_left, Theme::current().lag);
    m_chart->restyle();
    m_chart->refresh();
}

} // namespace millrace
