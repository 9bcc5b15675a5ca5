// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/online/DriftWatch.h"
#include "pipeline/online/OnlinePlan.h"

#include <functional>

namespace millrace
{

/// What changes the learner of an online run besides its steps: the learning rate that somebody asks for, or the
/// journal has, and what is done when a detector says that the error rose. Of the training thread.
class LearnerControl
{
public:
    /// checkpoint: everything as it stands, for a snapshot.
    LearnerControl(const OnlineConfig& config, OnlinePlan& plan, JobContext& context,
                   std::function<Result<Checkpoint>()> checkpoint);

    /// Tells each drift and acts as configured.
    Status react(const std::vector<Drift>& drifts);
    /// Ends a raised rate when its time is over.
    void lowerRate();
    /// Sets what the journal has for the steps so far.
    void replayRates();
    /// From now on; journalled first.
    Status changeRate(double rate);

private:
    Status act(const Drift& drift);
    Status resetLearner(bool weightsToo);
    void setRate(double rate);

    const OnlineConfig& m_config;
    OnlinePlan& m_plan;
    OnlineState& m_state;
    JobContext& m_context;
    Learner& m_learner;
    std::function<Result<Checkpoint>()> m_checkpoint;
};

} // namespace millrace
