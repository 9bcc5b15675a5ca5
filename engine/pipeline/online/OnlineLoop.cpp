// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/OnlineLoop.h"

#include "base/Text.h"
#include "pipeline/training/Divergence.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr std::size_t kRowsTold = 1000;             ///< mini-datasets in the result; metrics.csv has all
constexpr std::chrono::milliseconds kLookEvery{50}; ///< while nothing comes
constexpr std::chrono::milliseconds kAskEvery{200}; ///< the broker, for the lag

} // namespace

OnlineLoop::OnlineLoop(const OnlineConfig& config, OnlinePlan& plan, DriftWatch watch, JobContext& context,
                       OnlineIngest& ingest, Admin& admin)
    : m_config(config), m_plan(plan), m_state(plan.state), m_context(context), m_ingest(ingest), m_admin(admin),
      m_learner(*plan.trained.learner), m_scorer(config, plan, std::move(watch), context),
      m_control(config, plan, context, [this] { return checkpoint(); }), m_progress(config, plan.state, ingest, context)
{
}

Status OnlineLoop::restore()
{
    if (auto restored = m_scorer.restore(); !restored)
        return restored;
    m_control.replayRates();
    if (m_state.inHand)
        m_fit.emplace(fitSettings(), std::move(m_state.inHand->rows), m_state.miniDatasets, m_state.inHand->fit);
    return {};
}

MiniDatasetFit::Settings OnlineLoop::fitSettings() const
{
    return {m_learner.inputs(), m_config.epochs, m_config.batch, m_config.shuffle, m_config.seed};
}

Status OnlineLoop::run()
{
    if (auto done = takeItems(); !done)
        return done;
    m_ingest.queue().close();
    if (m_ingest.isLost())
        return finishWriting();
    if (auto saved = save(); !saved)
        return saved;
    return finishWriting();
}

Status OnlineLoop::takeItems()
{
    if (m_fit)
        if (auto learnt = learn(); !learnt)
            return learnt;
    while (!isOver()) {
        m_progress.report(m_lag);
        if (auto waited = waitWhilePaused(); !waited)
            return waited;
        if (auto saved = saveIfDue(true); !saved)
            return saved;
        auto dataset = m_ingest.queue().popWithin(kLookEvery);
        if (isOver() || (!dataset && m_ingest.queue().isOver()))
            return {};
        if (!dataset)
            continue;
        if (auto taken = take(*dataset); !taken)
            return taken;
    }
    return {};
}

Status OnlineLoop::take(MiniDataset& dataset)
{
    m_taken = Clock::now();
    if (auto written = journalClosing(dataset); !written)
        return written;
    m_state.rejected = dataset.after.rejected;
    if (auto scored = scoreOrRepeat(dataset); !scored)
        return scored;
    m_fit.emplace(fitSettings(), std::move(dataset.rows), m_state.miniDatasets);
    return learn();
}

/// A record is predicted before it is learnt only once.
Status OnlineLoop::scoreOrRepeat(MiniDataset& dataset)
{
    if (dataset.pass > 1) {
        m_scorer.repeat(dataset);
        return {};
    }
    const auto drifts = m_scorer.score(dataset);
    return drifts ? m_control.react(*drifts) : fail(drifts.error());
}

Status OnlineLoop::journalClosing(const MiniDataset& dataset)
{
    if (dataset.closed == MiniDataset::Closed::Full || dataset.replayed)
        return {};
    return m_plan.run.journal({{"event", "closed"},
                               {"mini_dataset", m_state.miniDatasets},
                               {"by", nameOf(dataset.closed)},
                               {"records", dataset.rows.rows()}});
}

