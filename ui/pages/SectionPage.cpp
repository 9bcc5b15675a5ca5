// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/SectionPage.h"

#include "base/Text.h"
#include "models/Values.h"
#include "pages/AskingBanner.h"
#include "pages/Choices.h"
#include "shell/UiSettings.h"
#include "widgets/DropZone.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QStyle>
#include <algorithm>

namespace millrace
{

namespace
{

constexpr auto kRun = "run", kGroup = "group", kData = "data";
constexpr int kFormWidth = 268;

std::vector<std::string> offeredKeys(std::vector<std::string> topics)
{
    topics.emplace_back(kRun);
    return topics;
}

} // namespace

SectionPage::SectionPage(const QString& kind, const QString& title, std::vector<std::string> topics, Session& session,
                         Shell& shell)
    : JobPage(kind, title, session, shell), m_topics(std::move(topics)),
      m_form(new SectionForm(*findSection(kind.toStdString()), offeredKeys(m_topics), body())), m_runChip(new Chip)
{
    m_form->setFixedWidth(kFormWidth);
    connect(m_form, &SectionForm::submitted, this, &SectionPage::start);
    connect(m_form, &SectionForm::changed, this, &SectionPage::onFormChanged);
    connect(m_form, &SectionForm::entered, this,
            [this](const QString& /*key*/, const QString& written) { isLive() ? applyMaxRate(written) : start(); });
    addChip(m_runChip);
    if (auto* field = m_form->findChild<QLineEdit*>(kind + QStringLiteral("DataField"))) {
        QAction* choose = field->addAction(style()->standardIcon(QStyle::SP_DirOpenIcon), QLineEdit::TrailingPosition);
        choose->setToolTip(tr("Choose a file; one can also be dropped on the page"));
        connect(choose, &QAction::triggered, this, &SectionPage::chooseData);
        setAcceptDrops(true);
    }
    connect(&session, &Session::jobStarted, this, [this](Job* started) {
        if (started->kind() == key())
            follow(started);
    });
}

void SectionPage::followNewest()
{
    if (Job* newest = session().latest(key()))
        follow(newest);
    else
        showState();
}

void SectionPage::saveTo(nlohmann::json& sections) const
{
    nlohmann::json section = m_form->section();
    if (!std::ranges::all_of(m_topics, [&](const std::string& topic) { return section.contains(topic); }))
        return;
    // An experiment works with the run that it has just trained.
    section.erase(kRun);
    sections[key().toStdString()] = section;
}

void SectionPage::loadFrom(const nlohmann::json& sections, Fill fill)
{
    const std::string kind = key().toStdString();
    if (!sections.contains(kind))
        return;
    if (isLive()) {
        if (sections[kind].contains(kRun)) // that a person has chosen; a topic is only offered
            shell().say(tr("%1: what runs has to end first; then choose the run again.").arg(title()), true);
        return;
    }
    if (fill == Fill::Given && sections[kind].contains(kRun))
        leaveJob();
    {
        const QScopedValueRollback filling(m_isFilling, true);
        m_form->load(sections[kind], fill);
    }
    leaveJob();
    runChosen();
}

/// Its group is not that of another run: what it has read of one topic says nothing of the next.
void SectionPage::leaveJob()
{
    if (!job())
        return showRun();
    if (m_form->text(kGroup) == jsonText(job()->section(), kGroup))
        fill(kGroup, m_form->first(kGroup));
    follow(nullptr);
}

void SectionPage::fill(const std::string& key, const QString& text)
{
    const QScopedValueRollback filling(m_isFilling, true);
    m_form->setText(key, text);
}

/// A result that another run's stands beside is not its own.
void SectionPage::onFormChanged(const QString& changed)
{
    if (m_isFilling || changed != QLatin1String(kRun) || isLive())
        return;
    leaveJob();
    runChosen();
}

void SectionPage::start()
{
    if (!isLive())
        startJob(key().toStdString(), m_form->section());
}

/// What is no number stays where it is written, and is refused when a job is started with it.
void SectionPage::applyMaxRate(const QString& written)
{
    const auto rate = parseNumber(written.toStdString());
    if (rate || written.isEmpty())
        changeMaxRate(job(), rate.value_or(0));
}

void SectionPage::startAsNewGroup()
{
    fill(kGroup, nextGroup(m_form->text(kGroup), key()));
    start();
}

void SectionPage::chooseData()
{
    const QString file = QFileDialog::getOpenFileName(this, tr("Open a table"), UiSettings().folder(),
                                                      tableFilter() + QStringLiteral(";;") + tr("All files (*)"));
    if (file.isEmpty())
        return;
    UiSettings().setFolder(QFileInfo(file).absolutePath());
    takeData(file);
}

/// Predictions are proposed to go beside the file.
void SectionPage::takeData(const QString& file)
{
    m_form->setText(kData, file);
    const QFileInfo info(file);
    if (m_form->findChild<QLineEdit*>(key() + QStringLiteral("OutField")))
        m_form->setText("out", info.absolutePath() + '/' + info.baseName() + QStringLiteral("-predicted.csv"));
}

void SectionPage::dragEnterEvent(QDragEnterEvent* event)
{
    if (!droppedFiles(event->mimeData()).isEmpty() && !isLive())
        event->acceptProposedAction();
}

void SectionPage::dropEvent(QDropEvent* event)
{
    const QStringList files = droppedFiles(event->mimeData());
    if (files.isEmpty())
        return;
    event->acceptProposedAction();
    if (files.size() > 1)
        shell().say(tr("Drop one file at a time here: each is answered with a file of its own."), true);
    else if (files.front().endsWith(QStringLiteral(".millrace"))) // an experiment is not for this page
        shell().openFiles(files);
    else
        takeData(files.front());
}

void SectionPage::followed()
{
    const QScopedValueRollback filling(m_isFilling, true);
    if (job())
        m_form->load(job()->section(), Fill::Whole); // whoever started it: form and result are of one job
    forget();
}

/// Beside the title: whose numbers stand below, or would.
void SectionPage::showRun()
{
    const QString run =
        job() ? jsonText(job()->section(), kRun, jsonText(job()->section(), "model")) : m_form->text(kRun);
    m_runChip->setText(run);
    m_runChip->setVisible(!run.isEmpty());
}

void SectionPage::showState()
{
    JobPage::showState();
    m_form->setEditable(!isLive());
    showRun();
    if (!isLive())
        showResult();
    tick();
}

void SectionPage::showOutcome()
{
    const nlohmann::json ended = result();
    const bool isNothingNew = jsonFlag(ended, "nothing_new") && jsonText(ended, "nothing_because").isEmpty();
    if (!isNothingNew && !jsonText(ended, "no_better_than_chance").isEmpty())
        return banner().tell(readingText(ended), false, tr("To Train"), [this] { shell().showPage("train"); });
    if (!isNothingNew)
        return JobPage::showOutcome();
    const QString group = jsonText(ended, kGroup, jsonText(job()->section(), kGroup));
    banner().tell(tr("There was nothing to read: the group %1 has read all records of %2 already. A group "
                     "reads each record once; a new group reads all again.")
                      .arg(group, jsonText(job()->section(), "topic")),
                  false, tr("Use a new group"), [this] { startAsNewGroup(); });
    fill(kGroup, group);
}

void SectionPage::entered()
{
    askForChoices();
}

void SectionPage::offerRuns(const QStringList& runs)
{
    m_form->offer(kRun, runs);
    runsOffered(runs);
    showRun();
}

void SectionPage::offerTopics(const QStringList& topics)
{
    for (const std::string& topic : m_topics)
        m_form->offer(topic, topics);
}

} // namespace millrace
