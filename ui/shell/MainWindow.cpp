// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/MainWindow.h"

#include "base/Text.h"
#include "models/TableText.h"
#include "models/TrainFeed.h"
#include "models/Values.h"
#include "pages/ClusterPage.h"
#include "pages/DataPage.h"
#include "pages/EvaluatePage.h"
#include "pages/ModelPage.h"
#include "pages/PredictPage.h"
#include "pages/ProposalPage.h"
#include "pages/RunsPage.h"
#include "pages/StartPage.h"
#include "pages/StreamPage.h"
#include "pages/TableChoice.h"
#include "pages/TrainPage.h"
#include "session/ExperimentSteps.h"
#include "session/Sections.h"
#include "shell/EnterPresses.h"
#include "shell/HelpPanel.h"
#include "shell/Menus.h"
#include "shell/PlainTexts.h"
#include "shell/Rail.h"
#include "shell/StatusBar.h"
#include "shell/UiSettings.h"
#include "shell/WheelGuard.h"
#include "style/Theme.h"
#include "widgets/DropZone.h"
#include "widgets/Widgets.h"

#include <QApplication>
#include <QCloseEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMimeData>
#include <QSaveFile>
#include <QScreen>
#include <QScrollArea>
#include <QStackedWidget>
#include <algorithm>

