// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/DataPage.h"

#include "models/Values.h"
#include "pages/AskingBanner.h"
#include "pages/FileSources.h"
#include "pages/FileView.h"
#include "pages/PublishForm.h"
#include "pages/PublishedCard.h"
#include "pages/ReadingForm.h"
#include "pipeline/writing/Publication.h"
#include "session/Resources.h"
#include "session/SectionKeys.h"
#include "widgets/DropZone.h"
#include "widgets/JobStrip.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

namespace millrace
{

namespace
{

/// What a section says of the columns; what it leaves out, or leaves open, is found by reading the file.
nlohmann::json wantedIn(const nlohmann::json& section)
{
    nlohmann::json wanted = {{"schema", section.value("schema", nlohmann::json("auto"))}};
    std::vector<std::string> keys = {"label", "task"};
    for (const SectionKey& key : keys::roleKeys())
        keys.push_back(key.name);
    for (const std::string& key : keys)
        if (const QString value = jsonText(section, key); !value.isEmpty() && value != QLatin1String("auto"))
            wanted[key] = value.toStdString();
    return wanted;
}

/// Nothing is: columns, label and task are as they were found.
bool isProposal(const nlohmann::json& wanted)
{
    return wanted.size() == 1 && wanted.contains("schema") && !wanted["schema"].is_object();
}

} // namespace

/// What a summary shows, made of it off the GUI thread.
struct DataPage::Found {
    nlohmann::json wanted;
    bool isProposal = false;
    FileView::Content content;
};

DataPage::DataPage(Session& session, Shell& shell)
    : Page(QStringLiteral("data"), tr("Data"), session, shell), m_wanted(nlohmann::json::object()),
      m_fileChip(new Chip), m_rejectedChip(new Chip),
      m_simulatedChip(new Chip(tr("◆ simulated events"), Chip::Tone::Warning)),
      m_open(plainButton(tr("Open…"), QStringLiteral("dataOpenButton"))),
      m_get(plainButton({}, QStringLiteral("dataGetButton"))),
      m_publish(plainButton(tr("Publish"), QStringLiteral("dataPublishButton"))),
      m_learn(primaryButton(tr("Learn from it"), QStringLiteral("dataLearnButton"))),
      m_banner(new AskingBanner(session)), m_strip(new JobStrip(QStringLiteral("dataJobStrip"))),
      m_views(new QStackedWidget), m_sources(new FileSources(session)), m_view(new FileView(shell))
{
    setAcceptDrops(true);
    makeHead();
    m_banner->setObjectName(QStringLiteral("dataBanner"));
    m_views->addWidget(m_sources);
    m_views->addWidget(m_view);
    auto* layout = new QVBoxLayout(body());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_banner);
    layout->addWidget(m_strip);
    layout->addWidget(m_views, 1);

    connect(m_banner, &AskingBanner::failed, this, &DataPage::showError);
    connect(m_sources, &FileSources::chosen, this, &DataPage::openFiles);
    connect(m_sources, &FileSources::openWanted, this, &DataPage::chooseFile);
    connect(m_sources, &FileSources::refused, this, &DataPage::showError);
    connect(m_view, &FileView::schemaEdited, this, &DataPage::editSchema);
    connect(m_view, &FileView::proposalWanted, this, [this] { summarize(nlohmann::json::object()); });
    connect(m_view, &FileView::taskWanted, this, &DataPage::learnAs);
    connect(&m_view->reading(), &ReadingForm::changed, this, [this] { summarize(nlohmann::json::object()); });
    connect(&m_view->form(), &PublishForm::trainTopicNamed, this, &DataPage::lookForUnfinished);
    connect(&session, &Session::jobStarted, this, &DataPage::onJobStarted);
    connect(&session, &Session::jobFinished, this, &DataPage::onJobFinished);
    connect(&session, &Session::brokerChanged, this, &DataPage::updateButtons);
    catchUp();
    updateButtons();
    // Styled while nobody waits: all at once, when a file has been read, it would hold up the window.
    QTimer::singleShot(0, this, [view = m_view] {
        for (const QWidget* widget : view->findChildren<QWidget*>())
            widget->ensurePolished();
    });
}

