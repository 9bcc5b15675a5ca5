// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/ExperimentRun.h"

#include <QPointer>
#include <QWidget>

class QVBoxLayout;

namespace millrace
{

class Shell;
class StepRow;

/// The steps of an experiment, ticking off as they are done, each with a link to its page.
class StepList : public QWidget
{
    Q_OBJECT
public:
    /// isNarrow: what a step says stands below its title.
    explicit StepList(Shell& shell, bool isNarrow = false, QWidget* parent = nullptr);

    /// What it would do.
    void showPlan(Session& session, const Experiment& experiment);
    /// What it does, or has done. liveText: of the step that runs, in place of its own; may be empty.
    void showRun(ExperimentRun* run, const QString& liveText);
    /// nullptr: a plan is shown.
    [[nodiscard]] ExperimentRun* run() const { return m_run; }

private:
    void makeRows(const std::vector<ExperimentRun::Step>& steps);

    Shell& m_shell;
    bool m_isNarrow;
    QPointer<ExperimentRun> m_run;
    QVBoxLayout* m_layout;
    QList<StepRow*> m_rows;
};

/// "epoch 3 of 10" and the like: what a job says of itself.
QString progressText(const Job* job);

} // namespace millrace
