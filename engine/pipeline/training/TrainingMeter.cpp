// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/TrainingMeter.h"

#include "base/Text.h"

#include <cmath>

namespace millrace
{
namespace
{

constexpr std::chrono::milliseconds kReportEvery{50};
constexpr double kPaceSeconds = 10; ///< over which the pace is taken: the mean at first, exponential later

/// Of records that come too slowly.
const char* slowestOf(const IngestClock& clock)
{
    return clock.waitingForRate > clock.waitingForRecords ? "the rate limit" : "Kafka";
}

} // namespace

TrainingMeter::TrainingMeter(JobContext& context, RunFolder& run, int epochs, std::int64_t recordsPerEpoch)
    : m_context(context), m_run(run), m_epochs(epochs), m_recordsPerEpoch(recordsPerEpoch)
{
}

double TrainingMeter::seconds() const
{
    return secondsSince(m_began);
}

Status TrainingMeter::addStep(const StepResult& step, int rows, int epoch, std::int64_t left)
{
    ++m_steps;
    m_records += rows;
    m_epochRecords += rows;
    m_epochLoss += step.loss * rows;
    m_epochScore += step.score;
    m_epoch = epoch;
    m_left = left;
    MetricPoint& point = m_point;
    point = {};
    point.step = m_steps;
    point.epoch = epoch;
    point.records = m_records;
    point.seconds = seconds();
    point.loss = point.lossMinimum = point.lossMaximum = step.loss;
    point.score = step.score / rows;
    point.lag = left;
    m_context.metrics.add(point);
    return m_run.addMetric(point);
}

TrainingMeter::Sums TrainingMeter::endEpoch()
{
    const auto count = static_cast<double>(m_epochRecords);
    const Sums sums{m_epochRecords, m_epochLoss / count, m_epochScore / count, secondsSince(m_epochBegan)};
    m_epochRecords = 0;
    m_epochLoss = m_epochScore = 0;
    m_epochBegan = Clock::now();
    return sums;
}

void TrainingMeter::tellValidation(const CurvePoint& scored)
{
    MetricPoint point = m_point;
    point.steps = 0; // its step is told already
    point.validationLoss = scored.loss;
    point.validationScore = scored.score;
    m_context.metrics.add(point);
}

void TrainingMeter::report(const IngestClock& clock, int queued, int queueCapacity, std::int64_t rejected)
{
    const auto now = Clock::now();
    if (now - m_reported < kReportEvery)
        return;
    const double interval = std::chrono::duration<double>(now - m_reported).count();
    const std::int64_t consumed = clock.consumed;
    if (m_progress.epoch != m_epoch)
        m_progress.text = "epoch " + std::to_string(m_epoch) + " of " + std::to_string(m_epochs);
    m_progress.epoch = m_epoch;
    m_progress.epochs = m_epochs;
    m_progress.records = m_records;
    m_progress.left = m_left;
    if (seconds() >= kRateAfterSeconds) {
        m_progress.rate = static_cast<double>(m_records - m_reportedRecords) / interval;
        m_progress.consumedRate = static_cast<double>(consumed - m_reportedConsumed) / interval;
    }
    m_progress.queued = queued;
    m_progress.queueCapacity = queueCapacity;
    m_progress.rejected = rejected;
    const bool silent = m_records == m_reportedRecords;
    m_progress.limitedBy = m_context.paused() ? "paused" : silent ? slowestOf(clock) : limitedBy(clock);
    m_progress.secondsLeft = NAN;
    if (m_recordsPerEpoch > 0) {
        const double total = static_cast<double>(m_recordsPerEpoch) * m_epochs;
        m_progress.fraction = std::min(1.0, static_cast<double>(m_records) / total);
        m_paced += interval;
        m_pace += interval / std::min(kPaceSeconds, m_paced) *
                  (static_cast<double>(m_records - m_reportedRecords) / interval - m_pace);
        if (!silent && seconds() >= kRateAfterSeconds)
            m_progress.secondsLeft = std::max(0.0, total - static_cast<double>(m_records)) / m_pace;
    }
    m_context.report(m_progress);
    m_reported = now;
    m_reportedRecords = m_records;
    m_reportedConsumed = consumed;
}

nlohmann::json TrainingMeter::state() const
{
    return {{"steps", m_steps},
            {"records", m_records},
            {"seconds", seconds()},
            {"epoch", m_epoch},
            {"epoch_records", m_epochRecords},
            {"epoch_score", m_epochScore},
            {"epoch_loss", m_epochLoss},
            {"epoch_seconds", secondsSince(m_epochBegan)},
            {"starved", m_starved}};
}

void TrainingMeter::restore(const nlohmann::json& state)
{
    const auto before = [](double seconds) {
        return Clock::now() - std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    };
    m_steps = state.at("steps").get<std::int64_t>();
    m_records = m_reportedRecords = state.at("records").get<std::int64_t>();
    m_began = before(state.at("seconds").get<double>());
    m_epoch = state.at("epoch").get<int>();
    m_epochRecords = state.at("epoch_records").get<std::int64_t>();
    m_epochScore = state.at(state.contains("epoch_score") ? "epoch_score" : "epoch_correct").get<double>();
    m_epochLoss = state.at("epoch_loss").get<double>();
    m_epochBegan = before(state.at("epoch_seconds").get<double>());
    m_starved = state.at("starved").get<double>();
}

std::string TrainingMeter::limitedBy(const IngestClock& clock) const
{
    if (m_starved < 0.3 * seconds())
        return "training";
    return clock.decoding > clock.waitingForRecords + clock.waitingForRate ? "decoding" : slowestOf(clock);
}

} // namespace millrace
