// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Train.h"

#include "base/Clock.h"
#include "base/Text.h"
#include "data/Predictions.h"
#include "metrics/ScoreTable.h"
#include "pipeline/reading/GroupRows.h"
#include "pipeline/reading/OnlyClass.h"
#include "pipeline/runs/TopicNotes.h"
#include "pipeline/training/Divergence.h"
#include "pipeline/training/ThreadChoice.h"
#include "pipeline/training/TrainPlan.h"
#include "pipeline/training/TrainingMeter.h"

#include <algorithm>
#include <cmath>
#include <future>

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

nlohmann::json toJson(const EpochResult& epoch, const Task& task)
{
    return {{"epoch", epoch.epoch},     {"records", epoch.records},
            {"loss", epoch.loss},       {infoOf(task).curve, epoch.score},
            {"seconds", epoch.seconds}, {"deleted", epoch.deleted}};
}

EpochResult epochFromJson(const nlohmann::json& json, const Task& task)
{
    const auto number = [&json](const char* key) { return json.at(key).is_null() ? NAN : json.at(key).get<double>(); };
    return {json.at("epoch").get<int>(),
            json.at("records").get<std::int64_t>(),
            number("loss"),
            number(infoOf(task).curve.c_str()),
            number("seconds"),
            json.value("deleted", std::int64_t{0})};
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

/// The training thread's side of a run: takes items from the queue until it is closed.
class TrainLoop
{
public:
    TrainLoop(const TrainConfig& config, TrainPlan& plan, Learner& learner, JobContext& context, Ingest& ingest)
        : m_config(config), m_plan(plan), m_learner(learner), m_context(context), m_ingest(ingest),
          m_meter(context, plan.run, config.epochs, recordsPerEpoch(plan.ingest)),
          m_classes(static_cast<std::size_t>(classCount(plan.model.task)))
    {
    }

    /// Goes on where the checkpoint stands.
    Status restore(const Checkpoint& checkpoint)
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
                        std::string("The checkpoint's metrics are not as they must be: ") + exception.what(),
                        "Train anew");
        }
        m_lastSavedStep = m_meter.steps();
        return {};
    }

    /// Afterwards nothing is being written.
    Status run()
    {
        const auto done = takeItems();
        const auto written = finishWriting();
        return done ? written : done;
    }

    void fill(TrainResult& result) const
    {
        result.epochs = m_epochs;
        result.steps = m_meter.steps();
        result.records = m_meter.records();
        result.classes = m_classes;
        result.rejected = m_ingest.rejected();
        result.deletedUnread = m_ingest.deleted();
        for (const EpochResult& epoch : m_epochs) // of before the run was resumed, too
            result.deletedUnread = std::max(result.deletedUnread, epoch.deleted);
        result.seconds = m_meter.seconds();
        result.limitedBy = m_meter.limitedBy(m_ingest.clock());
    }

private:
    Status takeItems()
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

    /// Nullopt when the queue is closed and empty.
    std::optional<WorkItem> nextItem()
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

    void report()
    {
        m_meter.report(m_ingest.clock(), static_cast<int>(m_ingest.queue().size()),
                       static_cast<int>(m_ingest.queue().capacity()), m_ingest.rejected());
    }

    [[nodiscard]] bool reachedTheLastStep() const { return m_plan.lastStep >= 0 && m_meter.steps() >= m_plan.lastStep; }

    /// The reproduced run had come so far: what is still in the queue is beyond it.
    void endReproduction()
    {
        m_reproduced = true;
        m_ingest.queue().close();
    }

    Status handle(WorkItem& item)
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

    Status learn(WorkItem& item)
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

    Status diverged(double loss, const WorkItem& item)
    {
        return stopAtDivergence(
            divergence("epoch " + std::to_string(item.epoch) + ", step " + std::to_string(m_meter.steps() + 1), loss,
                       item.batch, m_plan.model.features),
            m_context, m_meter.records());
    }

    Status changeLearningRate(double rate)
    {
        if (auto written = m_plan.run.journal({{"step", m_meter.steps()}, {"event", "learning-rate"}, {"value", rate}});
            !written)
            return written;
        m_learner.setLearningRate(rate);
        m_context.note(Note::Severity::Info, "learning rate " + shortestDecimal(rate), m_meter.records());
        return {};
    }

    Status endEpoch(const WorkItem& item)
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

    Status saveCheckpoint(const IngestSnapshot& snapshot)
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

    /// Waits for the checkpoint that is being written beside the training; its error, if it had one.
    Status finishWriting() { return m_writing.valid() ? m_writing.get() : Status{}; }

    void requestCheckpoint()
    {
        const bool stepsDone =
            m_config.checkpointSteps > 0 && m_meter.steps() - m_lastSavedStep >= m_config.checkpointSteps;
        if (!stepsDone && Clock::now() - m_lastCheckpoint < m_config.checkpointEvery)
            return;
        m_lastCheckpoint = Clock::now();
        m_lastSavedStep = m_meter.steps();
        m_ingest.requestBarrier();
    }

    void waitWhilePaused()
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
    bool m_reproduced = false;
    std::future<Status> m_writing; ///< at most one; its destruction waits
};

