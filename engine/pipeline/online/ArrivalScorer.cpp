// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/ArrivalScorer.h"

#include "metrics/Scores.h"
#include "pipeline/training/Divergence.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

/// The AUC so far of a stream that never ends is of bins sooner, so that memory stays flat.
constexpr std::int64_t kExactScoresOnline = 10'000'000, kExactScoresOfEndless = 1'000'000;
constexpr int kWindow = 1000; ///< records of the windowed scores

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

ArrivalScorer::ArrivalScorer(const OnlineConfig& config, OnlinePlan& plan, DriftWatch watch, JobContext& context)
    : m_config(config), m_plan(plan), m_state(plan.state), m_watch(std::move(watch)), m_context(context),
      m_learner(*plan.trained.learner), m_task(plan.trained.model.task),
      m_scores(makePrequential(
          m_task, kWindow, config.until.kind == StreamEnd::Kind::Never ? kExactScoresOfEndless : kExactScoresOnline)),
      m_log(plan.run.path() / "scores.csv", m_task)
{
}

Status ArrivalScorer::restore()
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
    if (!m_state.watch.is_array())
        return {};
    return restoreFrom(m_state.watch, m_watch, "The checkpoint's state of the drift detectors",
                       "Start a new online run");
}

/// What the model says of the rows. An output that is no finite number ends the run: it is of the record that the error
/// names, or of weights that no longer are numbers.
Status ArrivalScorer::predict(const MiniDataset& dataset)
{
    const auto width = static_cast<std::size_t>(m_learner.outputs());
    m_outputs.resize(dataset.rows.targets.size() * width);
    if (auto predicted = m_learner.predict(dataset.rows.features, m_outputs); !predicted)
        return predicted;
    const auto bad = std::ranges::find_if_not(m_outputs, [](float output) { return std::isfinite(output); });
    if (bad == m_outputs.end())
        return {};
    const auto& origin = dataset.origins[static_cast<std::size_t>(bad - m_outputs.begin()) / width];
    return stopAtDivergence(divergence("topic " + m_config.topic + " partition " + std::to_string(origin.partition) +
                                           " offset " + std::to_string(origin.offset),
                                       kUnknown, dataset.rows, inputNames(m_plan.trained.model)),
                            m_context, m_state.learnt());
}

/// In arrival order: watched columns see the numbers as they came, the model standardized ones.
void ArrivalScorer::watchArrivals(const Batch& rows)
{
    const auto width = static_cast<std::size_t>(m_learner.inputs());
    for (std::size_t i = 0; i < rows.targets.size(); ++i)
        for (const Drift& drift :
             m_watch.onArrival(std::span(rows.features).subspan(i * width, width),
                               m_state.arrived - static_cast<std::int64_t>(rows.targets.size() - i) + 1)) {
            m_state.remember(toJson(drift));
            m_context.note(noteOf(drift));
        }
}

/// A record is predicted before it is learnt only once: scores, detectors and moments stay as the first pass left them.
void ArrivalScorer::repeat(MiniDataset& dataset)
{
    if (m_state.pass != dataset.pass) {
        m_state.pass = dataset.pass;
        m_state.passRecords = 0;
        m_context.note(Note::Severity::Info,
                       "pass " + std::to_string(m_state.pass) + " of " + std::to_string(m_config.passes),
                       m_state.learnt());
    }
    m_state.passPositions = dataset.after.positions;
    m_state.passRecords += dataset.rows.rows();
    m_state.repeated += dataset.rows.rows();
    const auto width = static_cast<std::size_t>(m_learner.inputs());
    if (m_plan.normaliser)
        for (std::size_t i = 0; i < dataset.rows.targets.size(); ++i)
            m_plan.normaliser->apply(std::span(dataset.rows.features).subspan(i * width, width));
    m_state.inHand = OnlineState::InHand{{}, {}, kUnknown, kUnknown};
}

