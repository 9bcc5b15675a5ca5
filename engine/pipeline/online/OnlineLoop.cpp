// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/OnlineLoop.h"

#include "base/Text.h"
#include "metrics/Scores.h"
#include "pipeline/training/Divergence.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

constexpr std::size_t kRowsTold = 1000;   ///< mini-datasets in the result; metrics.csv has all
constexpr std::size_t kDriftsTold = 1000; ///< of a stream that never ends, the last ones
/// The AUC so far of a stream that never ends is of bins sooner, so that memory stays flat.
constexpr std::int64_t kExactScoresOnline = 10'000'000, kExactScoresOfEndless = 1'000'000;
constexpr int kWindow = 1000;                       ///< records of the windowed scores
constexpr std::chrono::milliseconds kLookEvery{50}; ///< while nothing comes
constexpr std::chrono::milliseconds kAskEvery{200}; ///< the broker, for the lag

/// What is restored may throw nlohmann-json's exceptions, or that of a bin that there is not.
template <class Restored>
Status restoreFrom(const nlohmann::json& state, Restored& restored, const std::string& what, const std::string& advice)
{
    try {
        restored.restore(state);
        return {};
    } catch (const std::exception& exception) {
        return fail(ErrorCode::BadData, what + " is not as it must be: " + exception.what(), advice);
    }
}

} // namespace

OnlineLoop::OnlineLoop(const OnlineConfig& config, OnlinePlan& plan, DriftWatch watch, JobContext& context,
                       OnlineIngest& ingest, Admin& admin)
    : m_config(config), m_plan(plan), m_state(plan.state), m_watch(std::move(watch)), m_context(context),
      m_ingest(ingest), m_admin(admin), m_learner(*plan.trained.learner), m_task(plan.trained.model.task),
      m_scores(makePrequential(
          m_task, kWindow, config.until.kind == StreamEnd::Kind::Never ? kExactScoresOfEndless : kExactScoresOnline)),
      m_log(plan.run.path() / "scores.csv", m_task)
{
}

