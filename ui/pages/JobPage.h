// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shell/Page.h"

#include <QPointer>

class QPushButton;
class QVBoxLayout;

namespace millrace
{

class AskingBanner;
class RejectedBanner;

/// A page about one job at a time, whoever started it: head buttons by its phase, what came of it, and the records that
/// it could not use. A derived page says which job is followed, and shows its numbers.
class JobPage : public Page
{
    Q_OBJECT
public:
    /// What the head buttons go by.
    enum class Phase { Idle, Starting, Running, Paused, Stopping };

protected:
    struct HeadTexts {
        QString start;
        QString stopTip = {}, pauseTip = {};
        QString pause = "❚❚ " + tr("Pause"), resume = "▶ " + tr("Go on");
        QString stop = "■ " + tr("Stop"), stopping = stop;
    };

    JobPage(const QString& key, const QString& title, Session& session, Shell& shell);
    void addHeadButtons(const HeadTexts& texts);
    void addBanners(QVBoxLayout* down);
    void follow(Job* job); ///< nullptr: none any more; the page is about one that is to come
    /// Refused at once, the banner tells why.
    void startJob(const std::string& kind, const nlohmann::json& section);
    void showRefusal(const Error& error);
    /// That a live job waits for its broker, as long as it does; at every tick.
    void tellBroker();
    /// Asks for the runs and topics that there are now: see offerRuns() and offerTopics().
    void askForChoices();

    [[nodiscard]] Job* job() const { return m_job; } ///< nullptr before the first
    [[nodiscard]] bool isLive() const;
    /// Of the followed job; null while it is under way, or where there is none.
    [[nodiscard]] nlohmann::json result() const;
    [[nodiscard]] AskingBanner& banner() const { return *m_banner; }
    [[nodiscard]] QPushButton& startButton() const { return *m_start; }
    [[nodiscard]] QPushButton& pauseButton() const { return *m_pause; }

    [[nodiscard]] virtual Phase phase() const; ///< the followed job's
    virtual void start() = 0;
    virtual void stop();
    virtual void setPaused(bool paused);
    virtual void followed() {}  ///< another job, or none, of which nothing is shown yet
    virtual void showState();   ///< whenever the followed job's state has changed
    virtual void showOutcome(); ///< in the banner: why it failed, what its numbers do not tell
    virtual void offerRuns(const QStringList& /*runs*/) {}
    virtual void offerTopics(const QStringList& /*topics*/) {}

private:
    void showButtons();

    QPointer<Job> m_job;
    HeadTexts m_texts;
    QPushButton *m_start = nullptr, *m_pause = nullptr, *m_stop = nullptr;
    AskingBanner* m_banner;
    RejectedBanner* m_rejectedBanner;
    bool m_tellsAway = false; ///< the banner, that no broker answers
};

} // namespace millrace
