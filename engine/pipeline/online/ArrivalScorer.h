// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/Prequential.h"
#include "pipeline/online/DriftWatch.h"
#include "pipeline/online/MiniDataset.h"
#include "pipeline/online/OnlinePlan.h"
#include "pipeline/online/OnlineResult.h"
#include "pipeline/online/ScoreLog.h"

namespace millrace
{

/// Predicts records before they are learnt, scores them when their target is known, shows them to the drift detectors,
/// and keeps the ledger of it (scores.csv). Of the training thread.
class ArrivalScorer
{
public:
    ArrivalScorer(const OnlineConfig& config, OnlinePlan& plan, DriftWatch watch, JobContext& context);

    /// Goes on where the plan's state stands. Once, before anything else.
    Status restore();
    /// A mini-dataset of the first pass; its rows are those that can be learnt then. What fired at them.
    Result<std::vector<Drift>> score(MiniDataset& dataset);
    /// One of a later pass: nothing of it is scored.
    void repeat(MiniDataset& dataset);

    /// How long scores.csv is now; 0 where none is kept. A part that has its share is set aside with the scores so far.
    Result<std::int64_t> flush();
    /// scores.csv has a new part that no checkpoint knows of.
    [[nodiscard]] bool hasRolled() const { return m_hasRolled; }
    /// A checkpoint of this step holds what stands now: the run may have to go back to it.
    void mark(std::int64_t step);
    /// What no checkpoint that is kept can go back to need not be kept either.
    void forgetOldMarks();
    /// The same of the scores' files, which forgetOldMarks() leaves to the next part that is begun.
    void removeOldScores() { m_log.removeOld(); }
    [[nodiscard]] nlohmann::json watchState() const { return m_watch.state(); }

    [[nodiscard]] const Prequential& scores() const { return *m_scores; }
    /// What the result tells of them.
    void fill(OnlineResult& result) const;

private:
    Status predict(const MiniDataset& dataset);
    Batch joinLabels(MiniDataset& dataset);
    Result<std::vector<Drift>> addScores(const MiniDataset& dataset);
    void watchArrivals(const Batch& rows);

    const OnlineConfig& m_config;
    OnlinePlan& m_plan;
    OnlineState& m_state;
    DriftWatch m_watch;
    JobContext& m_context;
    Learner& m_learner;
    const Task& m_task;
    std::unique_ptr<Prequential> m_scores;
    ScoreLog m_log;
    std::vector<float> m_outputs; ///< of the rows at hand
    /// Where the files stood at each checkpoint that may be gone back to, by its step.
    struct Mark {
        std::int64_t scoresBytes = 0, miniDatasets = 0;
    };
    std::map<std::int64_t, Mark> m_marks;
    bool m_hasRolled = false;
};

} // namespace millrace