Status OnlineLoop::learn()
{
    m_control.lowerRate();
    while (const Batch* batch = m_fit->next()) {
        auto stepped = m_learner.step(batch->features, batch->targets);
        if (!stepped)
            return fail(stepped.error());
        if (!isSoundLoss(stepped->loss))
            return stopAtDivergence(divergence("mini-dataset " + std::to_string(m_state.miniDatasets + 1) + ", step " +
                                                   std::to_string(m_state.steps + 1),
                                               stepped->loss, *batch, inputNames(m_plan.trained.model)),
                                    m_context, m_state.learnt());
        m_fit->learnt(stepped->loss);
        ++m_state.steps;
        if (auto checked = beforeStep(); !checked)
            return checked;
        if (isOver())
            return {};
    }
    return endMiniDataset();
}

/// What somebody asked for, or the journal has, between two steps.
Status OnlineLoop::beforeStep()
{
    m_control.replayRates();
    if (const auto rate = m_context.takeLearningRate())
        if (auto changed = m_control.changeRate(*rate); !changed)
            return changed;
    if (auto waited = waitWhilePaused(); !waited)
        return waited;
    return saveIfDue(false);
}

Status OnlineLoop::waitWhilePaused()
{
    if (!m_context.paused())
        return {};
    if (auto written = m_plan.run.journal({{"event", "pause"}, {"step", m_state.steps}}); !written)
        return written;
    m_context.note(Note::Severity::Info, "paused", m_state.learnt());
    if (auto saved = save(); !saved)
        return saved;
    m_progress.report(m_lag);
    if (auto told = m_plan.run.setPaused(true); !told)
        return told;
    m_context.waitWhilePaused();
    if (auto told = m_plan.run.setPaused(false); !told)
        return told;
    return m_plan.run.journal({{"event", "resume"}, {"step", m_state.steps}});
}

Status OnlineLoop::endMiniDataset()
{
    const OnlineState::InHand inHand = *std::exchange(m_state.inHand, std::nullopt);
    const int records = m_fit->rows().rows();
    const double fitLoss = m_fit->lastEpochLoss();
    m_fit.reset();
    ++m_state.miniDatasets;
    m_state.rows.push_back({{"index", m_state.miniDatasets},
                            {"pass", m_state.pass},
                            {"records", records},
                            {"loss", orNull(inHand.loss)},
                            {infoOf(m_plan.trained.model.task).curve, orNull(inHand.score)},
                            {"fit_loss", orNull(fitLoss)},
                            {"seconds", secondsSince(m_taken)}});
    if (m_state.rows.size() > kRowsTold)
        m_state.rows.erase(0);
    if (m_plan.lastStep < 0 && Clock::now() - m_lagAsked > kAskEvery) {
        m_lagAsked = Clock::now();
        std::vector<PartitionOffset> positions;
        for (const auto& [partition, position] : m_state.positions)
            positions.push_back({m_config.topic, partition, position.next});
        m_lag = groupLagNow(m_admin, m_config.topic, m_config.group, positions);
    }
    MetricPoint point;
    point.step = m_state.steps;
    point.epoch = static_cast<int>(m_state.miniDatasets);
    point.records = m_state.learnt();
    point.seconds = seconds();
    point.loss = point.lossMinimum = point.lossMaximum = inHand.loss;
    point.score = inHand.score;
    if (m_state.pass == 1) {
        const Prequential::Baselines baselines = m_scorer.scores().baselines();
        point.majority = baselines.majority;
        point.noChange = baselines.noChange;
        point.scored = m_scorer.scores().records();
    }
    point.lag = m_lag;
    point.position = 0;
    for (const auto& [partition, position] : m_state.positions)
        point.position += position.next;
    m_context.metrics.add(point);
    return m_plan.run.addMetric(point);
}