nlohmann::json toJson(const std::map<int, double>& secondsByThreads)
{
    nlohmann::json json = nlohmann::json::object();
    for (const auto& [threads, seconds] : secondsByThreads)
        json[std::to_string(threads)] = seconds;
    return json;
}

/// How many threads share a step: as the run's journal says, as asked for, or as a measurement finds, which the journal
/// then says: another number rounds differently.
Result<int> decideThreads(const TrainConfig& config, TrainPlan& plan, LearnerModule& module, const LearnerSetup& setup,
                          JobContext& context)
{
    if (plan.threads && config.reproduce.empty())
        return *plan.threads;
    ThreadChoice choice;
    if (plan.threads || config.threads > 0) {
        choice.threads = plan.threads.value_or(config.threads);
    } else {
        auto measured = measureThreads(module, setup, config.batch);
        if (!measured)
            return fail(measured.error());
        choice = std::move(*measured);
    }
    if (choice.threads == 1 && choice.seconds.empty())
        return 1;
    if (auto written = plan.run.journal({{"step", 0},
                                         {"event", "threads"},
                                         {"value", choice.threads},
                                         {"seconds_per_step", toJson(choice.seconds)}});
        !written)
        return fail(written.error());
    if (!choice.seconds.empty())
        context.note(Note::Severity::Info,
                     "a step is computed by " + formatCount(choice.threads) +
                         (choice.threads == 1 ? " thread: more are not" : " threads: one is not") + " quicker");
    return choice.threads;
}

/// Why a pass found no record.
std::string whyNoneWasLearnt(const TrainConfig& config, const IngestConfig& ingest)
{
    const std::string place = "topic " + config.topic + " partition " + std::to_string(ingest.partition);
    auto admin = Admin::open(config.connection);
    if (!admin)
        return "no record came of " + place;
    const auto topic = admin->topic(config.topic);
    const auto standing = admin->standing(config.topic);
    if (!topic || !standing)
        return "no record came of " + place;
    const TopicHolds holds = holdsOf(*topic, ingest.partition, *standing);
    if (holds.kept == 0)
        return whyNoRecords(holds);
    if (ingest.end <= ingest.start)
        return place + " had no records from offset " + formatCount(ingest.start) + " on when the training began";
    if (config.until.kind != StreamEnd::Kind::End)
        return "no record came of " + place + " from offset " + formatCount(ingest.start) + " on";
    return place + " has no records there: offsets " + formatCount(ingest.start) + " to " +
           formatCount(ingest.end - 1) + " are of transactions that were aborted, or are markers";
}

Status checkTrained(TrainResult& result, std::int64_t stepsBefore, const TrainConfig& config, const TrainPlan& plan)
{
    auto nothing = judgeReading(
        {config.topic, result.records, result.rejected, result.deletedUnread, result.steps - stepsBefore,
         result.stopped, true},
        plan.run, [&] { return result.records > 0 ? std::string() : whyNoneWasLearnt(config, plan.ingest); });
    if (!nothing)
        return fail(nothing.error());
    result.nothing = std::move(*nothing);
    return {};
}

} // namespace