Status OnlineLoop::restore()
{
    const auto rescore = [this](const Score& score) { m_scores->add(score.outputs, std::span(&score.target, 1)); };
    const auto begin = [this](const nlohmann::json& state) {
        return restoreFrom(state, *m_scores, "The state of the scores",
                           "The run cannot go on without its scores: start a new one");
    };
    if (m_config.passes == 1) // later passes learn what stands in it, all of it
        m_log.setPartBytes(m_plan.run.budget().scoresPart);
    if (m_config.keepScores) {
        if (auto read = ScoreLog::readFromState(m_plan.run.path() / "scores.csv", m_state.scoresBytes, begin, rescore);
            !read)
            return read;
        if (auto opened = m_log.open(m_state.scoresBytes); !opened)
            return opened;
    }
    if (m_state.watch.is_array())
        if (auto restored = restoreFrom(m_state.watch, m_watch, "The checkpoint's state of the drift detectors",
                                        "Start a new online run");
            !restored)
            return restored;
    replayRates();
    if (m_state.inHand)
        m_fit.emplace(MiniDatasetFit::Settings{static_cast<int>(m_plan.trained.model.features.size()), m_config.epochs,
                                               m_config.batch, m_config.shuffle, m_config.seed},
                      std::move(m_state.inHand->rows), m_state.miniDatasets, m_state.inHand->fit);
    return {};
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
        report();
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
    if (dataset.pass > 1)
        repeat(dataset);
    else if (auto scored = score(dataset); !scored)
        return scored;
    m_fit.emplace(MiniDatasetFit::Settings{static_cast<int>(m_plan.trained.model.features.size()), m_config.epochs,
                                           m_config.batch, m_config.shuffle, m_config.seed},
                  std::move(dataset.rows), m_state.miniDatasets);
    return learn();
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

/// What the model says of the rows. An output that is no finite number ends the run: it is of the record that the error
/// names, or of weights that no longer are numbers.
Status OnlineLoop::predict(const MiniDataset& dataset, std::vector<float>& outputs)
{
    const auto width = static_cast<std::size_t>(m_learner.outputs());
    outputs.resize(dataset.rows.targets.size() * width);
    if (auto predicted = m_learner.predict(dataset.rows.features, outputs); !predicted)
        return predicted;
    const auto bad = std::ranges::find_if_not(outputs, [](float output) { return std::isfinite(output); });
    if (bad == outputs.end())
        return {};
    const auto& origin = dataset.origins[static_cast<std::size_t>(bad - outputs.begin()) / width];
    return stopAtDivergence(divergence("topic " + m_config.topic + " partition " + std::to_string(origin.partition) +
                                           " offset " + std::to_string(origin.offset),
                                       kUnknown, dataset.rows, m_plan.trained.model.features),
                            m_context, m_state.learnt());
}

/// In arrival order: watched columns see the numbers as they came, the model standardized ones.
void OnlineLoop::watchArrivals(const Batch& rows)
{
    const std::size_t width = m_plan.trained.model.features.size();
    for (std::size_t i = 0; i < rows.targets.size(); ++i)
        for (const Drift& drift :
             m_watch.onArrival(std::span(rows.features).subspan(i * width, width),
                               m_state.arrived - static_cast<std::int64_t>(rows.targets.size() - i) + 1)) {
            remember(drift);
            m_context.note(noteOf(drift));
        }
}

/// A record is predicted before it is learnt only once: scores, detectors and moments stay as the first pass left them.
void OnlineLoop::repeat(MiniDataset& dataset)
{
    if (m_state.pass != dataset.pass) {
        m_state.pass = dataset.pass;
        m_state.passRecords = 0;
        m_context.note(Note::Severity::Info,
                       "pass " + std::to_string(m_state.pass) + " of " + std::to_string(m_config.passes),
                       m_state.learnt());
    }
    m_state.passPlaces = dataset.after.places;
    m_state.passRecords += dataset.rows.rows();
    m_state.repeated += dataset.rows.rows();
    const std::size_t width = m_plan.trained.model.features.size();
    if (m_plan.normaliser)
        for (std::size_t i = 0; i < dataset.rows.targets.size(); ++i)
            m_plan.normaliser->apply(std::span(dataset.rows.features).subspan(i * width, width));
    m_state.inHand = OnlineState::InHand{{}, {}, kUnknown, kUnknown};
}

Status OnlineLoop::score(MiniDataset& dataset)
{
    m_state.places = dataset.after.places;
    m_state.labelPlaces = dataset.after.labelPlaces;
    m_state.arrived += dataset.rows.rows();
    m_state.skipped = dataset.after.skipped;
    m_state.deleted = dataset.after.deleted;
    m_state.labelsDeleted = dataset.after.labelsDeleted;
    watchArrivals(dataset.rows);
    const std::size_t width = m_plan.trained.model.features.size();
    if (m_plan.normaliser)
        for (std::size_t i = 0; i < dataset.rows.targets.size(); ++i)
            m_plan.normaliser->standardize(std::span(dataset.rows.features).subspan(i * width, width));
    std::vector<float> outputs;
    if (auto predicted = predict(dataset, outputs); !predicted)
        return predicted;
    if (!m_config.labelTopic.empty())
        dataset.rows = joinLabels(dataset, outputs);
    return addScores(dataset, outputs);
}

/// Of what was predicted before it is learnt.
Status OnlineLoop::addScores(const MiniDataset& dataset, const std::vector<float>& outputs)
{
    const std::vector<float>& targets = dataset.rows.targets;
    const CurvePoint own = curveOf(m_task, outputs, targets);
    m_state.inHand = OnlineState::InHand{{}, {}, own.loss, own.score};
    m_scores->add(outputs, targets);
    const auto width = static_cast<std::size_t>(m_learner.outputs());
    std::vector<Drift> drifts;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const auto& origin = dataset.origins[i];
        const auto output = std::span(outputs).subspan(i * width, width);
        if (m_config.keepScores)
            m_log.add({origin.partition, origin.offset, targets[i], output});
        ++m_state.records;
        for (Drift& drift : m_watch.onError(errorOf(m_task, output, targets[i]), m_state.records))
            drifts.push_back(std::move(drift));
    }
    if (auto written = flushScores(); !written)
        return fail(written.error());
    return react(drifts);
}