void DataPage::makeHead()
{
    m_fileChip->setObjectName(QStringLiteral("dataFileChip"));
    m_rejectedChip->setObjectName(QStringLiteral("dataRejectedChip"));
    m_simulatedChip->setObjectName(QStringLiteral("dataSimulatedChip"));
    for (Chip* chip : {m_fileChip, m_rejectedChip, m_simulatedChip})
        addChip(chip);
    hideChips();
    addHeadButton(m_get);
    addHeadButton(m_open);
    addHeadButton(m_publish);
    addHeadButton(m_learn);
    m_learn->setToolTip(tr("All steps from this file to a model and its score, proposed on one page"));
    connect(m_learn, &QPushButton::clicked, this, &DataPage::learnFromIt);
    m_open->setToolTip(tr("Open a CSV file, plain, gzip or zstd"));
    connect(m_open, &QPushButton::clicked, this, &DataPage::chooseFile);
    connect(m_get, &QPushButton::clicked, this, [this] { showSources(m_views->currentWidget() == m_view); });
    connect(m_publish, &QPushButton::clicked, this, &DataPage::publish);
}

/// The page is made when it is first needed; what was done before is shown as if it had been there.
void DataPage::catchUp()
{
    for (const char* kind : {"simulate", "download", "summarize", "publish"}) {
        Job* job = session().latest(QLatin1String(kind));
        if (job)
            onJobStarted(job);
        if (job && !job->isLive())
            onJobFinished(job);
    }
}

void DataPage::chooseFile()
{
    const QStringList files = QFileDialog::getOpenFileNames(this, tr("Open a table"), QFileInfo(m_table.first).path(),
                                                            tableFilter() + QStringLiteral(";;") + tr("All files (*)"));
    if (!files.isEmpty())
        openFiles(files);
}

void DataPage::openFiles(const QStringList& paths)
{
    const TableChoice table = TableChoice::of(paths);
    if (table != m_table)
        beginAnew();
    m_table = table;
    m_view->reading().forget();
    summarize(nlohmann::json::object());
}

/// Of another table nothing stays that was said of the one before.
void DataPage::beginAnew()
{
    m_view->form().beginAnew();
    m_view->reading().forget();
    m_view->published().hide();
}

/// An experiment was opened that has none.
void DataPage::forgetFile()
{
    m_table = {};
    m_shown = {};
    m_schema = {};
    m_wanted = nlohmann::json::object();
    m_simulated = nullptr;
    m_problem.clear();
    beginAnew();
    m_view->form().setRows(-1);
    hideChips();
    m_banner->clear();
    showSources(true);
}

void DataPage::hideChips()
{
    for (Chip* chip : {m_fileChip, m_rejectedChip, m_simulatedChip})
        chip->hide();
}

void DataPage::showSources(bool shown)
{
    if (shown || m_schema.columns.empty())
        m_views->setCurrentWidget(m_sources);
    else
        m_views->setCurrentWidget(m_view);
    updateButtons();
}

/// The task that a person has chosen is of that label alone.
void DataPage::editSchema(const Schema& schema)
{
    nlohmann::json wanted = {{"schema", toJson(schema)}};
    if (schema.labelColumns() == m_schema.labelColumns() && m_wanted.contains("task"))
        wanted["task"] = m_wanted["task"];
    m_schema = schema;
    summarize(std::move(wanted));
}

void DataPage::learnAs(const QString& task)
{
    Schema schema = m_schema;
    schema.classesKnown = false;
    schema.task = TaskKind::Binary; // as long as it is not known
    summarize({{"schema", toJson(schema)}, {"task", task.toStdString()}});
}

