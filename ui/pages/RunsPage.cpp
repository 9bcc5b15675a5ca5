// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/RunsPage.h"

#include "base/Text.h"
#include "export/Export.h"
#include "models/RowsModel.h"
#include "models/RunRows.h"
#include "models/Scores.h"
#include "models/Values.h"
#include "pages/AskingBanner.h"
#include "pages/RunDetails.h"
#include "pipeline/runs/RunSoFar.h"
#include "widgets/ConfirmButton.h"
#include "widgets/Fields.h"
#include "widgets/JobStrip.h"
#include "widgets/Widgets.h"

#include <QComboBox>
#include <QDesktopServices>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QShortcut>
#include <QSplitter>
#include <QUrl>
#include <QVBoxLayout>

namespace millrace
{

namespace
{

constexpr int kSearchWidth = 220;

/// What the button does, or why it does nothing.
void allow(QWidget* button, const QString& whyNot, const QString& help)
{
    button->setEnabled(whyNot.isEmpty());
    button->setToolTip(whyNot.isEmpty() ? help : whyNot);
}

bool makesRun(const Job& job)
{
    static const QStringList kKinds = {"train", "online", "evaluate", "predict"};
    return kKinds.contains(job.kind());
}

/// Its end was no end: what it had is in its folder.
bool isCutShort(const RunInfo& run)
{
    const nlohmann::json& result = jsonChild(run.description, "result");
    return isLearning(run) && !run.trouble && run.status != "running" && run.status != "done" &&
           !result.contains("per_epoch") && !result.contains("mini_datasets");
}

} // namespace

RunsPage::RunsPage(Session& session, Shell& shell)
    : Page(QStringLiteral("runs"), tr("Runs"), session, shell), m_table(new RowsModel(runColumns(), this)),
      m_found(new FoundRows(m_table, runColumn::Records, this)), m_tableView(new DataTable),
      m_search(textField(QStringLiteral("runsSearch"), {})), m_details(new RunDetails),
      m_banner(new AskingBanner(session)), m_undo(new AskingBanner(session)),
      m_strip(new JobStrip(QStringLiteral("runsJobStrip"))), m_name(new ElidedLabel),
      m_resume(plainButton(tr("Resume"), QStringLiteral("runsResumeButton"))),
      m_reproduce(plainButton(tr("Reproduce"), QStringLiteral("runsReproduceButton"))),
      m_open(plainButton(tr("Open folder"), QStringLiteral("runsOpenFolderButton"))),
      m_evaluate(primaryButton(tr("Evaluate…"), QStringLiteral("runsEvaluateButton"))),
      m_format(choiceField(QStringLiteral("runsFormatCombo"))),
      m_export(plainButton(tr("Export"), QStringLiteral("runsExportButton"))),
      m_delete(new ConfirmButton(tr("Delete"), tr("Really delete?"), QStringLiteral("runsDeleteButton")))
{
    m_banner->setObjectName(QStringLiteral("runsBanner"));
    m_undo->setObjectName(QStringLiteral("runsUndoBanner"));
    makeList();
    auto* list = new Card;
    list->content()->setContentsMargins(1, 8, 1, 1);
    list->content()->addWidget(m_tableView);
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->setObjectName(QStringLiteral("runsSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(12);
    splitter->addWidget(list);
    splitter->addWidget(makeDetails());
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    auto* layout = new QVBoxLayout(body());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_banner);
    layout->addWidget(m_undo);
    layout->addWidget(m_strip);
    layout->addWidget(splitter, 1);

    connect(m_resume, &QPushButton::clicked, this, [this] { learnAgain("resume"); });
    connect(m_reproduce, &QPushButton::clicked, this, [this] { learnAgain("reproduce"); });
    connect(m_open, &QPushButton::clicked, this, &RunsPage::openFolder);
    connect(m_evaluate, &QPushButton::clicked, this, &RunsPage::evaluate);
    connect(m_export, &QPushButton::clicked, this, &RunsPage::exportRun);
    connect(m_delete, &ConfirmButton::confirmed, this, &RunsPage::askToRemove);
    connect(m_tableView->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &RunsPage::showSelected);
    connect(&session, &Session::jobStarted, this, &RunsPage::refresh);
    connect(&session, &Session::jobFinished, this, &RunsPage::onJobFinished);
    connect(&session, &Session::brokerChanged, this, [this] { showReasons(selected()); });
    session.call(
        this, [catalog = session.runs()] { return catalog.emptyTrash(), true; }, [](bool) {});
    showSelected();
    refresh();
}

void RunsPage::makeList()
{
    m_tableView->setObjectName(QStringLiteral("runsTable"));
    m_tableView->setAccessibleName(tr("Runs"));
    showSorted(m_tableView, m_found);
    m_tableView->setSelectionMode(QAbstractItemView::SingleSelection);
    m_tableView->setTextElideMode(Qt::ElideMiddle); // names that begin alike differ in their end
    m_tableView->stretch(runColumn::Name);
    m_search->setPlaceholderText(tr("Find a run"));
    m_search->setAccessibleName(tr("Find a run"));
    m_search->setToolTip(
        tr("Shows the runs that have each word in name, kind, status, time or topic; Escape shows all"));
    m_search->setClearButtonEnabled(true);
    m_search->setFixedWidth(kSearchWidth);
    auto* escape = new QShortcut(Qt::Key_Escape, m_search, nullptr, nullptr, Qt::WidgetShortcut);
    connect(escape, &QShortcut::activated, m_search, &QLineEdit::clear);
    connect(m_search, &QLineEdit::textChanged, this, &RunsPage::find);
    addHeadButton(m_search);
    addHeadButton(m_evaluate);
    find({});
}

QWidget* RunsPage::makeDetails()
{
    m_name->setProperty("role", "heading");
    m_name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_format->setAccessibleName(tr("Export format"));
    for (const ExportFormat& format : exportFormats()) {
        m_format->addItem(QString::fromStdString(format.name), QString::fromStdString(format.extension));
        m_format->setItemData(m_format->count() - 1, QString::fromStdString(format.help), Qt::ToolTipRole);
    }
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_name, 1);
    for (QWidget* widget :
         {static_cast<QWidget*>(m_resume), static_cast<QWidget*>(m_reproduce), static_cast<QWidget*>(m_open),
          static_cast<QWidget*>(m_format), static_cast<QWidget*>(m_export), static_cast<QWidget*>(m_delete)})
        head->addWidget(widget);
    auto* card = new Card;
    card->content()->addLayout(head);
    card->content()->addWidget(m_details, 1);
    return card;
}

void RunsPage::showRun(const QString& folder)
{
    m_wanted = folder;
    m_news = News::None;
    refresh();
}

void RunsPage::entered()
{
    if (m_news == News::Unseen)
        m_news = News::Entered;
    refresh();
}

void RunsPage::tick()
{
    m_strip->refresh();
    const bool live = !session().liveJobs().isEmpty();
    if (live && (!m_asked.isValid() || m_asked.elapsed() > 2'000))
        refresh();
}

void RunsPage::refresh()
{
    if (m_asking) {
        m_askAgain = true;
        return;
    }
    m_asking = true;
    m_askAgain = false;
    m_asked.start();
    session().call(
        this, [catalog = session().runs()] { return catalog.list(); },
        [this](std::vector<RunInfo> runs) {
            m_asking = false;
            showRuns(std::move(runs));
            if (m_askAgain)
                refresh();
        });
}

void RunsPage::showRuns(std::vector<RunInfo> runs)
{
    m_runs = std::move(runs);
    const QString name = currentName(m_tableView);
    QList<QVariantList> rows;
    std::vector<nlohmann::json> results;
    for (const RunInfo& run : m_runs) {
        rows.append(runRow(run));
        results.push_back(jsonChild(run.description, "result"));
    }
    m_table->setRows(rows);
    showScoreColumns(m_tableView, runColumn::FirstScore, results);
    find(m_search->text());
    if (!name.isEmpty())
        selectName(m_tableView, name);
    if (!m_askAgain) // else this list may be older than the wish
        takeWish();
    if (selected() == nullptr && m_found->rowCount() > 0)
        m_tableView->selectRow(0);
    showSelected();
}

void RunsPage::takeWish()
{
    if (!m_wanted.isEmpty())
        select(std::exchange(m_wanted, {}));
    else if (m_news == News::Entered && !m_runs.empty())
        select(QString::fromStdString(m_runs.front().folder));
    if (m_news == News::Entered)
        m_news = News::None;
}

void RunsPage::select(const QString& folder)
{
    if (selectName(m_tableView, folder) ||
        std::ranges::find(m_runs, folder.toStdString(), &RunInfo::folder) == m_runs.end())
        return;
    m_search->clear();
    selectName(m_tableView, folder);
}

void RunsPage::find(const QString& words)
{
    m_found->find(words);
    m_tableView->setEmptyText(m_runs.empty()
                                  ? tr("No runs yet: train a model on the Train page, or run the tutorial from Start.")
                                  : tr("No run is like “%1”. Escape in the search shows all.").arg(words));
    if (selected() == nullptr && m_found->rowCount() > 0)
        m_tableView->selectRow(0);
}

const RunInfo* RunsPage::selected() const
{
    const std::string folder = currentName(m_tableView).toStdString();
    const auto found = std::ranges::find(m_runs, folder, &RunInfo::folder);
    return found == m_runs.end() ? nullptr : &*found;
}

void RunsPage::showSelected()
{
    const RunInfo* run = selected();
    const QString name = run ? QString::fromStdString(run->folder) : tr("No run selected");
    if (m_name->whole() != name)
        m_delete->reset();
    m_name->setWhole(name);
    showReasons(run);
    askSoFar(run);
    m_details->showRun(run, run && run->folder == m_soFar.folder ? m_soFar.told : nlohmann::json::object());
}

void RunsPage::showReasons(const RunInfo* run)
{
    const bool hasBroker = session().hasBroker();
    allow(m_resume, whyNotResumed(run, hasBroker), tr("Goes on from the last checkpoint, as if nothing had been"));
    allow(m_reproduce, whyNotReproduced(run, hasBroker),
          tr("Trains again what the journal says, and compares the weights"));
    allow(m_open, run ? QString() : tr("Select a run first."),
          run ? QString::fromStdString(run->path.string()) : QString());
    allow(m_evaluate, whyNotUsed(run), tr("Scores the model on records of a topic, on the Evaluate page"));
    allow(m_export, whyNotUsed(run), tr("Writes the model into the run's folder, under model/"));
    allow(m_format, whyNotUsed(run), tr("What the model is exported as"));
    allow(m_delete, whyNotDeleted(run, m_runs, session().liveJobs()),
          tr("Deletes the run's folder; Undo takes it back"));
}

/// Once a run: an ended run writes no more.
void RunsPage::askSoFar(const RunInfo* run)
{
    if (!run || !isCutShort(*run)) {
        m_soFar = {};
        return;
    }
    if (run->folder == m_soFar.folder)
        return;
    m_soFar = {run->folder, nlohmann::json::object()};
    session().call(
        this, [info = *run] { return std::pair(info.folder, soFar(info)); },
        [this](std::pair<std::string, nlohmann::json> answer) {
            if (answer.first != m_soFar.folder)
                return;
            m_soFar.told = std::move(answer.second);
            showSelected();
        });
}

void RunsPage::restyle()
{
    m_details->restyle();
}

void RunsPage::showError(const Error& error)
{
    m_banner->tell(errorText(error), true, tr("Dismiss"), [this] { m_banner->clear(); });
}

void RunsPage::learnAgain(const char* how)
{
    const RunInfo* run = selected();
    if (!run)
        return;
    const auto section = session().sectionAgain(how, run->folder);
    const auto job = section ? session().start(run->kind, *section) : Result<Job*>(fail(section.error()));
    if (!job)
        showError(job.error());
    else
        shell().showPage(QStringLiteral("train"));
}

void RunsPage::openFolder()
{
    const RunInfo* run = selected();
    if (!run)
        return;
    const QString path = QString::fromStdString(run->path.string());
    if (!QDesktopServices::openUrl(QUrl::fromLocalFile(path)))
        shell().say(tr("There is no file manager here; the folder is %1").arg(path), true);
}

void RunsPage::evaluate()
{
    const RunInfo* run = selected();
    if (!run)
        return;
    shell().prefill({{"evaluate", {{"run", run->folder}}}});
    shell().showPage(QStringLiteral("evaluate"));
}

void RunsPage::exportRun()
{
    const RunInfo* run = selected();
    if (!run)
        return;
    const std::string extension = m_format->currentData().toString().toStdString();
    const std::filesystem::path out = run->path / "model" / (run->name + extension);
    std::error_code ignored; // the job says when the folder is not there
    std::filesystem::create_directories(out.parent_path(), ignored);
    const auto job = session().start(
        "export", {{"run", run->folder}, {"format", m_format->currentText().toStdString()}, {"out", out.string()}});
    if (!job)
        showError(job.error());
    else
        m_strip->follow(*job);
}

/// Runs that others are made from are asked for once more, with the others' names.
void RunsPage::askToRemove()
{
    const RunInfo* run = selected();
    if (!run)
        return;
    const std::vector<std::string> built = runsBuiltOn(*run, m_runs);
    if (built.empty())
        return removeRun(run->folder);
    QStringList names;
    for (const std::string& folder : built)
        names << QString::fromStdString(folder);
    m_banner->offer(tr("Run %1 is used by %2. Without it their model is gone.")
                        .arg(QString::fromStdString(run->folder), names.join(QStringLiteral(", "))),
                    false,
                    {{tr("Delete all the same"), [this, folder = run->folder] { removeRun(folder); }},
                     {tr("Keep it"), [this] { m_banner->clear(); }}});
}

void RunsPage::removeRun(const std::string& folder)
{
    m_banner->clear();
    session().call(
        this, [catalog = session().runs(), folder] { return catalog.moveToTrash(folder); },
        [this, folder](const Status& status) {
            if (status)
                m_undo->offer(tr("Run %1 is deleted.").arg(QString::fromStdString(folder)), false,
                              {{tr("Undo"), [this, folder] { restoreRun(folder); }},
                               {tr("Dismiss"), [this] { m_undo->clear(); }}});
            else
                showError(status.error());
            refresh();
        });
}

void RunsPage::restoreRun(const std::string& folder)
{
    m_undo->clear();
    session().call(
        this, [catalog = session().runs(), folder] { return catalog.restore(folder); },
        [this, folder](const Status& status) {
            if (!status)
                showError(status.error());
            showRun(QString::fromStdString(folder));
        });
}

void RunsPage::onJobFinished(Job* job)
{
    if (!isVisible() && makesRun(*job))
        m_news = News::Unseen;
    refresh();
    if (job->result().is_object() && job->result().contains("identical"))
        shell().say(jsonFlag(job->result(), "identical") ? tr("Reproduced: the weights are the same, bit by bit")
                                                         : tr("Not reproduced: the weights differ"));
    if (job != m_strip->job())
        return;
    m_strip->refresh();
    if (job->state() != Job::State::Done) {
        showError(job->error());
        return;
    }
    m_banner->clear();
    shell().say(tr("Exported %1, %2")
                    .arg(jsonText(job->result(), "file"),
                         QString::fromStdString(formatBytes(jsonCount(job->result(), "bytes")))));
}

} // namespace millrace
