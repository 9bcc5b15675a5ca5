// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/JobPage.h"

namespace millrace
{

/// A page that starts jobs of one kind by the form of their section, and follows the newest of them: form, result and
/// the run beside the title are of one job. Another run in the form is another job's, which is to come: what the last
/// one told goes. Its section is part of an experiment.
class SectionPage : public JobPage
{
    Q_OBJECT
public:
    void saveTo(nlohmann::json& sections) const override;
    void loadFrom(const nlohmann::json& sections, Fill fill) override;
    void entered() override;

protected:
    /// A file is taken where the section can work on one.
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

    /// kind: of the job, of its section and the page's key. topics: keys that are topics; without them nothing is
    /// saved.
    SectionPage(const QString& kind, const QString& title, std::vector<std::string> topics, Session& session,
                Shell& shell);
    /// At the end of the constructor: the newest job is followed.
    void followNewest();

    [[nodiscard]] SectionForm& form() const { return *m_form; }
    virtual void forget() {}                                 ///< another job is followed
    virtual void showResult() {}                             ///< it has ended
    virtual void runsOffered(const QStringList& /*runs*/) {} ///< the form's run may be another
    virtual void runChosen() {}                              ///< another one, by a person or another page
    /// What stands in a form that a person did not fill.
    void fill(const std::string& key, const QString& text);
    void showRun();
    /// What is scored or predicted with has to be chosen still.
    [[nodiscard]] virtual bool needsRun() const { return form().text("run").isEmpty(); }

private:
    void start() override;
    void startAsNewGroup();
    void chooseData();
    void takeData(const QString& file);
    void applyMaxRate(const QString& written);
    void onFormChanged(const QString& key);
    void leaveJob();
    void followed() override;
    void showState() override;
    void showOutcome() override;
    void offerRuns(const QStringList& runs) override;
    void offerTopics(const QStringList& topics) override;

    std::vector<std::string> m_topics;
    SectionForm* m_form;
    Chip* m_runChip;
    bool m_isFilling = false; ///< the form, by us: nobody chooses
};

} // namespace millrace