namespace millrace
{

namespace
{

constexpr int kTickMilliseconds = 50, kRestMilliseconds = 500;
constexpr QSize kSmallest(1024, 700), kFirst(1280, 800); ///< of the window: below the smallest it scrolls

/// Gives all its room to one widget, and asks for none by itself: a layout would ask a scroll area for the height that
/// wrapped texts prefer.
class Holder : public QWidget
{
public:
    explicit Holder(QWidget* held) : m_held(held) { m_held->setParent(this); }

protected:
    void resizeEvent(QResizeEvent* event) override
    {
        m_held->setGeometry(rect());
        QWidget::resizeEvent(event);
    }

private:
    QWidget* m_held;
};

/// Rail and pages have the room that the smallest window leaves them beside menus and status bar; where the screen is
/// smaller still, they scroll.
class SmallestContent : public QScrollArea
{
public:
    SmallestContent()
    {
        setWidgetResizable(true);
        setFrameShape(QFrame::NoFrame);
        setFocusPolicy(Qt::NoFocus);
    }

protected:
    void resizeEvent(QResizeEvent* event) override
    {
        widget()->setMinimumSize(kSmallest - (window()->size() - size()));
        QScrollArea::resizeEvent(event);
    }
};

/// The forms show what an experiment does; its files may not be there before it has run.
nlohmann::json formSections(const nlohmann::json& sections)
{
    nlohmann::json forms = nlohmann::json::object();
    const auto take = [&](const std::string& key) {
        if (sections.contains(key))
            forms[key] = sections[key];
    };
    take("model");
    for (const ExperimentStep& step : experimentSteps())
        if (step.fillsForm)
            take(step.key);
    return forms;
}

/// What no page shows, and a saved experiment keeps: lists of topics and exports, and a baseline.
nlohmann::json unshownSections(const nlohmann::json& sections)
{
    nlohmann::json unshown = nlohmann::json::object();
    for (const ExperimentStep& step : experimentSteps())
        if (sections.contains(step.key) && !step.hasForm)
            unshown[step.key] = sections[step.key];
    return unshown;
}

/// What each page shows of an opened experiment: its section with the seed that the file names for all, or an empty
/// one, so that nothing of an experiment before it stays.
nlohmann::json wholeForms(nlohmann::json sections)
{
    if (!sections.contains("model"))
        sections["model"] = nlohmann::json::object();
    for (const ExperimentStep& step : experimentSteps()) {
        if (step.work != ExperimentStep::Work::Job || !step.hasForm || step.key == "simulate")
            continue;
        if (!sections.contains(step.key))
            sections[step.key] = nlohmann::json::object();
        else if (const auto& keys = findSection(step.job)->keys;
                 std::ranges::find(keys, "seed", &SectionKey::name) != keys.end())
            sections[step.key].emplace("seed", sections.value("seed", sectionKey(step.job, "seed").defaultValue));
    }
    return sections;
}

/// Steps and links name a page by its key or by its objectName.
QString pageKey(const QString& name)
{
    return name.endsWith("Page") ? name.chopped(4) : name;
}

} // namespace

MainWindow::MainWindow(Session& session, QWidget* parent)
    : QMainWindow(parent), m_session(session), m_menus(nullptr), m_rail(new Rail), m_stack(new QStackedWidget),
      m_crashed(new Banner), m_status(new StatusBar(session))
{
    setObjectName("mainWindow");
    setWindowTitle("Millrace");
    setAcceptDrops(true);
    UiSettings::keepIn(session.home());

    auto* central = new QWidget;
    auto* content = new QWidget;
    auto* across = new QHBoxLayout(content);
    across->setContentsMargins(0, 0, 0, 0);
    across->setSpacing(0);
    across->addWidget(m_rail);
    auto* pages = new QVBoxLayout;
    pages->setSpacing(0);
    pages->addWidget(m_crashed);
    pages->addWidget(m_stack, 1);
    across->addLayout(pages, 1);
    auto* down = new QVBoxLayout(central);
    down->setContentsMargins(0, 0, 0, 0);
    down->setSpacing(0);
    auto* scroll = new SmallestContent;
    scroll->setObjectName("windowScroll");
    scroll->setWidget(new Holder(content));
    down->addWidget(scroll, 1);
    down->addWidget(m_status);
    setCentralWidget(central);
    m_help = new HelpPanel(central);

    addEntries();
    addMenus();
    qApp->installEventFilter(new WheelGuard(this));
    qApp->installEventFilter(new EnterPresses(this));
    qApp->installEventFilter(new PlainTexts(this));
    m_crashed->setObjectName("crashBanner");
    connect(m_crashed, &Banner::actionTriggered, this, [this] {
        m_crashed->clear();
        showPage("runs");
    });
    connect(m_crashed, &Banner::secondTriggered, m_crashed, &Banner::clear);
    connect(m_rail, &Rail::picked, this, &MainWindow::showPage);
    connect(m_status, &StatusBar::cancelRequested, this, &MainWindow::cancelWork);
    connect(m_status, &StatusBar::clusterClicked, this, [this] { showPage("cluster"); });
    connect(&m_session, &Session::message, this, &MainWindow::say);
    connect(&m_session, &Session::jobStarted, this, &MainWindow::setPace);
    connect(&m_session, &Session::brokerChanged, this, &MainWindow::tick);
    connect(&m_session, &Session::jobFinished, this, [this](const Job* job) { onJobFinished(*job); });
    connect(&m_timer, &QTimer::timeout, this, &MainWindow::tick);
    m_timer.start(kTickMilliseconds);
    connect(&m_idle, &QTimer::timeout, this, &MainWindow::makeNextPage);
    m_idle.start(kTickMilliseconds);

    restoreGeometry(UiSettings().geometry());
    fitToScreen();
    showPage("start");
    if (!m_session.isExternal())
        m_session.cluster().refresh(); // a broker that was left running, or that another Millrace runs
}

MainWindow::~MainWindow()
{
    m_timer.stop();
    m_idle.stop();
}

void MainWindow::tellOfACrash(const std::string& openedAt)
{
    const auto left = [runs = m_session.runs(), openedAt] {
        QStringList interrupted;
        for (const RunInfo& run : runs.list())
            if (run.status == "interrupted" && run.started >= openedAt)
                interrupted << (run.hasModel ? tr("%1 (its last checkpoint is kept)") : tr("%1 (no checkpoint yet)"))
                                   .arg(QString::fromStdString(run.folder));
        return interrupted;
    };
    m_session.call(this, left, [this](const QStringList& interrupted) {
        const QString kept =
            interrupted.isEmpty() ? tr("No run was under way.") : tr("Under way were: %1.").arg(interrupted.join(", "));
        m_crashed->showMessage(
            tr("Millrace ended unexpectedly the last time. What was in topics and runs is kept. %1").arg(kept), true,
            interrupted.isEmpty() ? QString() : tr("Show the runs"), tr("Dismiss"));
    });
}

void MainWindow::addEntries()
{
    m_entries = {
        {"start", tr("Start"),
         [this] {
             auto* start = new StartPage(m_session, *this);
             connect(start, &StartPage::openRequested, this, &MainWindow::openExperiment);
             connect(start, &StartPage::saveRequested, this, &MainWindow::saveExperiment);
             connect(start, &StartPage::streamRequested, this, &MainWindow::startStream);
             return start;
         }},
        {"cluster", tr("Cluster"), [this] { return new ClusterPage(m_session, *this); }},
        {"data", tr("Data"), [this] { return new DataPage(m_session, *this); }},
        {"model", tr("Model"), [this] { return new ModelPage(m_session, *this); }},
        {"train", tr("Train"), [this] { return new TrainPage(m_session, *this); }},
        {"evaluate", tr("Evaluate"), [this] { return new EvaluatePage(m_session, *this); }},
        {"predict", tr("Predict"), [this] { return new PredictPage(m_session, *this); }},
        {"runs", tr("Runs"), [this] { return new RunsPage(m_session, *this); }},
        {"stream", tr("Stream"), [this] { return new StreamPage(m_session, *this); }},
        {"learn", tr("Learn"), [this] { return new ProposalPage(m_session, *this); }, "data"}, // it needs a file
    };
    int number = 0;
    for (const Entry& entry : m_entries)
        if (entry.reachedFrom.isEmpty())
            m_rail->addEntry(entry.key, entry.title, QString("Ctrl+%1").arg(++number));
}

void MainWindow::addMenus()
{
    QList<Menus::PageEntry> pages;
    for (const Entry& entry : m_entries)
        pages.append({entry.key, entry.title});
    m_menus = new Menus(pages, this);
    setMenuBar(m_menus);
    m_menus->showTheme(UiSettings().theme());
    connect(m_menus, &Menus::openWanted, this, &MainWindow::openExperiment);
    connect(m_menus, &Menus::saveWanted, this, &MainWindow::saveExperiment);
    connect(m_menus, &Menus::quitWanted, this, &MainWindow::close);
    connect(m_menus, &Menus::pageWanted, this, &MainWindow::showPage);
    connect(m_menus, &Menus::themeWanted, this, &MainWindow::setThemeMode);
    connect(m_menus, &Menus::nextThemeWanted, this, &MainWindow::cycleTheme);
    connect(m_menus, &Menus::languageWanted, this, &MainWindow::setLanguage);
    connect(m_menus, &Menus::helpWanted, this, &MainWindow::toggleHelp);
    connect(m_menus, &Menus::aboutWanted, this,
            [this] { m_help->showAbout(QString::fromStdString(m_session.home().string())); });
}

/// At any scale factor: what was remembered may be of another screen.
void MainWindow::fitToScreen()
{
    const QSize room = screen() ? screen()->availableSize() : kFirst;
    setMinimumSize(kSmallest.boundedTo(room));
    if (UiSettings().geometry().isEmpty())
        resize(kFirst.boundedTo(room));
    else
        resize(size().boundedTo(room));
}

QStringList MainWindow::pageKeys() const
{
    QStringList keys;
    for (const Entry& entry : m_entries)
        keys << entry.key;
    return keys;
}

Page* MainWindow::page(const QString& key) const
{
    for (Entry& entry : m_entries) {
        if (entry.key != key)
            continue;
        if (!entry.page) {
            entry.page = entry.make();
            m_stack->addWidget(entry.page);
        }
        return entry.page;
    }
    return nullptr;
}

void MainWindow::makeNextPage()
{
    for (const Entry& entry : m_entries)
        if (!entry.page) {
            page(entry.key);
            return;
        }
    m_idle.stop();
}

QString MainWindow::pageTitle(const QString& name) const
{
    const auto entry = std::ranges::find(m_entries, pageKey(name), &Entry::key);
    return entry == m_entries.end() ? QString() : entry->title;
}

void MainWindow::showPage(const QString& name)
{
    const QString wanted = pageKey(name);
    Page* shown = page(wanted);
    if (!shown)
        return;
    m_current = wanted;
    m_menus->showCurrent(wanted);
    const auto entry = std::ranges::find(m_entries, wanted, &Entry::key);
    m_rail->setCurrent(entry->reachedFrom.isEmpty() ? wanted : entry->reachedFrom);
    m_stack->setCurrentWidget(shown);
    if (m_help->isVisible())
        m_help->showFor(wanted);
    shown->entered();
    shown->tick();
}

void MainWindow::showRun(const QString& folder)
{
    showPage("runs");
    static_cast<RunsPage*>(page("runs"))->showRun(folder);
}

void MainWindow::say(const QString& text, bool isError)
{
    m_status->say(text, isError);
}

void MainWindow::tick()
{
    if (!isVisible() || isMinimized())
        return;
    m_status->refresh(m_run);
    TrainFeed::of(m_session).pump(); // whichever page is shown: what is not taken is merged
    if (Page* shown = page(m_current))
        shown->tick();
    setPace();
}

/// Where nothing is under way there is little to look at.
void MainWindow::setPace()
{
    const bool isAtRest = m_session.liveJobs().isEmpty() && !(m_run && m_run->isLive());
    if (const int pace = isAtRest ? kRestMilliseconds : kTickMilliseconds; m_timer.interval() != pace)
        m_timer.setInterval(pace);
}

void MainWindow::prefill(const nlohmann::json& sections)
{
    fillForms(sections, Fill::Given);
}

void MainWindow::fillForms(const nlohmann::json& sections, Fill fill)
{
    for (const QString& key : pageKeys())
        page(key)->loadFrom(sections, fill);
}

nlohmann::json MainWindow::collectSections() const
{
    nlohmann::json sections = nlohmann::json::object();
    for (const QString& key : pageKeys())
        page(key)->saveTo(sections);
    return sections;
}

ExperimentRun* MainWindow::runExperiment(Experiment experiment)
{
    if (m_run && m_run->isLive()) {
        say(tr("An experiment is running; stop it first."), true);
        return nullptr;
    }
    if (m_run)
        m_run->deleteLater();
    fillForms(formSections(experiment.sections), Fill::Whole);
    m_run = new ExperimentRun(m_session, std::move(experiment), this);
    connect(m_run, &ExperimentRun::finished, this, [this, run = m_run] {
        if (run->succeeded())
            say(tr("%1 is done.").arg(QString::fromStdString(run->experiment().name)));
        else
            say(refusalText(run->error()), run->error().code != ErrorCode::Cancelled);
    });
    m_run->start();
    setPace();
    return m_run;
}

void MainWindow::startStream()
{
    showPage("stream");
    static_cast<StreamPage*>(page("stream"))->start();
}

void MainWindow::openFiles(const QStringList& paths)
{
    QStringList files;
    for (const QString& path : paths) {
        const QFileInfo info(path);
        if (!info.exists())
            return say(tr("There is no file %1.").arg(path), true);
        if (info.isDir())
            return say(tr("%1 is a folder: open the files in it.").arg(path), true);
        if (info.suffix().compare("millrace", Qt::CaseInsensitive) != 0)
            files << info.absoluteFilePath();
        else if (paths.size() == 1)
            return openExperimentFile(info.absoluteFilePath());
        else
            return say(tr("%1 is an experiment: open it alone.").arg(info.fileName()), true);
    }
    if (files.isEmpty())
        return;
    nlohmann::json section;
    TableChoice::of(files).putInto(section);
    showPage("data");
    page("data")->loadFrom({{"data", section}}, Fill::Given);
}

void MainWindow::openExperimentFile(const QString& path)
{
    const auto experiment = readExperiment(path.toStdString());
    if (!experiment) {
        say(errorText(experiment.error()), true);
        return;
    }
    m_experimentName = QFileInfo(path).completeBaseName();
    setWindowTitle(QString("%1 – Millrace").arg(QString::fromStdString(experiment->name)));
    m_unshown = unshownSections(experiment->sections);
    fillForms(wholeForms(experiment->sections), Fill::Whole);
    static_cast<StartPage*>(page("start"))->offer(*experiment);
    showPage("start");
    say(tr("Opened %1. Run it as a whole here, or step by step on the pages.").arg(QFileInfo(path).fileName()));
}

void MainWindow::openExperiment()
{
    const QStringList paths =
        QFileDialog::getOpenFileNames(this, tr("Open an experiment, or the files of a table"), UiSettings().folder(),
                                      tr("Experiments and data (*.millrace *.csv *.tsv *.txt *.json *.jsonl *.ndjson "
                                         "*.parquet *.gz *.zst);;All files (*)"));
    if (paths.isEmpty())
        return;
    UiSettings().setFolder(QFileInfo(paths.front()).absolutePath());
    openFiles(paths);
}

void MainWindow::saveExperiment()
{
    QString path = QFileDialog::getSaveFileName(this, tr("Save the experiment"),
                                                UiSettings().folder() + "/" + m_experimentName + ".millrace",
                                                tr("Experiments (*.millrace)"));
    if (path.isEmpty())
        return;
    if (!path.endsWith(".millrace"))
        path += ".millrace";
    UiSettings().setFolder(QFileInfo(path).absolutePath());
    writeExperiment(path);
}

void MainWindow::writeExperiment(const QString& path)
{
    m_experimentName = QFileInfo(path).completeBaseName();
    nlohmann::json sections = m_unshown;
    sections.update(collectSections());
    const nlohmann::json json = toJson(Experiment{m_experimentName.toStdString(), std::move(sections)});
    QSaveFile file(path);
    const QByteArray text = QByteArray::fromStdString(dumpJson(json, 2) + "\n");
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit()) {
        say(tr("Cannot write %1: %2.").arg(path, file.errorString()), true);
        return;
    }
    const auto checked = experimentFromJson(json);
    if (checked)
        say(tr("Saved %1.").arg(path));
    else
        say(tr("Saved %1, but it cannot run yet: %2").arg(path, errorText(checked.error())), true);
}