void DataPage::summarize(nlohmann::json wanted)
{
    if (!wanted.contains("schema"))
        wanted["schema"] = "auto";
    m_wanted = wanted;
    if (m_summarizing && m_summarizing->isLive())
        m_summarizing->stop();
    nlohmann::json section = std::move(wanted);
    m_table.putInto(section);
    if (!section["schema"].is_object()) // an edited one holds how the text is split
        section.update(m_view->reading().chosen());
    if (const auto job = session().start("summarize", section); !job)
        showUnreadable(section, job.error());
}

void DataPage::publish()
{
    nlohmann::json section = m_view->form().section();
    section.erase("existing"); // an experiment file's word: here a person is asked
    m_table.putInto(section);
    section["schema"] = toJson(m_schema);
    section["resume"] = m_view->form().resumes();
    const auto job = session().start("publish", section);
    if (!job)
        showError(job.error());
}

/// What of the file is read, and how.
nlohmann::json DataPage::dataSection() const
{
    const bool asFound = m_view->reading().chosen().empty() || m_schema.columns.empty();
    nlohmann::json section = asFound ? m_wanted : nlohmann::json{{"schema", toJson(m_schema)}};
    m_table.putInto(section);
    section["rows"] = m_view->form().rows();
    return section;
}

void DataPage::learnFromIt()
{
    shell().prefill({{"learn", dataSection()}});
    shell().showPage(QStringLiteral("learn"));
}

void DataPage::lookForUnfinished()
{
    session().call(
        this,
        [home = session().home(), topic = m_view->form().trainTopic().toStdString(),
         file = m_table.first.toStdString()] { return isHalfPublished(home, topic, file); },
        [this](bool unfinished) { m_view->form().offerResume(unfinished); });
}

void DataPage::onJobStarted(Job* job)
{
    if (job->kind() == QLatin1String("summarize")) {
        m_summarizing = job;
        m_banner->clear();
    } else if (job->kind() == QLatin1String("publish")) {
        m_banner->clear();
        m_view->published().hide();
        m_view->form().load(job->section());
        m_view->form().setRows(jsonCount(job->section(), "rows", -1));
    } else if (job->kind() == QLatin1String("download")) {
        m_banner->clear();
    } else if (job->kind() != QLatin1String("simulate")) {
        return;
    }
    m_strip->follow(job);
    updateButtons();
}

void DataPage::onJobFinished(Job* job)
{
    const QString kind = job->kind();
    const bool ours = kind == QLatin1String("publish") || kind == QLatin1String("simulate") ||
                      kind == QLatin1String("download") || (kind == QLatin1String("summarize") && job == m_summarizing);
    if (!ours)
        return;
    updateButtons();
    if (kind == QLatin1String("publish"))
        lookForUnfinished();
    if (job->state() != Job::State::Done) {
        if (kind == QLatin1String("publish") && job->state() == Job::State::Cancelled && job->result().is_object())
            m_view->published().showResult(m_schema, job->result());
        if (kind == QLatin1String("summarize") && job->state() == Job::State::Failed)
            return showUnreadable(job->section(), job->error());
        if (kind == QLatin1String("summarize") && !m_shown.isEmpty())
            m_table = m_shown; // the file that stays in sight
        return job->error().answers.empty() ? showError(job->error()) : showRefusal(job);
    }
    onJobDone(*job);
}

void DataPage::onJobDone(Job& job)
{
    const QString kind = job.kind(), file = jsonText(job.result(), "file");
    if (kind == QLatin1String("summarize"))
        prepareSummary(job);
    else if (kind == QLatin1String("publish"))
        m_view->published().showResult(m_schema, job.result());
    else if (kind == QLatin1String("simulate") && !file.isEmpty())
        m_simulated = {{"file", file.toStdString()}, {"section", job.section()}};
}

