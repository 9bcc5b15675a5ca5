// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Clock.h"
#include "metrics/Scores.h"
#include "pipeline/reading/Ingest.h"
#include "train/Learner.h"

namespace millrace
{

/// Counts what the training thread does and tells it: sums of the epoch, a point a step, progress 20 times a second,
/// and what limits the run. Used by the training thread.
class TrainingMeter
{
public:
    TrainingMeter(JobContext& context, RunFolder& run, int epochs, std::int64_t recordsPerEpoch);

    /// Counts a step; adds its point to metrics.csv and to the charts.
    Status addStep(const StepResult& step, int rows, int epoch, std::int64_t left);
    /// Ends an epoch: its means, and new sums.
    struct Sums {
        std::int64_t records = 0;
        double loss = 0, score = 0, seconds = 0;
    };
    Sums endEpoch();
    /// What the validation part says of the model after the epoch, to the charts.
    void tellValidation(const CurvePoint& scored);
    /// Reports progress when 50 ms have passed since the last time.
    void report(const IngestClock& clock, int queued, int queueCapacity, std::int64_t rejected);
    /// The training thread waited this long for a batch.
    void addStarved(double seconds) { m_starved += seconds; }

    /// All that it has counted, for a checkpoint, and going on from there.
    [[nodiscard]] nlohmann::json state() const;
    void restore(const nlohmann::json& state);

    [[nodiscard]] std::int64_t steps() const { return m_steps; }
    [[nodiscard]] std::int64_t records() const { return m_records; }
    [[nodiscard]] double seconds() const;
    /// Over the whole run: "training", "decoding", "Kafka" (its records come too slowly), "the rate limit".
    [[nodiscard]] std::string limitedBy(const IngestClock& clock) const;

private:
    JobContext& m_context;
    RunFolder& m_run;
    int m_epochs;
    std::int64_t m_recordsPerEpoch;
    Clock::time_point m_began = Clock::now(), m_epochBegan = Clock::now(), m_reported = Clock::now();
    std::int64_t m_steps = 0, m_records = 0, m_left = -1;
    int m_epoch = 1;
    std::int64_t m_epochRecords = 0;
    double m_epochLoss = 0, m_epochScore = 0;
    double m_starved = 0;
    MetricPoint m_point; ///< of the last step
    Progress m_progress; ///< as last reported; kept for the room of its texts
    std::int64_t m_reportedRecords = 0, m_reportedConsumed = 0;
    double m_paced = 0; ///< seconds of this life
    /// Records a second of late: what an earlier life, or a wait, took tells nothing of what is left.
    double m_pace = 0;
};

} // namespace millrace
