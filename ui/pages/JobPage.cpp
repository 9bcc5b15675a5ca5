// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/JobPage.h"

#include "models/Values.h"
#include "pages/AskingBanner.h"
#include "pages/Choices.h"
#include "pages/RejectedBanner.h"
#include "widgets/NoDoubleClick.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace millrace
{

JobPage::JobPage(const QString& key, const QString& title, Session& session, Shell& shell)
    : Page(key, title, session, shell), m_banner(new AskingBanner(session, body())),
      m_rejectedBanner(new RejectedBanner(shell))
{
    m_banner->setObjectName(key + "Banner");
    connect(m_banner, &AskingBanner::failed, this, &JobPage::showRefusal);
}

void JobPage::addHeadButtons(const HeadTexts& texts)
{
    m_texts = texts;
    m_pause = plainButton(texts.pause, key() + "PauseButton");
    m_pause->setToolTip(texts.pauseTip);
    m_stop = plainButton(texts.stop, key() + "StopButton");
    m_stop->setToolTip(texts.stopTip);
    m_start = primaryButton(texts.start, key() + "StartButton");
    for (QPushButton* button : {m_pause, m_stop, m_start}) {
        addHeadButton(button);
        NoDoubleClick::on(button); // Stop comes where Start was
    }
    connect(m_start, &QPushButton::clicked, this, [this] { start(); });
    connect(m_stop, &QPushButton::clicked, this, [this] { stop(); });
    connect(m_pause, &QPushButton::clicked, this, [this] { setPaused(phase() != Phase::Paused); });
}

void JobPage::addBanners(QVBoxLayout* down)
{
    down->addWidget(m_banner);
    down->addWidget(m_rejectedBanner);
}

void JobPage::follow(Job* job)
{
    if (m_job)
        m_job->disconnect(this);
    m_job = job;
    m_tellsAway = false;
    m_banner->clear();
    m_rejectedBanner->clear();
    if (job)
        connect(job, &Job::stateChanged, this, [this] { showState(); });
    followed();
    showState();
}

void JobPage::startJob(const std::string& kind, const nlohmann::json& section)
{
    if (const auto started = session().start(kind, section); !started)
        showRefusal(started.error());
}

void JobPage::showRefusal(const Error& refused)
{
    const Error error = withFieldNames(refused);
    const bool unreachable = error.code == ErrorCode::Unreachable;
    m_banner->tell(errorText(error), true, unreachable ? tr("To Cluster") : QString(),
                   [this] { shell().showPage("cluster"); });
}

void JobPage::tellBroker()
{
    const bool isAway = isLive() && m_job->brokerAway();
    if (isAway == std::exchange(m_tellsAway, isAway))
        return;
    if (isAway)
        m_banner->tell(tr("No broker answers. The job waits, and goes on from where it is when one does."), false,
                       tr("To Cluster"), [this] { shell().showPage("cluster"); });
    else if (isLive()) // how it ended is told already
        m_banner->clear();
}

void JobPage::askForChoices()
{
    const RunCatalog catalog = session().runs();
    session().call(
        this, [catalog] { return runsWithModel(catalog); }, [this](const QStringList& runs) { offerRuns(runs); });
    if (session().hasBroker())
        session().call(
            this, [&s = session()] { return userTopics(s.admin()); },
            [this](const QStringList& topics) { offerTopics(topics); });
}

bool JobPage::isLive() const
{
    return m_job && m_job->isLive();
}

nlohmann::json JobPage::result() const
{
    return m_job && !m_job->isLive() ? m_job->result() : nlohmann::json();
}

JobPage::Phase JobPage::phase() const
{
    if (!isLive())
        return Phase::Idle;
    switch (m_job->state()) {
    case Job::State::Paused:
        return Phase::Paused;
    case Job::State::Stopping:
        return Phase::Stopping;
    default:
        return Phase::Running;
    }
}

void JobPage::stop()
{
    if (m_job)
        m_job->stop();
}

void JobPage::setPaused(bool paused)
{
    if (m_job)
        m_job->setPaused(paused);
}

void JobPage::showState()
{
    showButtons();
    if (!isLive() && std::exchange(m_tellsAway, false))
        m_banner->clear(); // it waits no longer
    m_rejectedBanner->showResult(phase() == Phase::Idle ? result() : nlohmann::json());
    showOutcome();
}

void JobPage::showButtons()
{
    const Phase now = phase();
    const bool idle = now == Phase::Idle, stopping = now == Phase::Stopping;
    m_start->setVisible(idle);
    m_stop->setVisible(!idle);
    m_stop->setEnabled(!stopping);
    m_stop->setText(stopping ? m_texts.stopping : m_texts.stop);
    m_pause->setVisible(!idle && now != Phase::Starting);
    m_pause->setEnabled(!stopping);
    m_pause->setText(now == Phase::Paused ? m_texts.resume : m_texts.pause);
}

void JobPage::showOutcome()
{
    if (!m_job || isLive())
        return;
    const bool isAsked = m_job->state() == Job::State::Failed && !m_job->error().answers.empty();
    if (isAsked) // a refusal that can be answered has the answers as buttons
        m_banner->ask(m_job, QString::fromStdString(m_job->error().message) + '.', true);
    else if (m_job->state() == Job::State::Failed)
        showRefusal(m_job->error());
    else if (const QString text = readingText(m_job->result()); !text.isEmpty())
        m_banner->tell(text, false);
}

} // namespace millrace
