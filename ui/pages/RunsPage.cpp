// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/RunsPage.h"

#include "base/Text.h"
#include "export/Export.h"
#include "models/RowsModel.h"
#include "models/Scores.h"
#include "models/TableText.h"
#include "models/Values.h"
#include "pages/RunCurves.h"
#include "style/Theme.h"
#include "widgets/ConfirmButton.h"
#include "widgets/Fields.h"
#include "widgets/JobStrip.h"
#include "widgets/Widgets.h"

#include <QComboBox>
#include <QDesktopServices>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QUrl>
#include <QVBoxLayout>

namespace millrace
{

namespace
{

constexpr int kFirstRunScore = 6;  ///< column of the list of runs
constexpr int kWhyColumn = 2;      ///< of the table of columns
constexpr qint64 kNothingNew = -1; ///< in place of a count: its group, or an earlier run, had read all

/// Each status has a shape and a colour of its own.
QString statusText(const QVariant& status)
{
    const QString text = status.toString();
    const QString shape = text == QLatin1String("done")      ? QStringLiteral("●")
                          : text == QLatin1String("running") ? QStringLiteral("◐")
                          : text == QLatin1String("failed")  ? QStringLiteral("■")
                                                             : QStringLiteral("◆");
    return shape + ' ' + (text == QLatin1String("cancelled") ? RunsPage::tr("stopped") : tableText(text.toStdString()));
}

QColor statusColour(const QVariant& status)
{
    const QString text = status.toString();
    const Theme& theme = Theme::current();
    return text == QLatin1String("done")      ? theme.ok
           : text == QLatin1String("running") ? theme.accent
           : text == QLatin1String("failed")  ? theme.error
                                              : theme.warn;
}

QList<RowsColumn> runColumns()
{
    RowsColumn status = textColumn(RunsPage::tr("status"));
    status.format = statusText;
    status.colour = statusColour;
    RowsColumn name = textColumn(RunsPage::tr("run"));
    name.format = [](const QVariant& folder) { return folder.toString().section('-', 1); };
    RowsColumn started = textColumn(RunsPage::tr("started"));
    started.format = [](const QVariant& time) { return localTimeText(time.toString()); };
    RowsColumn records = countColumn(RunsPage::tr("records"));
    records.format = [](const QVariant& count) {
        if (count.typeId() == QMetaType::QString)
            return count.toString();
        return count == kNothingNew ? RunsPage::tr("nothing new") : countText(count);
    };
    QList<RowsColumn> columns = {name,    wordColumn(RunsPage::tr("kind")),  status,
                                 started, textColumn(RunsPage::tr("topic")), records};
    Q_ASSERT(columns.size() == kFirstRunScore);
    for (const ScoreKind* kind : mainScores())
        columns << scoreColumn(*kind);
    return columns;
}

const nlohmann::json& configurationOf(const RunInfo& run)
{
    const nlohmann::json& configuration = jsonChild(run.description, "configuration");
    return configuration.empty() ? run.description : configuration;
}

QVariant recordsOf(const nlohmann::json& result)
{
    const QVariant records = jsonValue(result, "records");
    const double learnt = static_cast<double>(jsonCount(result, "learnt")),
                 scored = static_cast<double>(jsonCount(result, "scored"));
    if (learnt > 0 && scored > 0)
        return RunsPage::tr("%1 · %2 learnt before")
            .arg(countText(records), QString::fromStdString(formatPercent(learnt / scored)));
    return records == 0 && jsonFlag(result, "nothing_new") ? QVariant(kNothingNew) : records;
}

QVariantList rowOf(const RunInfo& run)
{
    const nlohmann::json& result = jsonChild(run.description, "result");
    return QVariantList{QString::fromStdString(run.folder),       QString::fromStdString(run.kind),
                        QString::fromStdString(run.status),       QString::fromStdString(run.started),
                        jsonValue(configurationOf(run), "topic"), recordsOf(result)}
           << mainScoresIn(comparable(result));
}

QWidget* tabbed(QTabBar* tabs, const QList<std::pair<QString, QWidget*>>& contents)
{
    auto* widget = new QWidget;
    auto* layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    auto* stack = new QStackedWidget;
    tabs->setDrawBase(false);
    tabs->setExpanding(false);
    for (const auto& [title, content] : contents) {
        tabs->addTab(title);
        stack->addWidget(content);
    }
    QObject::connect(tabs, &QTabBar::currentChanged, stack, &QStackedWidget::setCurrentIndex);
    layout->addWidget(tabs);
    layout->addWidget(stack, 1);
    return widget;
}

/// Scores of an epoch that its validation part has, too.
std::vector<const ScoreKind*> validatedScores(const nlohmann::json& epoch)
{
    std::vector<const ScoreKind*> kinds;
    for (const ScoreRow& row : scoresIn(epoch))
        if (epoch.contains("validation_" + row.kind->name))
            kinds.push_back(row.kind);
    return kinds;
}

QVariant validationCell(const nlohmann::json& epoch, const ScoreKind& kind)
{
    const QVariant value = jsonValue(epoch, "validation_" + kind.name);
    return scoreCell({&kind, value.isValid() ? value.toDouble() : kUnknown});
}

} // namespace

RunsPage::RunsPage(Session& session, Shell& shell)
    : Page(QStringLiteral("runs"), tr("Runs"), session, shell), m_table(new RowsModel(runColumns(), this)),
      m_epochs(new RowsModel({}, this)),
      m_columns(
          new RowsModel({textColumn(tr("column")), textColumn(tr("what is made of it")), textColumn(tr("why"))}, this)),
      m_tableView(new DataTable), m_banner(new Banner), m_strip(new JobStrip(QStringLiteral("runsJobStrip"))),
      m_resume(plainButton(tr("Resume"), QStringLiteral("runsResumeButton"))),
      m_reproduce(plainButton(tr("Reproduce"), QStringLiteral("runsReproduceButton"))),
      m_open(plainButton(tr("Open folder"), QStringLiteral("runsOpenFolderButton"))),
      m_evaluate(primaryButton(tr("Evaluate…"), QStringLiteral("runsEvaluateButton"))),
      m_format(choiceField(QStringLiteral("runsFormatCombo"))),
      m_export(plainButton(tr("Export"), QStringLiteral("runsExportButton"))),
      m_delete(new ConfirmButton(tr("Delete"), tr("Really delete?"), QStringLiteral("runsDeleteButton")))
{
    m_banner->setObjectName(QStringLiteral("runsBanner"));
    m_tableView->setObjectName(QStringLiteral("runsTable"));
    m_format->setAccessibleName(tr("Export format"));
    for (const ExportFormat& format : exportFormats()) {
        m_format->addItem(QString::fromStdString(format.name), QString::fromStdString(format.extension));
        m_format->setItemData(m_format->count() - 1, QString::fromStdString(format.help), Qt::ToolTipRole);
    }
    m_export->setToolTip(tr("Writes the model into the run's folder, under model/"));
    addHeadButton(m_evaluate);

    showSorted(m_tableView, m_table);
    m_tableView->setSelectionMode(QAbstractItemView::SingleSelection);
    m_tableView->stretch(0);
    m_tableView->setEmptyText(tr("No runs yet: train a model on the Train page, or run the tutorial from Start."));
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
    layout->addWidget(m_strip);
    layout->addWidget(splitter, 1);

    connect(m_banner, &Banner::actionTriggered, m_banner, &Banner::clear);
    m_resume->setToolTip(tr("Goes on from the last checkpoint, as if nothing had been"));
    m_reproduce->setToolTip(tr("Trains again what the journal says, and compares the weights"));
    connect(m_resume, &QPushButton::clicked, this, [this] { learnAgain("resume"); });
    connect(m_reproduce, &QPushButton::clicked, this, [this] { learnAgain("reproduce"); });
    connect(m_open, &QPushButton::clicked, this, &RunsPage::openFolder);
    connect(m_evaluate, &QPushButton::clicked, this, &RunsPage::evaluate);
    connect(m_export, &QPushButton::clicked, this, &RunsPage::exportRun);
    connect(m_delete, &ConfirmButton::confirmed, this, &RunsPage::removeRun);
    connect(m_tableView->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &RunsPage::showSelected);
    connect(&session, &Session::jobStarted, this, &RunsPage::refresh);
    connect(&session, &Session::jobFinished, this, &RunsPage::onJobFinished);
    showSelected();
    refresh();
}

QWidget* RunsPage::makeDetails()
{
    m_name = new ElidedLabel;
    m_name->setProperty("role", "heading");
    m_name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text = codeView(QStringLiteral("runsConfigurationText"));
    m_text->setAccessibleName(tr("Configuration"));
    m_epochView = new DataTable;
    m_epochView->setObjectName(QStringLiteral("runsEpochTable"));
    m_epochView->setModel(m_epochs);
    m_epochView->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_curves = new RunCurves;
    m_columnView = new DataTable;
    m_columnView->setObjectName(QStringLiteral("runsColumnTable"));
    m_columnView->setModel(m_columns);
    m_columnView->stretch(kWhyColumn);
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_name, 1);
    head->addWidget(m_resume);
    head->addWidget(m_reproduce);
    head->addWidget(m_open);
    head->addWidget(m_format);
    head->addWidget(m_export);
    head->addWidget(m_delete);
    auto* halves = new QHBoxLayout;
    halves->setSpacing(16);
    m_epochTabs = new QTabBar;
    m_epochTabs->setObjectName(QStringLiteral("runsEpochTabs"));
    halves->addWidget(tabbed(m_epochTabs, {{tr("Epochs"), m_epochView}, {tr("Curves"), m_curves}}), 1);
    auto* tabs = new QTabBar;
    tabs->setObjectName(QStringLiteral("runsTextTabs"));
    halves->addWidget(tabbed(tabs, {{tr("Configuration"), m_text}, {tr("Columns"), m_columnView}}), 1);
    auto* card = new Card;
    card->content()->addLayout(head);
    card->content()->addLayout(halves, 1);
    return card;
}

