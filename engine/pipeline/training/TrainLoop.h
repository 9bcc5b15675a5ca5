// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Clock.h"
#include "pipeline/training/TrainPlan.h"
#include "pipeline/training/TrainResult.h"
#include "pipeline/training/TrainingMeter.h"
#include "pipeline/training/Validation.h"

#include <future>

namespace millrace
{

/// The training thread's side of a run: takes items from the queue until it is closed, learns, notes what an epoch came
/// to, and writes a checkpoint at each barrier.
class TrainLoop
{
public:
    /// validation: rows that are scored after each epoch, where there are some.
    TrainLoop(TrainPlan& plan, Learner& learner, JobContext& context, Ingest& ingest, CompactBatch validation);

    /// Scores what the training begins with: better than it the epochs must become.
    Status scoreStart();
    /// Goes on where the checkpoint stands.
    Status restore(const Checkpoint& checkpoint);
    /// Afterwards nothing is being written.
    Status run();
    void fill(TrainResult& result) const;
    /// More epochs did not help: what the ingest read of the next one, or met there, does not count.
    [[nodiscard]] bool endedEarly() const { return m_endsHere && m_isOver; }

private:
    Status takeItems();
    /// Nullopt when the queue is closed and empty.
    std::optional<WorkItem> nextItem();
    void report();
    [[nodiscard]] bool reachedTheLastStep() const
    {
        return m_plan.lastStep >= 0 && m_meter.steps() >= m_plan.lastStep && m_epochs.size() >= m_plan.lastEpochs;
    }
    /// The reproduced run had come so far: what is still in the queue is beyond it.
    void endReproduction();
    Status handle(WorkItem& item);
    Status learn(WorkItem& item);
    Status diverged(double loss, const WorkItem& item);
    Status changeLearningRate(double rate);
    Status endEpoch(const WorkItem& item);
    Status validate(EpochResult& epoch);
    void setScheduledRate();
    [[nodiscard]] Checkpoint checkpointOf(LearnerState state, std::int64_t metricsBytes) const;
    Status saveCheckpoint(const IngestSnapshot& snapshot);
    /// Waits for the checkpoint that is being written beside the training; its error, if it had one.
    Status finishWriting() { return m_writing.valid() ? m_writing.get() : Status{}; }
    void requestCheckpoint();
    void waitWhilePaused();

    const TrainConfig& m_config;
    TrainPlan& m_plan;
    Learner& m_learner;
    JobContext& m_context;
    Ingest& m_ingest;
    TrainingMeter m_meter;
    std::vector<EpochResult> m_epochs;
    Clock::time_point m_lastCheckpoint = Clock::now();
    std::int64_t m_lastSavedStep = 0;
    std::vector<std::int64_t> m_classes; ///< records of each class; empty: not known, or a task without
    std::optional<Validation> m_validation;
    double m_baseRate;             ///< that the schedule scales
    bool m_endsHere = false;       ///< after the next checkpoint: more epochs do not help
    bool m_isOver = false;         ///< what is still in the queue is not learnt
    std::future<Status> m_writing; ///< at most one; its destruction waits
};

} // namespace millrace