/// The topic holds records: nothing was sent, and a person says what is to become of them.
void DataPage::showRefusal(Job* refused)
{
    m_banner->ask(refused,
                  tr("%1. Append adds this file's rows to them; Replace deletes all that the topics hold, for "
                     "good, and publishes anew.")
                      .arg(QString::fromStdString(refused->error().message)),
                  false, tr("Cancel"));
}

void DataPage::showError(const Error& failure)
{
    const Error error = withFieldNames(failure);
    const bool cancelled = error.code == ErrorCode::Cancelled;
    m_banner->tell(cancelled && error.advice.empty() ? tr("Cancelled.") : errorText(error), !cancelled, tr("Dismiss"),
                   [this] { m_banner->clear(); });
}

/// There may be many thousand columns. The session joins its calls before its jobs go.
void DataPage::prepareSummary(Job& job)
{
    session().call(
        this,
        [&section = job.section(), &result = job.result()]() -> Result<Found> {
            auto schema = schemaFromJson(jsonChild(result, "schema"));
            if (!schema)
                return fail(schema.error());
            Found found{wantedIn(section), false, {}};
            found.isProposal = isProposal(found.wanted);
            found.content = FileView::contentOf(std::move(*schema), result, found.isProposal);
            return found;
        },
        [this, done = &job](Result<Found> found) {
            if (done != m_summarizing) // another way to read it is under way
                return;
            if (!found)
                return showError(found.error());
            showSummary(*done, std::move(*found));
        });
}

void DataPage::showSummary(const Job& job, Found found)
{
    const nlohmann::json &section = job.section(), &result = job.result();
    m_schema = found.content.schema;
    const TableChoice table = TableChoice::in(section);
    if (table != m_table)
        m_view->reading().forget();
    m_table = m_shown = table;
    m_problem = jsonText(jsonChild(result, "problem"), "message");
    m_wanted = std::move(found.wanted);
    m_view->showSummary(section, result, std::move(found.content), found.isProposal);
    lookForUnfinished();
    showFile(result);
    showProblems(result);
    m_views->setCurrentWidget(m_view);
    updateButtons();
}

/// Beside the title.
void DataPage::showFile(const nlohmann::json& result)
{
    m_fileChip->setText(tr("%1 · %2 rows · %3 columns")
                            .arg(m_table.title(), countText(jsonCount(result, "rows")),
                                 countText(static_cast<qint64>(m_schema.columns.size()))));
    m_fileChip->setToolTip(m_table.paths());
    m_fileChip->show();
    m_simulatedChip->setVisible(jsonFlag(result, "simulated"));
    const qint64 rejected = jsonCount(result, "rejected");
    m_rejectedChip->setText(tr("%1 rejected").arg(countText(rejected)));
    m_rejectedChip->setTone(rejected > 0 ? Chip::Tone::Warning : Chip::Tone::Neutral);
    if (rejected > 0)
        m_rejectedChip->setToolTip(jsonTexts(jsonChild(result, "first_problems")).join('\n'));
    m_rejectedChip->show();
}

/// Of a file that cannot be read in this way how it is read can be chosen. Its columns, read in another way before,
/// stay in sight, and say what is wrong with their roles; those of another file do not.
void DataPage::showUnreadable(const nlohmann::json& section, const Error& error)
{
    m_problem = QString::fromStdString(error.message);
    const TableChoice table = TableChoice::in(section);
    if (table == m_shown && jsonChild(section, "schema").is_object() && !jsonChild(section, "schema").empty()) {
        m_view->showTrouble(errorText(withFieldNames(error)));
        return updateButtons();
    }
    if (table != m_shown) {
        m_table = table;
        m_shown = {};
        m_schema = {};
        hideChips();
        m_view->reading().showUnread(section);
        m_sources->putOnTop(&m_view->reading());
        m_view->reading().setVisible(QFileInfo(table.first).isFile() && QFileInfo(table.first).size() > 0);
        m_views->setCurrentWidget(m_sources);
    }
    const QString why = errorText(withFieldNames(error)), name = table.title();
    m_banner->offer(why.contains(name) ? why : tr("%1: %2").arg(name, why), true,
                    {{tr("Open another…"), [this] { chooseFile(); }}, {tr("Dismiss"), [this] { m_banner->clear(); }}});
    updateButtons();
}

