// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/TrainLoop.h"

#include "base/Json.h"
#include "base/Text.h"
#include "data/Predictions.h"
#include "metrics/ScoreTable.h"
#include "pipeline/training/Divergence.h"

#include <algorithm>

namespace millrace
{
namespace
{

/// validation: those of them that are not learnt.
std::int64_t recordsPerEpoch(const IngestConfig& ingest, std::int64_t validation)
{
    switch (ingest.until.kind) {
    case StreamEnd::Kind::End:
        return ingest.end - ingest.start - validation;
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

std::string epochSentence(const EpochResult& epoch, const Task& task)
{
    const std::string& curve = findScore(infoOf(task).curve)->word;
    std::string text = "epoch " + std::to_string(epoch.epoch) + ": " + countOf(epoch.records, "record") + ", loss " +
                       formatFixed(epoch.loss, 4) + ", " + curve + " " + formatFixed(epoch.score, 4) + ", " +
                       formatFixed(epoch.seconds, 2) + " s";
    if (epoch.validation)
        text += "; validation loss " + formatFixed(epoch.validation->loss, 4) + ", " + curve + " " +
                formatFixed(epoch.validation->score, 4);
    if (epoch.deleted > 0)
        text += ", without " + formatCount(epoch.deleted) + " deleted offsets";
    return text;
}

/// The checkpoint's tensor of the weights that did best on the validation part.
constexpr auto kBestWeights = "best.weights";

/// When nothing comes for so long, the progress says so.
constexpr std::chrono::milliseconds kSilence{500};

} // namespace

TrainLoop::TrainLoop(TrainPlan& plan, Learner& learner, JobContext& context, Ingest& ingest, CompactBatch validation)
    : m_config(plan.config), m_plan(plan), m_learner(learner), m_context(context), m_ingest(ingest),
      m_meter(context, plan.run, plan.config.budget.epochs, recordsPerEpoch(plan.ingest, validation.rows())),
      m_classes(static_cast<std::size_t>(classCount(plan.model.task))),
      m_baseRate(plan.config.budget.optimizer.learningRate)
{
    if (validation.rows() > 0)
        m_validation.emplace(std::move(validation), plan.model.task, plan.config.budget.patience,
                             plan.config.budget.findsThreshold, !plan.config.budget.classWeights.empty());
}

Status TrainLoop::scoreStart()
{
    const auto scored = m_validation ? m_validation->score(m_learner, 0) : Result<CurvePoint>();
    return scored ? Status() : fail(scored.error());
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
        m_baseRate = checkpoint.metadata.value("base_rate", checkpoint.learner.learningRate);
    } catch (const nlohmann::json::exception& exception) {
        return fail(ErrorCode::BadData,
                    std::string("The checkpoint's metrics are not as they must be: ") + exception.what(), "Train anew");
    }
    m_lastSavedStep = m_meter.steps();
    if (const auto model = modelFromJson(checkpoint.metadata.value("model", nlohmann::json())))
        m_plan.model.task.threshold = model->task.threshold; // which the end of the training may have found
    const std::int64_t scored = integerIn(objectIn(checkpoint.metadata, "validation"), "records", -1);
    if (m_validation && scored != m_validation->records() && !m_config.skipLost)
        return fail(ErrorCode::BadData,
                    "The validation part had " + countOf(scored, "record") + ", and " +
                        formatCount(m_validation->records()) + " of it are there now: its scores are not comparable",
                    "Train anew, or go on all the same: --lost skip");
    const auto best = checkpoint.tensors.find(kBestWeights);
    const auto weights = best == checkpoint.tensors.end() ? std::vector<float>() : best->second;
    if (m_validation && !m_validation->restore(objectIn(checkpoint.metadata, "validation"), weights))
        return fail(ErrorCode::BadData, "The checkpoint does not say how the validation part was scored", "Train anew");
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
    result.task = m_plan.model.task;
    result.epochs = m_epochs;
    result.steps = m_meter.steps();
    result.records = m_meter.records();
    result.classes = m_classes;
    if (m_validation)
        result.validation = {m_validation->records(), m_validation->bestEpoch(), m_validation->isOver(),
                             m_validation->criterion().name, m_validation->scores()};
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
    m_isOver = true;
    m_ingest.queue().close();
}

Status TrainLoop::handle(WorkItem& item)
{
    if (m_isOver)
        return {};
    switch (item.kind) {
    case WorkItem::Kind::Rows:
        return learn(item);
    case WorkItem::Kind::EpochEnd:
        return endEpoch(item);
    case WorkItem::Kind::Barrier:
        if (auto saved = saveCheckpoint(item.snapshot); !saved)
            return saved;
        if (m_endsHere) {
            m_isOver = true;
            m_ingest.queue().close();
        }
        return {};
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
        m_learner.setLearningRate(m_baseRate = m_plan.rates.front().rate);
    if (const auto rate = m_context.takeLearningRate())
        if (auto changed = changeLearningRate(*rate); !changed)
            return changed;
    setScheduledRate();
    auto step = m_learner.step(item.batch.features, item.batch.targets, item.batch.weights);
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
    m_learner.setLearningRate(m_baseRate = rate);
    m_context.note(Note::Severity::Info, "learning rate " + shortestDecimal(rate), m_meter.records());
    return {};
}

void TrainLoop::setScheduledRate()
{
    const TrainBudget& budget = m_config.budget;
    if (budget.schedule.kind != ScheduleSpec().kind)
        m_learner.setLearningRate(rateAt(budget.schedule, m_baseRate, m_meter.steps(), budget.steps));
}

/// Scores the model after an epoch; at the last one it becomes what did best.
Status TrainLoop::validate(EpochResult& epoch)
{
    const auto scored = m_validation->score(m_learner, epoch.epoch);
    if (!scored)
        return fail(scored.error());
    epoch.validation = *scored;
    m_meter.tellValidation(*scored);
    m_endsHere = m_validation->isOver();
    if (!m_endsHere && epoch.epoch < m_plan.ingest.epochs)
        return {};
    const int best = m_validation->bestEpoch();
    m_plan.run.log("The model is " +
                   (best == 0 ? "the linear one that it began with" : "that of epoch " + std::to_string(best)) +
                   ", whose " + m_validation->criterion().word + " was best on the validation part");
    m_plan.model.task.threshold = m_validation->threshold();
    return m_validation->takeBest(m_learner);
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
    if (sums.loss < 0)
        return stopAtDivergence(belowZero("epoch " + std::to_string(epoch), sums.loss), m_context, m_meter.records());
    EpochResult result{epoch, sums.records, sums.loss, sums.score, sums.seconds, item.deleted, {}};
    if (m_validation)
        if (auto validated = validate(result); !validated)
            return validated;
    m_plan.run.log(epochSentence(result, m_plan.model.task));
    m_epochs.push_back(result);
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
    Checkpoint checkpoint = checkpointOf(std::move(state), *metrics);
    saveIngestSnapshot(snapshot, checkpoint);
    m_writing = std::async(std::launch::async, [&run = m_plan.run, checkpoint = std::move(checkpoint)] {
        return run.saveCheckpoint(checkpoint);
    });
    return {};
}

Checkpoint TrainLoop::checkpointOf(LearnerState state, std::int64_t metricsBytes) const
{
    nlohmann::json epochs = nlohmann::json::array();
    for (const EpochResult& epoch : m_epochs)
        epochs.push_back(toJson(epoch, m_plan.model.task));
    Checkpoint checkpoint{std::move(state),
                          {{"model", toJson(m_plan.model)},
                           {"records", toJson(m_plan.records)},
                           {"optimizer", toJson(m_config.budget.optimizer)},
                           {"base_rate", m_baseRate},
                           {"configuration", m_config.section},
                           {"meter", m_meter.state()},
                           {"classes", m_classes},
                           {"epochs", std::move(epochs)},
                           {"metrics_bytes", metricsBytes}},
                          {}};
    if (!m_validation)
        return checkpoint;
    checkpoint.metadata["validation"] = m_validation->state();
    checkpoint.metadata["validation"]["over"] = m_endsHere;
    if (m_validation->bestEpoch() >= 0)
        checkpoint.tensors[kBestWeights] = m_validation->bestWeights();
    return checkpoint;
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