void MainWindow::onJobFinished(const Job& job)
{
    if (job.state() == Job::State::Done && job.kind() == "publish")
        offerTopics(job.result()["parts"]);
    if (m_run && m_run->isLive())
        return; // its own steps tell
    if (job.state() == Job::State::Failed)
        say(tr("%1: %2").arg(job.title(), refusalText(job.error())), true);
    else if (job.kind() != "summarize")
        say(job.state() == Job::State::Done ? tr("%1: done.").arg(job.title()) : tr("%1: stopped.").arg(job.title()));
}

/// What was just published is what one trains from and evaluates on next.
void MainWindow::offerTopics(const nlohmann::json& parts)
{
    nlohmann::json sections = {{"train", {{"topic", parts.front()["topic"]}}}};
    if (parts.size() > 1)
        sections["evaluate"] = {{"topic", parts.back()["topic"]}};
    prefill(sections);
}

void MainWindow::cancelWork()
{
    if (m_run && m_run->isLive()) {
        m_run->stop();
        return;
    }
    const QList<Job*> live = m_session.liveJobs();
    if (!live.isEmpty())
        live.last()->stop();
}

void MainWindow::setThemeMode(const QString& mode)
{
    UiSettings().setTheme(mode);
    m_menus->showTheme(mode);
    applyTheme(*static_cast<QApplication*>(QApplication::instance()), mode);
    m_rail->restyle();
    for (const Entry& entry : m_entries)
        if (entry.page)
            entry.page->restyle();
}