nlohmann::json toJson(const TrainResult& result)
{
    const std::string& curve = infoOf(result.task).curve;
    nlohmann::json perEpoch = nlohmann::json::array();
    for (const EpochResult& epoch : result.epochs)
        perEpoch.push_back(toJson(epoch, result.task));
    nlohmann::json json = {{"run", result.run},
                           {"partition", result.partition},
                           {"epochs", result.epochs.size()},
                           {"steps", result.steps},
                           {"records", result.records},
                           {"rejected", result.rejected},
                           {"deleted_unread", result.deletedUnread},
                           {"loss", nullptr},
                           {curve, nullptr},
                           {"parameters", result.parameters},
                           {"threads", result.threads},
                           {"seconds", result.seconds},
                           {"records_per_second", static_cast<double>(result.records) / std::max(result.seconds, 1e-9)},
                           {"limited_by", result.limitedBy},
                           {"per_epoch", std::move(perEpoch)},
                           {"stopped", result.stopped},
                           {"dropped", result.dropped},
                           {"simulated", result.simulated},
                           {"best", result.best}};
    tell(result.nothing, json);
    json["notes"] = result.notes;
    json["only_class"] = result.onlyClass;
    json.update(result.rejections);
    if (!result.epochs.empty()) {
        json["loss"] = result.epochs.back().loss;
        json[curve] = result.epochs.back().score;
    }
    if (result.identical)
        json["identical"] = *result.identical;
    return json;
}

Result<TrainResult> train(const TrainConfig& config, JobContext& context)
{
    auto module = learnerModule();
    if (!module)
        return fail(module.error());
    auto plan = planTraining(config, context);
    if (!plan)
        return fail(plan.error());
    plan->run.setBudget(config.keepMegabytes);
    plan->run.describe("versions", {{"learner", (*module)->versions()}, {"kafka_client", kafkaClientVersion()}});

    TrainResult result;
    const auto end = [&](const Status& status) -> Result<TrainResult> {
        if (!status)
            return fail(plan->run.finishFailed(status.error()));
        if (auto finished = plan->run.finish(result.stopped ? "cancelled" : "done", toJson(result)); !finished)
            return fail(plan->run.finishFailed(finished.error()));
        return result;
    };
    LearnerSetup setup{plan->graph, config.optimizer, config.seed};
    const auto threads = decideThreads(config, *plan, **module, setup, context);
    if (!threads)
        return end(fail(threads.error()));
    setup.threads = result.threads = *threads;
    plan->run.describe("threads", *threads);
    auto learner = (*module)->create(setup);
    if (!learner)
        return end(fail(learner.error()));
    const TopicNotes notes = topicNotesOrTold(config.home, config.topic, context);
    result.run = plan->run.name();
    result.task = plan->model.task;
    result.partition = plan->ingest.partition;
    result.parameters = plan->graph.parameterCount;
    result.simulated = notes.simulated;
    result.best = notes.best;
    if (auto admin = Admin::open(config.connection)) // without one the ingest tells why
        result.notes = tellWhatHoldsBack(*admin, config.topic, plan->ingest.partition, plan->run, context);
    auto format = makeRecordFormat(config.format, featureSchema(plan->model.features));
    if (!format)
        return end(fail(format.error()));
    Ingest ingest(plan->ingest, std::move(*format), plan->run, context);
    TrainLoop loop(config, *plan, **learner, context, ingest);
    Status status = plan->checkpoint ? loop.restore(*plan->checkpoint) : Status{};
    loop.fill(result);
    const std::int64_t stepsBefore = result.steps;
    if (status)
        status = loop.run();
    ingest.queue().close();
    if (auto ingested = ingest.finish(); status && !ingested)
        status = ingested;
    loop.fill(result);
    result.stopped = context.stopRequested();
    result.dropped = RunFolder::dropped(plan->run.path());
    const std::int64_t ofAPass = result.epochs.empty() ? result.records : result.epochs.front().records;
    plan->run.rejected().tell(ofAPass + plan->run.rejected().count(), result.rejections);
    if (status)
        status = checkTrained(result, stepsBefore, config, *plan);
    if (status)
        tellMostRejected(result.rejections, plan->run, context);
    result.onlyClass = onlyClassOf(result.classes, context);
    if (status && plan->expected && !result.stopped) {
        const LearnerState now = (*learner)->state();
        result.identical = now.step == plan->expected->step && now.weights == plan->expected->weights;
    }
    return end(status);
}

} // namespace millrace