void RunsPage::entered()
{
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
        rows.append(rowOf(run));
        results.push_back(jsonChild(run.description, "result"));
    }
    m_table->setRows(rows);
    showScoreColumns(m_tableView, kFirstRunScore, results);
    const bool stillThere = !name.isEmpty() && selectName(m_tableView, name);
    if (!stillThere && !rows.isEmpty())
        m_tableView->selectRow(0);
    showSelected();
}

const RunInfo* RunsPage::selected() const
{
    const std::string folder = currentName(m_tableView).toStdString();
    const auto found =
        std::find_if(m_runs.begin(), m_runs.end(), [&](const RunInfo& run) { return run.folder == folder; });
    return found == m_runs.end() ? nullptr : &*found;
}

void RunsPage::showSelected()
{
    const RunInfo* run = selected();
    const bool live = run && run->status == "running";
    const bool learns = run && !live && (run->kind == "train" || run->kind == "online") && session().hasBroker();
    m_resume->setEnabled(learns && run->status != "done");
    m_reproduce->setEnabled(learns && run->hasModel);
    m_open->setEnabled(run);
    m_open->setToolTip(run ? QString::fromStdString(run->path.string()) : QString());
    m_evaluate->setEnabled(run && run->hasModel);
    m_export->setEnabled(run && run->hasModel);
    m_format->setEnabled(run && run->hasModel);
    m_delete->setEnabled(run && !live);
    m_delete->setToolTip(live ? tr("The run is live; stop it first") : tr("Deletes the run's folder"));
    const QString name = run ? QString::fromStdString(run->folder) : tr("No run selected");
    if (m_name->whole() != name)
        m_delete->reset();
    m_name->setWhole(name);
    const QString text = run ? QString::fromStdString(dumpJson(configurationOf(*run), 2)) : QString();
    if (m_text->toPlainText() != text)
        m_text->setPlainText(text);
    showEpochs(run ? jsonChild(run->description, "result") : nlohmann::json::object());
    showColumns(run ? jsonChild(run->description, "columns") : nlohmann::json::object());
}