void MainWindow::cycleTheme()
{
    const QString mode = UiSettings().theme();
    const char* next = mode == "light"  ? QT_TRANSLATE_NOOP("Tables", "dark")
                       : mode == "dark" ? QT_TRANSLATE_NOOP("Tables", "system")
                                        : QT_TRANSLATE_NOOP("Tables", "light");
    setThemeMode(next);
    say(tr("Theme: %1").arg(tableText(next)));
}

/// Widgets have the texts that they were made with.
void MainWindow::setLanguage(const QString& mode)
{
    if (UiSettings().setLanguage(mode))
        say(tr("The language changes when Millrace is started again."));
    else
        say(tr("The language stays as it is: %1 cannot be written.").arg(UiSettings::file()), true);
}

void MainWindow::toggleHelp()
{
    if (m_help->isVisible())
        m_help->hide();
    else
        m_help->showFor(m_current);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    UiSettings().setGeometry(saveGeometry());
    if (m_run)
        m_run->stop();
    for (Job* job : m_session.liveJobs())
        job->stop(); // asks only; the session waits for them when it ends
    m_timer.stop();
    m_idle.stop();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!droppedFiles(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    const QStringList paths = droppedFiles(event->mimeData());
    if (paths.isEmpty())
        return;
    event->acceptProposedAction();
    openFiles(paths);
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    m_help->place();
}

} // namespace millrace
