// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/StepList.h"

#include "shell/Page.h"
#include "widgets/StepRow.h"

#include <QVBoxLayout>

namespace millrace
{

namespace
{

StepRow::State rowState(ExperimentRun::StepState state)
{
    switch (state) {
    case ExperimentRun::StepState::Running:
        return StepRow::State::Running;
    case ExperimentRun::StepState::Done:
        return StepRow::State::Done;
    case ExperimentRun::StepState::Failed:
        return StepRow::State::Failed;
    case ExperimentRun::StepState::Waiting:
        break;
    }
    return StepRow::State::Waiting;
}

} // namespace

QString progressText(const Job* job)
{
    return job == nullptr ? QString() : QString::fromStdString(job->progress().text);
}

StepList::StepList(Shell& shell, bool isNarrow, QWidget* parent)
    : QWidget(parent), m_shell(shell), m_isNarrow(isNarrow), m_layout(new QVBoxLayout(this))
{
    m_layout->setSpacing(0);
    m_layout->setContentsMargins(0, 4, 0, 4);
}

void StepList::showPlan(Session& session, const Experiment& experiment)
{
    m_run.clear();
    const ExperimentRun plan(session, experiment); // never started: only asked for its steps
    makeRows(plan.steps());
}

void StepList::makeRows(const std::vector<ExperimentRun::Step>& steps)
{
    qDeleteAll(m_rows);
    m_rows.clear();
    for (const ExperimentRun::Step& step : steps) {
        auto* row = new StepRow(static_cast<int>(m_rows.size()) + 1, step.title, m_shell.pageTitle(step.page), nullptr,
                                m_isNarrow ? StepRow::Shape::Narrow : StepRow::Shape::Wide);
        row->setToolTip(QString::fromStdString(step.key));
        connect(row, &StepRow::linkClicked, this, [this, page = step.page] { m_shell.showPage(page); });
        m_layout->addWidget(row);
        m_rows << row;
    }
}

void StepList::showRun(ExperimentRun* run, const QString& liveText)
{
    if (m_run != run) {
        m_run = run;
        makeRows(run->steps());
    }
    const auto& steps = run->steps();
    for (std::size_t i = 0; i < steps.size() && i < static_cast<std::size_t>(m_rows.size()); ++i) {
        const bool isLive = steps[i].state == ExperimentRun::StepState::Running && !liveText.isEmpty();
        m_rows[static_cast<qsizetype>(i)]->show(rowState(steps[i].state), isLive ? liveText : steps[i].text);
    }
}

} // namespace millrace