void RunsPage::showEpochs(const nlohmann::json& result)
{
    const bool online = result.contains("mini_datasets");
    const nlohmann::json& list = jsonChild(result, online ? "mini_datasets" : "per_epoch");
    QList<RowsColumn> columns = {countColumn(online ? tr("number") : tr("epoch")), countColumn(tr("records"))};
    const nlohmann::json first = list.empty() ? nlohmann::json() : list.front();
    for (const ScoreRow& row : scoresIn(first))
        columns << scoreColumn(*row.kind);
    const auto validated = validatedScores(first);
    for (const ScoreKind* kind : validated)
        (columns << scoreColumn(*kind)).last().title = tr("validation %1", "a score").arg(scoreWord(*kind));
    columns << numberColumn(tr("seconds"), 2);
    QList<QVariantList> rows;
    for (const nlohmann::json& entry : list) {
        rows << QVariantList{jsonValue(entry, online ? "index" : "epoch"), jsonValue(entry, "records")};
        for (const ScoreRow& row : scoresIn(entry))
            rows.last() << scoreCell(row);
        for (const ScoreKind* kind : validated)
            rows.last() << validationCell(entry, *kind);
        rows.last() << jsonValue(entry, "seconds");
    }
    m_epochTabs->setTabText(0, online ? tr("Mini-datasets") : tr("Epochs"));
    m_epochView->setEmptyText(selected() ? tr("This run has no epochs to show.")
                                         : tr("Select a run to see its epochs."));
    m_curves->showResult(result);
    if (rows == m_epochs->rows() && m_epochs->columnCount() > 0)
        return;
    m_epochs->setColumns(columns);
    m_epochs->setRows(rows);
}