/// The records of which record and label are there now, in the order in which the later of the two came, with the
/// prediction made at arrival. Takes the place of all rows, outputs and origins.
Batch OnlineLoop::joinLabels(MiniDataset& dataset, std::vector<float>& outputs)
{
    const std::size_t width = m_plan.trained.model.features.size();
    const auto outputWidth = static_cast<std::size_t>(m_learner.outputs());
    Batch known;
    std::vector<float> knownOutputs;
    std::vector<MiniDataset::Origin> origins;
    const auto add = [&](const PredictedRecord& record, float label) {
        known.features.insert(known.features.end(), record.features.begin(), record.features.end());
        known.targets.push_back(label);
        knownOutputs.insert(knownOutputs.end(), record.outputs.begin(), record.outputs.end());
        origins.push_back({record.partition, record.offset});
    };
    auto label = dataset.labels.begin();
    const auto takeLabels = [&](int upTo) {
        for (; label != dataset.labels.end() && label->after <= upTo; ++label)
            if (const auto record = m_plan.join.onLabel(label->id, label->label))
                add(*record, label->label);
    };
    for (int row = 0; row < dataset.rows.rows(); ++row) {
        takeLabels(row);
        const auto i = static_cast<std::size_t>(row);
        const auto features = std::span(dataset.rows.features).subspan(i * width, width);
        const auto predicted = std::span(outputs).subspan(i * outputWidth, outputWidth);
        PredictedRecord record{{features.begin(), features.end()},
                               {predicted.begin(), predicted.end()},
                               dataset.origins[i].partition,
                               dataset.origins[i].offset};
        if (const auto early = m_plan.join.onRecord(dataset.ids[i], record))
            add(record, *early);
    }
    takeLabels(dataset.rows.rows());
    outputs = std::move(knownOutputs);
    dataset.origins = std::move(origins);
    return known;
}

Status OnlineLoop::react(const std::vector<Drift>& drifts)
{
    for (const Drift& drift : drifts) {
        m_context.note(noteOf(drift));
        remember(drift);
        if (!drift.rose || m_config.drift.action == DriftAction::Annotate)
            continue;
        const std::string& action = driftActionNames().at(static_cast<std::size_t>(m_config.drift.action));
        m_state.drifts.back()["action"] = action;
        m_context.note(Note::Severity::Info, action, drift.record);
        if (auto done = act(drift); !done)
            return done;
    }
    return {};
}

void OnlineLoop::remember(const Drift& drift)
{
    if (m_state.drifts.size() >= kDriftsTold)
        m_state.drifts.erase(0);
    m_state.drifts.push_back(toJson(drift));
}

/// How long scores.csv is now; 0 where none is kept. A part that has its share is set aside with the scores so far.
Result<std::int64_t> OnlineLoop::flushScores()
{
    if (!m_config.keepScores)
        return 0;
    auto bytes = m_log.flush();
    if (!bytes || !m_log.isFull())
        return bytes;
    m_scores->useBins();
    if (auto rolled = m_log.roll(m_scores->state()); !rolled)
        return fail(rolled.error());
    m_plan.run.logDropped("scores.csv");
    m_rolled = true;
    return m_log.flush();
}

/// What no checkpoint that is kept can go back to need not be kept either.
void OnlineLoop::forgetOldMarks()
{
    const std::int64_t oldest = m_plan.run.oldestCheckpoint();
    const auto mark = m_marks.find(oldest);
    if (mark == m_marks.end()) // one of an earlier life: its place is not known
        return;
    m_log.setNeeded(mark->second.scoresBytes);
    m_plan.run.setJournalNeeds(mark->second.miniDatasets);
    m_marks.erase(m_marks.begin(), mark);
}

Status OnlineLoop::act(const Drift& drift)
{
    switch (m_config.drift.action) {
    case DriftAction::Annotate:
        break;
    case DriftAction::RaiseRate:
        m_learner.setLearningRate(m_state.baseRate * m_config.drift.factor);
        m_state.raisedUntil = drift.record + m_config.drift.hold;
        break;
    case DriftAction::ResetOptimizer:
        return resetLearner(false);
    case DriftAction::ResetModel:
        return resetLearner(true);
    case DriftAction::Snapshot: {
        const auto snapshot = checkpoint();
        if (!snapshot)
            return fail(snapshot.error());
        return m_plan.run.saveSnapshot("drift-" + std::to_string(drift.record), *snapshot);
    }
    }
    return {};
}

