// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/Prequential.h"
#include "pipeline/online/OnlinePlan.h"
#include "pipeline/online/ScoreLog.h"

#include <future>

namespace millrace
{

/// The training thread's side of an online run: takes mini-datasets from the queue, scores, learns, saves, and lets
/// commit what is saved.
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
    [[nodiscard]] nlohmann::json result() const;

private:
    Status takeItems();
    Status take(MiniDataset& dataset);
    Status journalClosing(const MiniDataset& dataset);
    Status score(MiniDataset& dataset);
    void repeat(MiniDataset& dataset);
    Status predict(const MiniDataset& dataset, std::vector<float>& outputs);
    Batch joinLabels(MiniDataset& dataset, std::vector<float>& outputs);
    Status addScores(const MiniDataset& dataset, const std::vector<float>& outputs);
    void watchArrivals(const Batch& rows);
    Status react(const std::vector<Drift>& drifts);
    void remember(const Drift& drift);
    Result<std::int64_t> flushScores();
    void forgetOldMarks();
    Status act(const Drift& drift);
    Status resetLearner(bool weightsToo);
    void lowerRate();
    Status learn();
    Status beforeStep();
    Status changeRate(double rate);
    void setRate(double rate);
    void replayRates();
    Status waitWhilePaused();
    Status endMiniDataset();
    void report();
    void estimate(Progress& progress) const;
    void measureRate();

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
    DriftWatch m_watch;
    JobContext& m_context;
    OnlineIngest& m_ingest;
    Admin& m_admin;
    Learner& m_learner;
    const Task& m_task;
    std::unique_ptr<Prequential> m_scores;
    ScoreLog m_log;
    std::optional<MiniDatasetFit> m_fit; ///< of the mini-dataset in hand
    Clock::time_point m_began = Clock::now(), m_lastSave = Clock::now();
    Clock::time_point m_lagAsked, m_taken = Clock::now();
    Clock::time_point m_rateFrom = Clock::now();
    std::int64_t m_rateRecords = -1; ///< records at m_rateFrom; −1 before the first look
    double m_rate = kUnknown;
    std::int64_t m_lag = -1, m_savedSteps = -1, m_savedMiniDatasets = -1;
    /// Where the files stood at each checkpoint that may be gone back to, by its step.
    struct Mark {
        std::int64_t scoresBytes = 0, miniDatasets = 0;
    };
    std::map<std::int64_t, Mark> m_marks;
    bool m_rolled = false;         ///< scores.csv has a new part that no checkpoint knows of
    std::future<Status> m_writing; ///< at most one; its destruction waits
};

} // namespace millrace
