// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/online/ArrivalScorer.h"
#include "pipeline/online/CurveSum.h"
#include "pipeline/online/LearnerControl.h"
#include "pipeline/online/OnlineProgress.h"

#include <deque>
#include <future>

namespace millrace
{

/// The training thread's side of an online run: takes mini-datasets from the queue, has them scored, learns,
/// saves, and lets commit what is saved.
class OnlineLoop
{
public:
    OnlineLoop(const OnlineConfig& config, OnlinePlan& plan, DriftWatch watch, JobContext& context,
               OnlineIngest& ingest, Admin& admin);

    /// Goes on where the plan's state stands. Call once, before run().
    Status restore();
    /// Until the queue is closed, a stop is requested, or a reproduction has come to its last step; then a last
    /// checkpoint, unless there was an error or the ingest is lost.
    Status run();
    /// What was kept only until the last commit, which the ingest has made now.
    void removeOld();
    [[nodiscard]] OnlineResult result() const;

private:
    Status takeItems();
    Status take();
    Status journalClosing();
    Status scoreOrRepeat();
    Status learn();
    Status beforeStep();
    Status waitWhilePaused();
    Status endMiniDataset();
    void listRecent();
    Status tellIfDue();
    Status tellPoint();
    [[nodiscard]] MiniDatasetFit::Settings fitSettings() const;

    [[nodiscard]] bool reachedTheLastStep() const { return m_plan.lastStep >= 0 && m_state.steps >= m_plan.lastStep; }
    [[nodiscard]] bool isOver() const { return m_context.stopRequested() || reachedTheLastStep() || m_ingest.isLost(); }
    Status saveIfDue(bool betweenMiniDatasets);
    Status save();
    Status finishWriting();
    Result<Checkpoint> checkpoint();
    [[nodiscard]] double seconds() const;

    const OnlineConfig& m_config;
    OnlinePlan& m_plan;
    OnlineState& m_state;
    JobContext& m_context;
    OnlineIngest& m_ingest;
    Admin& m_admin;
    Learner& m_learner;
    ArrivalScorer m_scorer;
    LearnerControl m_control;
    OnlineProgress m_progress;
    MiniDataset m_dataset; ///< the one that was taken last
    MiniDatasetFit m_fit;  ///< of the one in hand
    CurveSum m_curve;      ///< what was learnt since the last point
    /// Of those that were learnt since the last checkpoint, the last ones.
    struct Learnt {
        std::int64_t index = 0;
        int pass = 1, records = 0;
        double loss = 0, score = 0, fitLoss = 0, seconds = 0;
    };
    std::deque<Learnt> m_recent;
    Clock::time_point m_began = Clock::now(), m_lastSave = m_began, m_now = m_began; ///< m_now: as last looked at
    Clock::time_point m_lagAsked, m_told, m_reported, m_taken = m_began;
    std::optional<Clock::time_point> m_firstTaken;
    Clock::time_point m_lastLearnt = m_began;
    std::int64_t m_learntBefore; ///< by earlier lives of the run
    std::int64_t m_lag = -1, m_savedSteps = -1, m_savedMiniDatasets = -1;
    std::future<Status> m_writing; ///< at most one; its destruction waits
};

} // namespace millrace