/// The step goes on counting: dropout masks and checkpoints are numbered by it.
Status OnlineLoop::resetLearner(bool weightsToo)
{
    LearnerState state = m_learner.state();
    std::ranges::fill(state.firstMoments, 0.0F);
    std::ranges::fill(state.secondMoments, 0.0F);
    state.momentsFrom = state.step;
    if (weightsToo) {
        auto fresh = makeLearner(m_plan.trained.model, m_plan.trained.optimizer,
                                 m_config.seed + static_cast<std::uint64_t>(m_state.records));
        if (!fresh)
            return fail(fresh.error());
        state.weights = (*fresh)->state().weights;
    }
    return m_learner.restore(state);
}

void OnlineLoop::lowerRate()
{
    if (m_state.raisedUntil < 0 || m_state.learnt() < m_state.raisedUntil)
        return;
    setRate(m_state.baseRate);
    m_context.note(Note::Severity::Info, "learning rate " + shortestDecimal(m_state.baseRate), m_state.learnt());
}

Status OnlineLoop::learn()
{
    lowerRate();
    while (const Batch* batch = m_fit->next()) {
        auto stepped = m_learner.step(batch->features, batch->targets);
        if (!stepped)
            return fail(stepped.error());
        if (!isSoundLoss(stepped->loss))
            return stopAtDivergence(divergence("mini-dataset " + std::to_string(m_state.miniDatasets + 1) + ", step " +
                                                   std::to_string(m_state.steps + 1),
                                               stepped->loss, *batch, m_plan.trained.model.features),
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
    replayRates();
    if (const auto rate = m_context.takeLearningRate())
        if (auto changed = changeRate(*rate); !changed)
            return changed;
    if (auto waited = waitWhilePaused(); !waited)
        return waited;
    return saveIfDue(false);
}

void OnlineLoop::replayRates()
{
    for (; !m_plan.rates.empty() && m_plan.rates.front().step <= m_state.steps; m_plan.rates.pop_front())
        setRate(m_plan.rates.front().rate);
}

void OnlineLoop::setRate(double rate)
{
    m_state.baseRate = rate;
    m_state.raisedUntil = -1;
    m_learner.setLearningRate(rate);
}

Status OnlineLoop::changeRate(double rate)
{
    if (auto written = m_plan.run.journal({{"event", "learning-rate"}, {"step", m_state.steps}, {"value", rate}});
        !written)
        return written;
    setRate(rate);
    m_context.note(Note::Severity::Info, "learning rate " + shortestDecimal(rate), m_state.learnt());
    return {};
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
    report();
    if (auto said = m_plan.run.setPaused(true); !said)
        return said;
    m_context.waitWhilePaused();
    if (auto said = m_plan.run.setPaused(false); !said)
        return said;
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
                            {infoOf(m_task).curve, orNull(inHand.score)},
                            {"fit_loss", orNull(fitLoss)},
                            {"seconds", secondsSince(m_taken)}});
    if (m_state.rows.size() > kRowsTold)
        m_state.rows.erase(0);
    if (m_plan.lastStep < 0 && Clock::now() - m_lagAsked > kAskEvery) {
        m_lagAsked = Clock::now();
        std::vector<PartitionOffset> positions;
        for (const auto& [partition, place] : m_state.places)
            positions.push_back({m_config.topic, partition, place.next});
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
        const Prequential::Baselines baselines = m_scores->baselines();
        point.majority = baselines.majority;
        point.noChange = baselines.noChange;
        point.scored = m_scores->records();
    }
    point.lag = m_lag;
    point.position = 0;
    for (const auto& [partition, place] : m_state.places)
        point.position += place.next;
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
    const bool time = betweenMiniDatasets && (m_rolled || Clock::now() - m_lastSave >= m_config.checkpointEvery);
    if (!somethingNew || !(asked || steps || time))
        return {};
    return save();
}