Result<std::vector<Drift>> ArrivalScorer::score(MiniDataset& dataset)
{
    m_state.positions = dataset.after.positions;
    m_state.labelPositions = dataset.after.labelPositions;
    m_state.arrived += dataset.rows.rows();
    m_state.skipped = dataset.after.skipped;
    m_state.deleted = dataset.after.deleted;
    m_state.labelsDeleted = dataset.after.labelsDeleted;
    watchArrivals(dataset.rows);
    const auto width = static_cast<std::size_t>(m_learner.inputs());
    if (m_plan.normaliser)
        for (std::size_t i = 0; i < dataset.rows.targets.size(); ++i)
            m_plan.normaliser->standardize(std::span(dataset.rows.features).subspan(i * width, width));
    if (auto predicted = predict(dataset); !predicted)
        return fail(predicted.error());
    if (!m_config.labelTopic.empty())
        dataset.rows = joinLabels(dataset);
    return addScores(dataset);
}

/// Of what was predicted before it is learnt.
Result<std::vector<Drift>> ArrivalScorer::addScores(const MiniDataset& dataset)
{
    const std::vector<float>& targets = dataset.rows.targets;
    const CurvePoint own = curveOf(m_task, m_outputs, targets);
    m_state.inHand = OnlineState::InHand{{}, {}, own.loss, own.score};
    m_scores->add(m_outputs, targets);
    const auto width = static_cast<std::size_t>(m_learner.outputs());
    std::vector<Drift> drifts;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const auto& origin = dataset.origins[i];
        const auto output = std::span<const float>(m_outputs).subspan(i * width, width);
        if (m_config.keepScores)
            m_log.add({origin.partition, origin.offset, targets[i], output});
        ++m_state.records;
        for (Drift& drift : m_watch.onError(errorOf(m_task, output, targets[i]), m_state.records))
            drifts.push_back(std::move(drift));
    }
    if (m_log.isLong())
        if (auto written = flush(); !written)
            return fail(written.error());
    return drifts;
}

/// The records of which record and label are there now, in the order in which the later of the two came, with the
/// prediction made at arrival. Takes the place of all rows, outputs and origins.
Batch ArrivalScorer::joinLabels(MiniDataset& dataset)
{
    const auto width = static_cast<std::size_t>(m_learner.inputs());
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
        const auto predicted = std::span<const float>(m_outputs).subspan(i * outputWidth, outputWidth);
        PredictedRecord record{{features.begin(), features.end()},
                               {predicted.begin(), predicted.end()},
                               dataset.origins[i].partition,
                               dataset.origins[i].offset};
        if (const auto early = m_plan.join.onRecord(dataset.ids[i], record))
            add(record, *early);
    }
    takeLabels(dataset.rows.rows());
    m_outputs = std::move(knownOutputs);
    dataset.origins = std::move(origins);
    return known;
}

/// How long scores.csv is now; 0 where none is kept. A part that has its share is set aside with the scores so far.
Result<std::int64_t> ArrivalScorer::flush()
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
    m_hasRolled = true;
    return m_log.flush();
}

/// What no checkpoint that is kept can go back to need not be kept either.
void ArrivalScorer::forgetOldMarks()
{
    const std::int64_t oldest = m_plan.run.oldestCheckpoint();
    const auto mark = m_marks.find(oldest);
    if (mark == m_marks.end()) // one of an earlier life: its place is not known
        return;
    m_log.setNeeded(mark->second.scoresBytes);
    m_plan.run.setJournalNeeds(mark->second.miniDatasets);
    m_marks.erase(m_marks.begin(), mark);
}

void ArrivalScorer::mark(std::int64_t step)
{
    m_marks[step] = {m_state.scoresBytes, m_state.miniDatasets};
    m_hasRolled = false;
}

void ArrivalScorer::fill(OnlineResult& result) const
{
    result.task = m_task;
    result.records = m_scores->records();
    result.scores = m_scores->cumulative();
    result.figures = m_scores->figures();
    result.windowRecords = m_scores->windowRecords();
    result.windowed = m_scores->windowed();
    result.classes = m_scores->classCounts();
}

} // namespace millrace