/// What was made of each column of the topic, and why.
void RunsPage::showColumns(const nlohmann::json& columns)
{
    QList<QVariantList> rows;
    for (const nlohmann::json& column : columns)
        rows << QVariantList{jsonText(column, "column"), jsonText(column, "what"), jsonText(column, "why")};
    m_columns->setRows(rows);
    const bool isTraining = selected() && selected()->kind == "train";
    m_columnView->setEmptyText(selected() ? isTraining ? tr("This run takes each column as it is, as a number.")
                                                       : tr("What is made of the columns stands at the training.")
                                          : tr("Select a run to see what was made of the columns."));
}

void RunsPage::restyle()
{
    m_curves->restyle();
}

void RunsPage::learnAgain(const char* how)
{
    const RunInfo* run = selected();
    if (!run)
        return;
    const auto section = session().sectionAgain(how, run->folder);
    const auto job = section ? session().start(run->kind, *section) : Result<Job*>(fail(section.error()));
    if (!job)
        m_banner->showMessage(errorText(job.error()), true, tr("Dismiss"));
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
        m_banner->showMessage(errorText(job.error()), true, tr("Dismiss"));
    else
        m_strip->follow(*job);
}

void RunsPage::removeRun()
{
    const RunInfo* run = selected();
    if (!run)
        return;
    session().call(
        this, [catalog = session().runs(), folder = run->folder] { return catalog.remove(folder); },
        [this, folder = QString::fromStdString(run->folder)](const Status& status) {
            if (status)
                shell().say(tr("Run %1 deleted").arg(folder));
            else
                m_banner->showMessage(errorText(status.error()), true, tr("Dismiss"));
            refresh();
        });
}

void RunsPage::onJobFinished(Job* job)
{
    refresh();
    if (job->result().is_object() && job->result().contains("identical"))
        shell().say(jsonFlag(job->result(), "identical") ? tr("Reproduced: the weights are the same, bit by bit")
                                                         : tr("Not reproduced: the weights differ"));
    if (job != m_strip->job())
        return;
    m_strip->refresh();
    if (job->state() != Job::State::Done) {
        m_banner->showMessage(errorText(job->error()), true, tr("Dismiss"));
        return;
    }
    m_banner->clear();
    shell().say(tr("Exported %1, %2")
                    .arg(jsonText(job->result(), "file"),
                         QString::fromStdString(formatBytes(jsonCount(job->result(), "bytes")))));
}

} // namespace millrace