Status OnlineLoop::save()
{
    if (auto written = finishWriting(); !written)
        return written;
    forgetOldMarks();
    auto now = checkpoint();
    if (!now)
        return fail(now.error());
    m_marks[now->learner.step] = {m_state.scoresBytes, m_state.miniDatasets};
    m_rolled = false;
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
    auto scores = flushScores();
    if (!scores)
        return fail(scores.error());
    m_state.scoresBytes = *scores;
    const auto metrics = m_plan.run.metricsBytes();
    if (!metrics)
        return fail(metrics.error());
    m_state.metricsBytes = *metrics;
    m_state.watch = m_watch.state();
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

void OnlineLoop::report()
{
    Progress progress;
    progress.records = m_state.learnt();
    progress.text = !m_ingest.joined() ? "joining the group " + m_config.group
                                       : "mini-dataset " + formatCount(m_state.miniDatasets) + " · " +
                                             formatCount(progress.records) + " records";
    if (m_config.passes > 1) {
        progress.pass = m_state.pass;
        progress.passes = m_config.passes;
        progress.text =
            "pass " + std::to_string(m_state.pass) + " of " + std::to_string(m_config.passes) + " · " + progress.text;
    }
    progress.left = m_lag;
    measureRate();
    progress.rate = m_rate;
    progress.consumedRate = rateOver(m_ingest.consumed(), secondsSince(m_began));
    progress.queued = static_cast<int>(m_ingest.queue().size());
    progress.queueCapacity = static_cast<int>(m_ingest.queue().capacity());
    progress.rejected = m_ingest.rejected();
    progress.limitedBy = m_context.paused() ? "paused" : progress.queued > 0 ? "training" : "producer";
    estimate(progress);
    m_context.report(progress);
}

/// Of all passes: the later ones have as many records as the first. A stream that never ends has no such thing.
void OnlineLoop::estimate(Progress& progress) const
{
    const bool first = m_state.pass == 1;
    if (progress.records == 0 || (first && m_lag < 0) || m_config.until.kind == StreamEnd::Kind::Never)
        return;
    const std::int64_t inPass = m_state.records + (first ? m_lag : 0);
    const std::int64_t total = inPass * std::max(m_config.passes, m_state.pass);
    const std::int64_t done = first ? m_state.records : inPass * (m_state.pass - 1) + m_state.passRecords;
    progress.fraction = static_cast<double>(done) / static_cast<double>(total);
    progress.secondsLeft = m_rate > 0 ? static_cast<double>(total - done) / m_rate : kUnknown;
}

/// Of the last second: a stream may rest for hours between two bursts.
void OnlineLoop::measureRate()
{
    const double since = secondsSince(m_rateFrom);
    const std::int64_t arrived = m_state.arrived + m_state.repeated;
    if (m_rateRecords >= 0 && since < 1)
        return;
    if (m_rateRecords >= 0)
        m_rate = static_cast<double>(arrived - m_rateRecords) / since;
    m_rateRecords = arrived;
    m_rateFrom = Clock::now();
}

nlohmann::json OnlineLoop::result() const
{
    nlohmann::json json = m_scores->figures();
    json["task"] = infoOf(m_task).name;
    json["records"] = m_scores->records();
    tell(m_scores->cumulative(), json);
    json["windowed"] = {{"records", m_scores->windowRecords()}};
    tell(m_scores->windowed(), json["windowed"]);
    json["drifts"] = m_state.drifts;
    json["mini_datasets"] = m_state.rows;
    json["mini_dataset_count"] = m_state.miniDatasets;
    json["batch"] = m_config.batch;
    json["steps"] = m_state.steps;
    json["passes"] = m_config.passes;
    json["pass"] = m_state.pass;
    json["repeated"] = m_state.repeated;
    json["seconds"] = seconds();
    json["records_per_second"] = static_cast<double>(m_state.learnt()) / std::max(seconds(), 1e-9);
    json["rejected"] = m_ingest.rejected();
    json["skipped"] = m_ingest.skipped();
    json["deleted_unread"] = m_ingest.deleted();
    if (!m_config.labelTopic.empty())
        json["labels"] = {{"waiting", m_plan.join.waiting()},
                          {"late", m_plan.join.late()},
                          {"unmatched", m_plan.join.unmatched()},
                          {"deleted_unread", m_ingest.labelsDeleted()}};
    json["dropped"] = RunFolder::dropped(m_plan.run.path());
    if (m_plan.expected)
        json["identical"] = reachedTheLastStep() && m_learner.state().weights == m_plan.expected->weights;
    return json;
}

} // namespace millrace
