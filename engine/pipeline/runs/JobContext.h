// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/simulator/DriftSchedule.h"
#include "metrics/MetricBuffer.h"
#include "pipeline/runs/RecentPredictions.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace millrace
{

/// How far a job is, for a status bar: unknown numbers are NaN or −1.
struct Progress {
    std::string text; ///< "epoch 3 of 10", "published 40,000"
    double fraction = std::numeric_limits<double>::quiet_NaN();
    double rate = std::numeric_limits<double>::quiet_NaN(); ///< records a second now
    double secondsLeft = std::numeric_limits<double>::quiet_NaN();
    // The data path of a training run.
    int epoch = 0, epochs = 0;
    int pass = 0, passes = 0;  ///< of online learning with several
    std::int64_t records = -1; ///< done so far
    std::int64_t left = -1;    ///< left in this pass, or the group's lag
    double consumedRate = std::numeric_limits<double>::quiet_NaN();
    int queued = -1, queueCapacity = -1; ///< batches
    std::int64_t rejected = -1;
    std::string limitedBy; ///< "training", "decoding", "Kafka", "the rate limit", "no broker", "producer", "paused", ""
};

/// From when on a job that has run so long has a rate: divided by nearly no time it would be any number.
constexpr double kRateAfterSeconds = 1;
/// Records a second, for Progress; unknown before kRateAfterSeconds.
double rateOver(std::int64_t records, double seconds);
/// Of a job that came so far in so many seconds and goes on like that, for Progress; unknown where it has not come far.
double secondsLeftAfter(double fraction, double seconds);

/// Something to remember with its time: a learning rate changed, brokers away, a warning. Marked on the charts.
struct Note {
    enum class Severity { Info, Warning, Error };
    Severity severity = Severity::Info;
    std::string text;
    std::int64_t records = -1; ///< position on the charts' x axis, −1 none
    enum class Kind { Other, ErrorRose, ErrorFell };
    Kind kind = Kind::Other;
    std::string detector{}; ///< of a drift
};

/// What a running pipeline and its owner share. The owner asks (stop, pause, learning rate), the pipeline tells
/// (progress, notes, points). Thread-safe.
class JobContext
{
public:
    explicit JobContext(std::stop_token stop) : m_stop(std::move(stop)) {}

    // The pipeline's side.
    /// The run folder's name, once it is made or opened again.
    void beginRun(std::string name);
    [[nodiscard]] const std::stop_token& stop() const { return m_stop; }
    [[nodiscard]] bool stopRequested() const { return m_stop.stop_requested(); }
    void report(const Progress& progress);
    /// The oldest is dropped when nobody takes them.
    void note(Note note);
    void note(Note::Severity severity, std::string text, std::int64_t records = -1);
    /// The texts of the warnings among them, for a result: the last hundred.
    [[nodiscard]] std::vector<std::string> warnings() const;
    /// Notes that the broker went away, or is back: the note's text, for a log. While it is away, nothing else is what
    /// the job is limited by.
    std::string noteBroker(bool away);
    /// Waits while paused; returns at once otherwise, or when a stop is requested.
    void waitWhilePaused();
    /// Something whole to show while the job goes on, a look of the monitor for one: handed out once each; the oldest
    /// is dropped when nobody takes them.
    void show(nlohmann::json view);
    [[nodiscard]] bool paused() const { return m_paused.load(); }
    /// A learning rate that was asked for since the last call.
    std::optional<double> takeLearningRate();
    /// Turns of a drifting simulation's knobs that were asked for since the last call.
    std::vector<DriftTurn> takeTurns();
    /// Records a second that may be read, or simulated, at most; 0: as fast as it goes.
    [[nodiscard]] double maxRate() const { return m_maxRate.load(); }
    /// Waits so long, or until a stop is requested.
    void waitFor(std::chrono::duration<double> time);

    // The owner's side.
    void setPaused(bool paused);
    void setLearningRate(double rate);
    void setMaxRate(double recordsPerSecond) { m_maxRate = recordsPerSecond; }
    void turn(const DriftTurn& turn); ///< from the next record on
    [[nodiscard]] Progress progress() const;
    [[nodiscard]] std::string run() const; ///< empty before it has begun, and of a job that makes none
    [[nodiscard]] bool brokerAway() const { return m_brokerAway.load(); }
    std::vector<Note> drainNotes();
    std::vector<nlohmann::json> drainViews();

    MetricBuffer metrics;
    RecentPredictions predictions;

private:
    std::stop_token m_stop;
    std::atomic<bool> m_paused{false};
    std::atomic<double> m_maxRate{0};
    std::atomic<bool> m_brokerAway{false};
    mutable std::mutex m_mutex;
    std::condition_variable_any m_resumed;
    std::string m_run;
    Progress m_progress;
    std::vector<Note> m_notes;
    std::vector<std::string> m_warnings;
    std::vector<nlohmann::json> m_views;
    std::optional<double> m_learningRate;
    std::vector<DriftTurn> m_turns;
};

} // namespace millrace