Status OnlineLoop::saveIfDue(bool betweenMiniDatasets)
{
    if (m_writing.valid() && m_writing.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
        if (auto written = finishWriting(); !written)
            return written;
    const bool somethingNew = m_savedSteps != m_state.steps || m_savedMiniDatasets != m_state.miniDatasets;
    const bool asked = betweenMiniDatasets && m_ingest.wantsCheckpoint();
    const bool steps = m_config.checkpointSteps > 0 && m_state.steps - m_savedSteps >= m_config.checkpointSteps;
    const bool time =
        betweenMiniDatasets && (m_scorer.hasRolled() || Clock::now() - m_lastSave >= m_config.checkpointEvery);
    if (!somethingNew || !(asked || steps || time))
        return {};
    return save();
}

Status OnlineLoop::save()
{
    if (auto written = finishWriting(); !written)
        return written;
    m_scorer.forgetOldMarks();
    auto now = checkpoint();
    if (!now)
        return fail(now.error());
    m_scorer.mark(now->learner.step);
    m_lastSave = Clock::now();
    m_savedSteps = m_state.steps;
    m_savedMiniDatasets = m_state.miniDatasets;
    SavedState state = savedState(m_state, now->learner.step, m_plan.run.name());
    m_writing =
        std::async(std::launch::async, [this, state = std::move(state), checkpoint = std::move(*now)]() -> Status {
            if (auto saved = m_plan.run.saveCheckpoint(checkpoint, m_ingest.offsets().neededCheckpoints()); !saved)
                return saved;
            m_ingest.offsets().saved(state);
            return {};
        });
    return {};
}

void OnlineLoop::removeOld()
{
    m_plan.run.removeOlderCheckpoints(m_ingest.offsets().neededCheckpoints());
    m_scorer.forgetOldMarks();
    m_scorer.removeOldScores();
}

Status OnlineLoop::finishWriting()
{
    return m_writing.valid() ? m_writing.get() : Status{};
}

/// Everything as it stands between two steps.
Result<Checkpoint> OnlineLoop::checkpoint()
{
    LearnerState learner = m_learner.state();
    if (!areSoundWeights(learner))
        return fail(stopAtDivergence(divergence("step " + std::to_string(m_state.steps), kUnknown, {}, {}), m_context,
                                     m_state.learnt())
                        .error());
    auto scores = m_scorer.flush();
    if (!scores)
        return fail(scores.error());
    m_state.scoresBytes = *scores;
    const auto metrics = m_plan.run.metricsBytes();
    if (!metrics)
        return fail(metrics.error());
    m_state.metricsBytes = *metrics;
    m_state.watch = m_scorer.watchState();
    if (m_plan.normaliser)
        m_state.normaliser = m_plan.normaliser->state();
    OnlineState state = m_state;
    state.seconds = seconds();
    if (m_fit) {
        state.inHand->rows = m_fit->rows();
        state.inHand->fit = m_fit->position();
    }
    Checkpoint checkpoint{std::move(learner),
                          {{"model", toJson(withNormaliser(m_plan.trained.model, m_plan.normaliser))},
                           {"records", toJson(m_plan.trained.records)},
                           {"optimizer", toJson(m_plan.trained.optimizer)},
                           {"configuration", m_config.section}},
                          {}};
    saveOnlineState(state, checkpoint);
    if (!m_config.labelTopic.empty())
        m_plan.join.save(checkpoint);
    return checkpoint;
}

double OnlineLoop::seconds() const
{
    return m_state.seconds + secondsSince(m_began);
}

OnlineResult OnlineLoop::result() const
{
    OnlineResult result;
    m_scorer.fill(result);
    result.drifts = m_state.drifts;
    result.miniDatasets = m_state.rows;
    result.miniDatasetCount = m_state.miniDatasets;
    result.batch = m_config.batch;
    result.steps = m_state.steps;
    result.pass = m_state.pass;
    result.passes = m_config.passes;
    result.repeated = m_state.repeated;
    result.seconds = seconds();
    result.recordsPerSecond = static_cast<double>(m_state.learnt()) / std::max(result.seconds, 1e-9);
    result.skipped = m_ingest.skipped();
    result.deletedUnread = m_ingest.deleted();
    if (!m_config.labelTopic.empty())
        result.labels =
            LateLabels{m_plan.join.waiting(), m_plan.join.late(), m_plan.join.unmatched(), m_ingest.labelsDeleted()};
    result.dropped = RunFolder::dropped(m_plan.run.path());
    if (m_plan.expected)
        result.identical = reachedTheLastStep() && m_learner.state().weights == m_plan.expected->weights;
    return result;
}

} // namespace millrace
