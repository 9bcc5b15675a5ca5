// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shell/Page.h"

#include <QPointer>

class QPushButton;
class QVBoxLayout;

namespace millrace
{

class Banner;
class Chip;
class RejectedBanner;
/// A page that starts jobs of one kind by the form of their section, and follows the newest of them, whoever started
/// it: head buttons, state, what went wrong, and which run it is about.
class JobPage : public Page
{
    Q_OBJECT
public:
    void saveTo(nlohmann::json& sections) const override;
    void loadFrom(const nlohmann::json& sections, Fill fill) override;
    void entered() override;

protected:
    /// kind: of the job, of its section and the page's key. target: keys that are topics; without them nothing is
    /// saved.
    JobPage(const QString& kind, const QString& title, std::vector<std::string> topics, Session& session, Shell& shell);
    void addHeadButtons(const QString& startText, const QString& stopTip);
    /// What the job could not use, and why it read nothing or failed.
    void addBanners(QVBoxLayout* down);
    /// At the end of the constructor: the newest job is followed.
    void followNewest();

    [[nodiscard]] Job* job() const { return m_job; }
    [[nodiscard]] bool isLive() const;
    [[nodiscard]] SectionForm& form() const { return *m_form; }
    /// Of the followed job; null while it is under way, or where there is none.
    [[nodiscard]] nlohmann::json result() const;
    virtual void forget() {}      ///< another job is followed
    virtual void showResult() {}  ///< it has ended
    virtual void runsOffered() {} ///< the form's run may be another
    /// What is scored or predicted with has to be chosen still.
    [[nodiscard]] virtual bool needsRun() const { return form().text("run").isEmpty(); }

private:
    void start();
    void startAsNewGroup();
    void applyMaxRate(const QString& written);
    void follow(Job* job);
    void showState();
    void showEnd();
    void showRefusal(const Error& error);

    QString m_kind;
    std::vector<std::string> m_topics;
    SectionForm* m_form;
    QPointer<Job> m_job;
    QPushButton *m_start = nullptr, *m_pause = nullptr, *m_stop = nullptr;
    Chip* m_runChip;
    Banner* m_banner;
    RejectedBanner* m_rejectedBanner;
    bool m_offersGroup = false; ///< the banner's button makes a new group, else it opens the cluster's page
};

} // namespace millrace