void DataPage::showProblems(const nlohmann::json& result)
{
    QStringList lines;
    if (!m_problem.isEmpty() && m_schema.labelColumn() >= 0)
        return; // it stands at the label
    if (!m_problem.isEmpty())
        lines << tr("%1. Click the role of the column that is to be learnt.").arg(m_problem);
    else if (jsonCount(result, "rejected") > 0)
        lines = rejectedLines(result, "row")
                << tr("Publishing skips them and keeps them aside in a file, or stops, as chosen under On error.");
    if (!lines.isEmpty())
        m_banner->tell(lines.join('\n'), !m_problem.isEmpty(), tr("Dismiss"), [this] { m_banner->clear(); });
}

void DataPage::updateButtons()
{
    const bool loaded = m_views->currentWidget() == m_view;
    const bool isRead = m_table == m_shown; // else what is in sight is of the file before
    const bool labelled = m_schema.labelColumn() >= 0 && m_problem.isEmpty();
    const Job* publishing = session().latest(QStringLiteral("publish"));
    m_get->setText(loaded ? tr("Download %1…").arg(QString::fromStdString(example().title))
                          : tr("Back to %1").arg(m_table.title()));
    m_get->setVisible(!m_schema.columns.empty());
    m_open->setVisible(loaded);
    m_publish->setVisible(loaded);
    m_learn->setVisible(loaded);
    m_learn->setEnabled(isRead);
    m_publish->setEnabled(isRead && labelled && session().hasBroker() && !(publishing && publishing->isLive()));
    m_publish->setToolTip(!session().hasBroker() ? tr("Start the cluster first, on the Cluster page")
                          : !isRead              ? tr("The file is being read")
                          : !m_problem.isEmpty() ? m_problem
                          : !labelled            ? tr("Choose the label column first")
                                      : tr("Send the rows to their topics; topics that do not exist are created"));
}

void DataPage::tick()
{
    m_strip->refresh();
}

void DataPage::restyle()
{
    m_view->restyle();
}

void DataPage::saveTo(nlohmann::json& sections) const
{
    if (m_table.isEmpty())
        return;
    sections["data"] = dataSection();
    sections["publish"] = m_view->form().section();
    if (jsonText(m_simulated, "file") == m_table.first)
        sections["simulate"] = m_simulated["section"];
}

void DataPage::loadFrom(const nlohmann::json& sections, Fill fill)
{
    if (fill == Fill::Whole && sections.contains("data") && sections["data"].empty())
        return forgetFile();
    if (sections.contains("download"))
        showSources(true);
    const nlohmann::json& section = jsonChild(sections, "data");
    const TableChoice table = TableChoice::in(section);
    if (QFileInfo(table.first).isFile()) {
        if (table != m_table)
            beginAnew();
        m_table = table;
        if (sections.contains("simulate"))
            m_simulated = {{"file", table.first.toStdString()}, {"section", sections["simulate"]}};
        summarize(wantedIn(section));
    }
    if (!jsonChild(sections, "publish").empty())
        m_view->form().load(sections["publish"]);
    if (section.contains("rows"))
        m_view->form().setRows(jsonCount(section, "rows", -1));
    m_view->form().loadTopics(jsonChild(sections, "topics"));
}

void DataPage::dragEnterEvent(QDragEnterEvent* event)
{
    if (!droppedFiles(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void DataPage::dropEvent(QDropEvent* event)
{
    const QStringList files = droppedFiles(event->mimeData());
    if (files.isEmpty())
        return;
    event->acceptProposedAction();
    shell().openFiles(files); // an experiment is not for this page
}

} // namespace millrace
