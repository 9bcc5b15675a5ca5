// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/LearnerControl.h"

#include "base/Text.h"

#include <algorithm>

namespace millrace
{

LearnerControl::LearnerControl(const OnlineConfig& config, OnlinePlan& plan, JobContext& context,
                               std::function<Result<Checkpoint>()> checkpoint)
    : m_config(config), m_plan(plan), m_state(plan.state), m_context(context), m_learner(*plan.trained.learner),
      m_checkpoint(std::move(checkpoint))
{
}

Status LearnerControl::react(const std::vector<Drift>& drifts)
{
    for (const Drift& drift : drifts) {
        m_context.note(noteOf(drift));
        m_state.remember(toJson(drift));
        if (!drift.rose || m_config.drift.action == DriftAction::Annotate)
            continue;
        const std::string& action = driftActionNames().at(static_cast<std::size_t>(m_config.drift.action));
        m_state.drifts.back()["action"] = action;
        m_context.note(Note::Severity::Info, action, drift.record);
        if (auto done = act(drift); !done)
            return done;
    }
    return {};
}

Status LearnerControl::act(const Drift& drift)
{
    switch (m_config.drift.action) {
    case DriftAction::Annotate:
        break;
    case DriftAction::RaiseRate:
        m_learner.setLearningRate(m_state.baseRate * m_config.drift.factor);
        m_state.raisedUntil = drift.record + m_config.drift.hold;
        break;
    case DriftAction::ResetOptimizer:
        return resetLearner(false);
    case DriftAction::ResetModel:
        return resetLearner(true);
    case DriftAction::Snapshot: {
        const auto snapshot = m_checkpoint();
        if (!snapshot)
            return fail(snapshot.error());
        return m_plan.run.saveSnapshot("drift-" + std::to_string(drift.record), *snapshot);
    }
    }
    return {};
}

/// The step goes on counting: dropout masks and checkpoints are numbered by it.
Status LearnerControl::resetLearner(bool weightsToo)
{
    LearnerState state = m_learner.state();
    std::ranges::fill(state.firstMoments, 0.0F);
    std::ranges::fill(state.secondMoments, 0.0F);
    state.momentsFrom = state.step;
    if (weightsToo) {
        auto fresh = makeLearner(m_plan.trained.model, m_plan.trained.optimizer,
                                 m_config.seed + static_cast<std::uint64_t>(m_state.records));
        if (!fresh)
            return fail(fresh.error());
        state.weights = (*fresh)->state().weights;
    }
    return m_learner.restore(state);
}

void LearnerControl::lowerRate()
{
    if (m_state.raisedUntil < 0 || m_state.learnt() < m_state.raisedUntil)
        return;
    setRate(m_state.baseRate);
    m_context.note(Note::Severity::Info, "learning rate " + shortestDecimal(m_state.baseRate), m_state.learnt());
}

void LearnerControl::replayRates()
{
    for (; !m_plan.rates.empty() && m_plan.rates.front().step <= m_state.steps; m_plan.rates.pop_front())
        setRate(m_plan.rates.front().rate);
}

void LearnerControl::setRate(double rate)
{
    m_state.baseRate = rate;
    m_state.raisedUntil = -1;
    m_learner.setLearningRate(rate);
}

Status LearnerControl::changeRate(double rate)
{
    if (auto written = m_plan.run.journal({{"event", "learning-rate"}, {"step", m_state.steps}, {"value", rate}});
        !written)
        return written;
    setRate(rate);
    m_context.note(Note::Severity::Info, "learning rate " + shortestDecimal(rate), m_state.learnt());
    return {};
}

} // namespace millrace
