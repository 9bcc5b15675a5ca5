// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"
#include "pages/TableChoice.h"
#include "session/Experiment.h"
#include "session/ExperimentRun.h"
#include "shell/Page.h"

class QStackedWidget;

namespace millrace
{

class AskingBanner;
class JobStrip;
class ProposalForm;
class SectionForm;
class StepList;

/// All that is done with a table to learn from it, proposed with its reasons, behind one button: an experiment, its
/// steps as they are done, and what came of it in a sentence. Reached from a file (Data, Start), so it has no entry of
/// its own in the rail.
class ProposalPage : public Page
{
    Q_OBJECT
public:
    ProposalPage(Session& session, Shell& shell);

    /// As it stands, with every default spelled out.
    [[nodiscard]] Experiment experiment() const;
    void writeTo(const QString& path); ///< the experiment's file

    /// Section "learn": {file, and what else of the section "data" is said}.
    void loadFrom(const nlohmann::json& sections, Fill fill) override;
    void tick() override;

private:
    void makeHead();
    QWidget* makeSteps();
    QWidget* makeEditor(const QString& title, SectionForm& form, const char* doneName);
    void connectForms();
    /// Looks at the file, with label, task and roles as wanted.
    [[nodiscard]] nlohmann::json wantedSplit() const;
    void propose();
    void onProposed(const Job& job);
    void showProposal(); ///< again, after something was changed that needs no look at the file
    void changeRole(int column, const QString& role);
    void addLabel(int column);
    void proposeEdited();
    void save();
    void learn(const nlohmann::json& publishAnswer = nlohmann::json::object());
    void onLearnt(const ExperimentRun& run);
    void showFailure(const ExperimentRun& run);
    void tellError(const Error& error);
    [[nodiscard]] bool isLive() const { return m_run && m_run->isLive(); }
    void updateButtons();

    TableChoice m_table;
    nlohmann::json m_proposedSplit;                     ///< with which the columns were proposed
    nlohmann::json m_wanted = nlohmann::json::object(); ///< what is said of the file, as in the section "data"
    nlohmann::json m_found;                             ///< the result of the job "propose"; null before it
    Schema m_schema;
    bool m_isPossible = false; ///< the proposal can be run as it stands
    QPointer<Job> m_job;
    QPointer<ExperimentRun> m_run;

    Chip* m_fileChip;
    QPushButton *m_save, *m_stop, *m_learn, *m_predict;
    AskingBanner* m_banner;
    JobStrip* m_strip;
    ProposalForm* m_form;
    SectionForm *m_publish, *m_train;
    QStackedWidget* m_right;
    QWidget *m_stepsView = nullptr, *m_publishView = nullptr, *m_trainView = nullptr;
    StepList* m_steps;
    QLabel* m_stepsTitle;
    QLabel* m_sentence;
};

} // namespace millrace
