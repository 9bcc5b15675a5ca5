// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/OnlineLoop.h"

#include "base/Text.h"
#include "pipeline/training/Divergence.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr std::size_t kRowsTold = 1000;             ///< mini-datasets in the result
constexpr std::chrono::milliseconds kLookEvery{50}; ///< while nothing comes
constexpr std::chrono::milliseconds kAskEvery{200}; ///< the broker, for the lag
/// So often what was learnt is told: twenty points a second at most, with those before checkpoints.
constexpr std::chrono::milliseconds kPointEvery{70};
constexpr int kOwnPoint = 100; ///< records; a mini-dataset of so many has a point of its own

} // namespace

OnlineLoop::OnlineLoop(const OnlineConfig& config, OnlinePlan& plan, DriftWatch watch, JobContext& context,
                       OnlineIngest& ingest, Admin& admin)
    : m_config(config), m_plan(plan), m_state(plan.state), m_context(context), m_ingest(ingest), m_admin(admin),
      m_learner(*plan.trained.learner), m_scorer(config, plan, std::move(watch), context),
      m_control(config, plan, context, [this] { return checkpoint(); }),
      m_progress(config, plan.state, ingest, context), m_fit(fitSettings()), m_learntBefore(plan.state.learnt())
{
}

Status OnlineLoop::restore()
{
    if (auto restored = m_scorer.restore(); !restored)
        return restored;
    m_control.replayRates();
    if (m_state.inHand)
        m_fit.goOn(m_state.inHand->rows, m_state.miniDatasets, m_state.inHand->fit);
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
    m_progress.report(m_lag);
    listRecent();
    m_ingest.queue().close();
    if (m_ingest.isLost())
        return finishWriting();
    if (auto saved = save(); !saved)
        return saved;
    return finishWriting();
}

Status OnlineLoop::takeItems()
{
    if (m_state.inHand)
        if (auto learnt = learn(); !learnt)
            return learnt;
    while (!isOver()) {
        if (auto told = tellIfDue(); !told)
            return told;
        if (auto waited = waitWhilePaused(); !waited)
            return waited;
        if (auto saved = saveIfDue(true); !saved)
            return saved;
        const bool came = m_ingest.queue().takeWithin(kLookEvery, m_dataset);
        m_now = Clock::now();
        if (isOver() || (!came && m_ingest.queue().isOver()))
            return {};
        if (!came)
            continue;
        if (auto taken = take(); !taken)
            return taken;
    }
    return {};
}

Status OnlineLoop::take()
{
    m_taken = m_now;
    if (!m_firstTaken)
        m_firstTaken = m_taken;
    if (auto written = journalClosing(); !written)
        return written;
    m_state.rejected = m_dataset.after.rejected;
    if (auto scored = scoreOrRepeat(); !scored)
        return scored;
    m_fit.begin(m_dataset.rows, m_state.miniDatasets);
    return learn();
}

/// A record is predicted before it is learnt only once.
Status OnlineLoop::scoreOrRepeat()
{
    if (m_dataset.pass > 1) {
        m_scorer.repeat(m_dataset);
        return {};
    }
    const auto drifts = m_scorer.score(m_dataset);
    return drifts ? m_control.react(*drifts) : fail(drifts.error());
}

Status OnlineLoop::journalClosing()
{
    if (m_dataset.closed == MiniDataset::Closed::Full || m_dataset.replayed)
        return {};
    return m_plan.run.journal({{"event", "closed"},
                               {"mini_dataset", m_state.miniDatasets},
                               {"by", nameOf(m_dataset.closed)},
                               {"records", m_dataset.rows.rows()}});
}

Status OnlineLoop::learn()
{
    m_control.lowerRate();
    while (const Batch* batch = m_fit.next()) {
        auto stepped = m_learner.step(batch->features, batch->targets);
        if (!stepped)
            return fail(stepped.error());
        if (!isSoundLoss(stepped->loss))
            return stopAtDivergence(divergence("mini-dataset " + std::to_string(m_state.miniDatasets + 1) + ", step " +
                                                   std::to_string(m_state.steps + 1),
                                               stepped->loss, *batch, inputNames(m_plan.trained.model)),
                                    m_context, m_state.learnt());
        m_fit.learnt(stepped->loss);
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
    const double loss = m_state.inHand->loss, score = m_state.inHand->score;
    m_state.inHand.reset();
    ++m_state.miniDatasets;
    m_now = m_lastLearnt = Clock::now();
    m_curve.add(loss, score);
    if (m_recent.size() == kRowsTold)
        m_recent.pop_front();
    m_recent.push_back({m_state.miniDatasets, m_state.pass, m_fit.rows().rows(), loss, score, m_fit.lastEpochLoss(),
                        std::chrono::duration<double>(m_now - m_taken).count()});
    const bool hasOwnPoint = m_fit.rows().rows() >= kOwnPoint;
    m_fit.end();
    return hasOwnPoint ? tellPoint() : Status{};
}

/// As the state has them.
void OnlineLoop::listRecent()
{
    nlohmann::json& rows = m_state.rows;
    if (const std::size_t all = rows.size() + m_recent.size(); all > kRowsTold)
        rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(std::min(rows.size(), all - kRowsTold)));
    for (const Learnt& learnt : m_recent)
        rows.push_back({{"index", learnt.index},
                        {"pass", learnt.pass},
                        {"records", learnt.records},
                        {"loss", orNull(learnt.loss)},
                        {infoOf(m_plan.trained.model.task).curve, orNull(learnt.score)},
                        {"fit_loss", orNull(learnt.fitLoss)},
                        {"seconds", learnt.seconds}});
    m_recent.clear();
}

/// What people and programs look at while the run goes on.
Status OnlineLoop::tellIfDue()
{
    if (m_now - m_reported < kPointEvery)
        return {};
    m_reported = m_now; // of its own: points are told before checkpoints too, however often these come
    if (m_now - m_told >= kPointEvery)
        if (auto told = tellPoint(); !told)
            return told;
    m_progress.report(m_lag);
    const auto flushed = m_scorer.flush();
    return flushed ? Status{} : fail(flushed.error());
}

/// A point of the curves for all that was learnt since the last one.
Status OnlineLoop::tellPoint()
{
    m_told = m_now;
    if (m_curve.isEmpty())
        return {};
    if (m_plan.lastStep < 0 && m_now - m_lagAsked > kAskEvery) {
        m_lagAsked = m_now;
        std::vector<PartitionOffset> positions;
        for (const auto& [partition, position] : m_state.positions)
            positions.push_back({m_config.topic, partition, position.next});
        m_lag = groupLagNow(m_admin, m_config.topic, m_config.group, positions);
    }
    MetricPoint point = m_curve.take();
    point.step = m_state.steps;
    point.epoch = static_cast<int>(m_state.miniDatasets);
    point.records = m_state.learnt();
    point.seconds = seconds();
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
    const bool time = betweenMiniDatasets && (m_scorer.hasRolled() || m_now - m_lastSave >= m_config.checkpointEvery);
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
    m_now = m_lastSave = Clock::now();
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
    if (auto told = tellPoint(); !told)
        return fail(told.error());
    listRecent();
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
    if (state.inHand) {
        state.inHand->rows = m_fit.rows();
        state.inHand->fit = m_fit.position();
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
    if (m_firstTaken) {
        result.learningSeconds = std::chrono::duration<double>(m_lastLearnt - *m_firstTaken).count();
        result.learningRate =
            static_cast<double>(m_state.learnt() - m_learntBefore) / std::max(result.learningSeconds, 1e-9);
    }
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
