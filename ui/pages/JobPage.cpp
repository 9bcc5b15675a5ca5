// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/JobPage.h"

#include "base/Text.h"
#include "models/Values.h"
#include "pages/Choices.h"
#include "pages/RejectedBanner.h"

#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

namespace millrace
{

namespace
{

constexpr auto kRun = "run", kGroup = "group";
constexpr int kFormWidth = 268;

std::vector<std::string> offeredKeys(std::vector<std::string> topics)
{
    topics.emplace_back(kRun);
    return topics;
}

} // namespace

JobPage::JobPage(const QString& kind, const QString& title, std::vector<std::string> topics, Session& session,
                 Shell& shell)
    : Page(kind, title, session, shell), m_kind(kind), m_topics(std::move(topics)),
      m_form(new SectionForm(*findSection(kind.toStdString()), offeredKeys(m_topics), body())), m_runChip(new Chip),
      m_banner(new Banner(body())), m_rejectedBanner(new RejectedBanner(shell))
{
    m_form->setFixedWidth(kFormWidth);
    connect(m_form, &SectionForm::submitted, this, &JobPage::start);
    connect(m_form, &SectionForm::entered, this,
            [this](const QString& /*key*/, const QString& written) { isLive() ? applyMaxRate(written) : start(); });
    m_banner->setObjectName(kind + "Banner");
    connect(m_banner, &Banner::actionTriggered, this, [this] {
        if (m_offersGroup)
            startAsNewGroup();
        else
            Page::shell().showPage("cluster");
    });
    addChip(m_runChip);
    connect(&session, &Session::jobStarted, this, [this](Job* started) {
        if (started->kind() == m_kind)
            follow(started);
    });
}

void JobPage::addHeadButtons(const QString& startText, const QString& stopTip)
{
    m_pause = plainButton("❚❚ " + tr("Pause"), m_kind + "PauseButton");
    m_stop = plainButton("■ " + tr("Stop"), m_kind + "StopButton");
    m_stop->setToolTip(stopTip);
    m_start = primaryButton(startText, m_kind + "StartButton");
    for (QPushButton* button : {m_pause, m_stop, m_start})
        addHeadButton(button);
    connect(m_start, &QPushButton::clicked, this, &JobPage::start);
    connect(m_stop, &QPushButton::clicked, this, [this] {
        if (m_job)
            m_job->stop();
    });
    connect(m_pause, &QPushButton::clicked, this, [this] {
        if (m_job)
            m_job->setPaused(m_job->state() != Job::State::Paused);
    });
}

void JobPage::addBanners(QVBoxLayout* down)
{
    down->addWidget(m_banner);
    down->addWidget(m_rejectedBanner);
}

void JobPage::followNewest()
{
    if (Job* newest = session().latest(m_kind))
        follow(newest);
    showState();
    showEnd();
}

bool JobPage::isLive() const
{
    return m_job && m_job->isLive();
}

nlohmann::json JobPage::result() const
{
    return m_job && !m_job->isLive() ? m_job->result() : nlohmann::json();
}

void JobPage::saveTo(nlohmann::json& sections) const
{
    nlohmann::json section = m_form->section();
    if (!std::ranges::all_of(m_topics, [&](const std::string& key) { return section.contains(key); }))
        return;
    // An experiment works with the run that it has just trained.
    section.erase(kRun);
    sections[m_kind.toStdString()] = section;
}

void JobPage::loadFrom(const nlohmann::json& sections, Fill fill)
{
    const std::string kind = m_kind.toStdString();
    if (sections.contains(kind))
        m_form->load(sections[kind], fill);
}

void JobPage::start()
{
    if (isLive())
        return;
    if (const auto started = session().start(m_kind.toStdString(), m_form->section()); !started)
        showRefusal(started.error());
}

/// What is no number stays where it is written, and is refused when a job is started with it.
void JobPage::applyMaxRate(const QString& written)
{
    const auto rate = parseNumber(written.toStdString());
    if (rate || written.isEmpty())
        changeMaxRate(m_job, rate.value_or(0));
}

void JobPage::showRefusal(const Error& error)
{
    m_offersGroup = false;
    m_banner->showMessage(errorText(error), true, error.code == ErrorCode::Unreachable ? tr("To Cluster") : QString());
}

void JobPage::startAsNewGroup()
{
    m_form->setText(kGroup, nextGroup(m_form->text(kGroup), m_kind));
    start();
}

void JobPage::follow(Job* job)
{
    if (m_job)
        m_job->disconnect(this);
    m_job = job;
    m_banner->clear();
    m_rejectedBanner->clear();
    m_form->load(job->section(), Fill::Whole); // whoever started it: form and result are of one job
    forget();
    connect(job, &Job::stateChanged, this, &JobPage::showState);
    connect(job, &Job::finished, this, &JobPage::showEnd);
    showState();
    if (!job->isLive())
        showEnd();
}

void JobPage::showState()
{
    const bool live = isLive(), stopping = live && m_job->state() == Job::State::Stopping;
    m_start->setVisible(!live);
    m_stop->setVisible(live);
    m_pause->setVisible(live);
    m_stop->setEnabled(!stopping);
    m_pause->setEnabled(!stopping);
    m_pause->setText(live && m_job->state() == Job::State::Paused ? "▶ " + tr("Go on") : "❚❚ " + tr("Pause"));
    m_form->setEditable(!live);
    const QString run = m_job ? jsonText(m_job->section(), kRun, jsonText(m_job->section(), "model")) : QString();
    m_runChip->setText(run);
    m_runChip->setVisible(!run.isEmpty());
    if (m_job && m_job->state() == Job::State::Failed)
        showRefusal(m_job->error());
    tick();
}

void JobPage::showEnd()
{
    const nlohmann::json ended = result();
    m_rejectedBanner->showResult(ended);
    if (jsonFlag(ended, "nothing_new") && jsonText(ended, "nothing_because").isEmpty()) {
        const QString group = jsonText(ended, kGroup, jsonText(m_job->section(), kGroup));
        m_offersGroup = true;
        m_banner->showMessage(tr("There was nothing to read: the group %1 has read all records of %2 already. A group "
                                 "reads each record once; a new group reads all again.")
                                  .arg(group, jsonText(m_job->section(), "topic")),
                              false, tr("Use a new group"));
        m_form->setText(kGroup, group);
    } else if (const QString text = readingText(ended); !text.isEmpty()) {
        m_offersGroup = false;
        m_banner->showMessage(text, false);
    }
    showResult();
    tick();
}

void JobPage::entered()
{
    const RunCatalog catalog = session().runs();
    session().call(
        this, [catalog] { return runsWithModel(catalog); },
        [this](const QStringList& runs) {
            m_form->offer(kRun, runs);
            if (needsRun())
                m_form->setText(kRun, runs.value(0));
            runsOffered();
        });
    if (session().hasBroker())
        session().call(
            this, [&s = session()] { return userTopics(s.admin()); },
            [this](const QStringList& topics) {
                for (const std::string& key : m_topics)
                    m_form->offer(key, topics);
            });
}

} // namespace millrace
