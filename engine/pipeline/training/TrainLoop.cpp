// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/TrainLoop.h"

#include "base/Text.h"
#include "data/Predictions.h"
#include "metrics/ScoreTable.h"
#include "pipeline/training/Divergence.h"

#include <algorithm>

namespace millrace
{
namespace
{

std::int64_t recordsPerEpoch(const IngestConfig& ingest)
{
    switch (ingest.until.kind) {
    case StreamEnd::Kind::End:
        return ingest.end - ingest.start;
    case StreamEnd::Kind::Count:
        return ingest.until.value;
    default:
        return -1;
    }
}

/// Records of each class that a checkpoint tells of; empty: not known. Earlier builds counted those of class 1.
std::vector<std::int64_t> classesIn(const nlohmann::json& metadata, std::int64_t records)
{
    if (metadata.contains("classes"))
        return metadata["classes"].get<std::vector<std::int64_t>>();
    const auto ones = metadata.value("ones", std::int64_t{-1});
    return ones < 0 ? std::vector<std::int64_t>() : std::vector<std::int64_t>{records - ones, ones};
}

/// When nothing comes for so long, the progress says so.
constexpr std::chrono::milliseconds kSilence{500};

} // namespace

TrainLoop::TrainLoop(const TrainConfig& config, TrainPlan& plan, Learner& learner, JobContext& context, Ingest& ingest)
    : m_config(config), m_plan(plan), m_learner(learner), m_context(context), m_ingest(ingest),
      m_meter(context, plan.run, config.epochs, recordsPerEpoch(plan.ingest)),
      m_classes(static_cast<std::size_t>(classCount(plan.model.task)))
{
}

Status TrainLoop::restore(const Checkpoint& checkpoint)
{
    if (auto restored = m_learner.restore(checkpoint.learner); !restored)
        return restored;
    try {
        m_meter.restore(checkpoint.metadata.at("meter"));
        m_classes = classesIn(checkpoint.metadata, m_meter.records());
        for (const auto& epoch : checkpoint.metadata.at("epochs"))
            m_epochs.push_back(epochFromJson(epoch, m_plan.model.task));
    } catch (const nlohmann::json::exception& exception) {
        return fail(ErrorCode::BadData,
                    std::string("The checkpoint's metrics are not as they must be: ") + exception.what(), "Train anew");
    }
    m_lastSavedStep = m_meter.steps();
    return {};
}

Status TrainLoop::run()
{
    const auto done = takeItems();
    const auto written = finishWriting();
    return done ? written : done;
}

void TrainLoop::fill(TrainResult& result) const
{
    result.epochs = m_epochs;
    result.steps = m_meter.steps();
    result.records = m_meter.records();
    result.classes = m_classes;
    result.deletedUnread = m_ingest.deleted();
    for (const EpochResult& epoch : m_epochs) // of before the run was resumed, too
        result.deletedUnread = std::max(result.deletedUnread, epoch.deleted);
    result.seconds = m_meter.seconds();
    result.limitedBy = m_meter.limitedBy(m_ingest.clock());
}

Status TrainLoop::takeItems()
{
    while (true) {
        waitWhilePaused();
        const auto before = Clock::now();
        auto item = nextItem();
        if (!item)
            return {};
        m_meter.addStarved(secondsSince(before));
        if (auto done = handle(*item); !done)
            return done;
        requestCheckpoint();
        report();
    }
}

std::optional<WorkItem> TrainLoop::nextItem()
{
    while (true) {
        auto item = m_ingest.queue().popWithin(kSilence);
        if (item || m_ingest.queue().isOver())
            return item;
        report();
        if (reachedTheLastStep())
            endReproduction();
    }
}

void TrainLoop::report()
{
    m_meter.report(m_ingest.clock(), static_cast<int>(m_ingest.queue().size()),
                   static_cast<int>(m_ingest.queue().capacity()), m_ingest.rejected());
}

void TrainLoop::endReproduction()
{
    m_reproduced = true;
    m_ingest.queue().close();
}

Status TrainLoop::handle(WorkItem& item)
{
    if (m_reproduced)
        return {};
    switch (item.kind) {
    case WorkItem::Kind::Rows:
        return learn(item);
    case WorkItem::Kind::EpochEnd:
        return endEpoch(item);
    case WorkItem::Kind::Barrier:
        return saveCheckpoint(item.snapshot);
    }
    return {};
}

Status TrainLoop::learn(WorkItem& item)
{
    if (reachedTheLastStep()) {
        endReproduction();
        return {};
    }
    for (; !m_plan.rates.empty() && m_plan.rates.front().step <= m_meter.steps(); m_plan.rates.pop_front())
        m_learner.setLearningRate(m_plan.rates.front().rate);
    if (const auto rate = m_context.takeLearningRate())
        if (auto changed = changeLearningRate(*rate); !changed)
            return changed;
    auto step = m_learner.step(item.batch.features, item.batch.targets);
    if (!step)
        return fail(step.error());
    if (!isSoundLoss(step->loss))
        return diverged(step->loss, item);
    const int rows = item.batch.rows();
    if (!m_classes.empty())
        for (const float target : item.batch.targets)
            ++m_classes.at(static_cast<std::size_t>(target));
    m_ingest.pool().give(std::move(item.batch));
    return m_meter.addStep(*step, rows, item.epoch, item.left);
}

Status TrainLoop::diverged(double loss, const WorkItem& item)
{
    return stopAtDivergence(
        divergence("epoch " + std::to_string(item.epoch) + ", step " + std::to_string(m_meter.steps() + 1), loss,
                   item.batch, inputNames(m_plan.model)),
        m_context, m_meter.records());
}

Status TrainLoop::changeLearningRate(double rate)
{
    if (auto written = m_plan.run.journal({{"step", m_meter.steps()}, {"event", "learning-rate"}, {"value", rate}});
        !written)
        return written;
    m_learner.setLearningRate(rate);
    m_context.note(Note::Severity::Info, "learning rate " + shortestDecimal(rate), m_meter.records());
    return {};
}

Status TrainLoop::endEpoch(const WorkItem& item)
{
    const int epoch = item.epoch;
    const std::int64_t offset = item.snapshot.next.offset;
    if (m_config.until.kind == StreamEnd::Kind::Idle) // the clock decided it
        if (auto written = m_plan.run.journal(
                {{"step", m_meter.steps()}, {"event", "pass-end"}, {"epoch", epoch}, {"offset", offset}});
            !written)
            return written;
    const auto sums = m_meter.endEpoch();
    m_epochs.push_back({epoch, sums.records, sums.loss, sums.score, sums.seconds, item.deleted});
    m_plan.run.log("epoch " + std::to_string(epoch) + ": " + countOf(sums.records, "record") + ", loss " +
                   formatFixed(sums.loss, 4) + ", " + findScore(infoOf(m_plan.model.task).curve)->word + " " +
                   formatFixed(sums.score, 4) + ", " + formatFixed(sums.seconds, 2) + " s" +
                   (item.deleted > 0 ? ", without " + formatCount(item.deleted) + " deleted offsets" : ""));
    return {};
}

Status TrainLoop::saveCheckpoint(const IngestSnapshot& snapshot)
{
    if (auto written = finishWriting(); !written)
        return written;
    LearnerState state = m_learner.state();
    if (!areSoundWeights(state))
        return stopAtDivergence(divergence("step " + std::to_string(m_meter.steps()), kUnknown, {}, {}), m_context,
                                m_meter.records());
    const auto metrics = m_plan.run.metricsBytes();
    if (!metrics)
        return fail(metrics.error());
    m_lastCheckpoint = Clock::now();
    m_lastSavedStep = m_meter.steps();
    nlohmann::json epochs = nlohmann::json::array();
    for (const EpochResult& epoch : m_epochs)
        epochs.push_back(toJson(epoch, m_plan.model.task));
    Checkpoint checkpoint{std::move(state),
                          {{"model", toJson(m_plan.model)},
                           {"optimizer", toJson(m_config.optimizer)},
                           {"configuration", m_config.section},
                           {"meter", m_meter.state()},
                           {"classes", m_classes},
                           {"epochs", std::move(epochs)},
                           {"metrics_bytes", *metrics}},
                          {}};
    saveIngestSnapshot(snapshot, checkpoint);
    m_writing = std::async(std::launch::async, [&run = m_plan.run, checkpoint = std::move(checkpoint)] {
        return run.saveCheckpoint(checkpoint);
    });
    return {};
}

void TrainLoop::requestCheckpoint()
{
    const bool stepsDone =
        m_config.checkpointSteps > 0 && m_meter.steps() - m_lastSavedStep >= m_config.checkpointSteps;
    if (!stepsDone && Clock::now() - m_lastCheckpoint < m_config.checkpointEvery)
        return;
    m_lastCheckpoint = Clock::now();
    m_lastSavedStep = m_meter.steps();
    m_ingest.requestBarrier();
}

void TrainLoop::waitWhilePaused()
{
    if (!m_context.paused())
        return;
    (void)m_plan.run.journal({{"step", m_meter.steps()}, {"event", "pause"}});
    m_context.note(Note::Severity::Info, "paused", m_meter.records());
    m_ingest.requestBarrier();
    Progress progress = m_context.progress();
    progress.limitedBy = "paused";
    progress.rate = progress.consumedRate = 0;
    m_context.report(progress);
    m_context.waitWhilePaused();
    (void)m_plan.run.journal({{"step", m_meter.steps()}, {"event", "resume"}});
}

} // namespace millrace
