// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Train.h"

#include "base/FreedMemory.h"
#include "base/Json.h"
#include "base/Text.h"
#include "metrics/ScoreTable.h"
#include "pipeline/reading/GroupRows.h"
#include "pipeline/runs/TopicNotes.h"
#include "pipeline/training/ThreadChoice.h"
#include "pipeline/training/TrainLoop.h"
#include "pipeline/training/TrainedModel.h"

#include <algorithm>

namespace millrace
{
namespace
{

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
        auto measured = measureThreads(module, setup, plan.config.budget.batch);
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
    const std::string where = "topic " + config.topic + " partition " + std::to_string(ingest.partition);
    auto admin = Admin::open(config.connection);
    if (!admin)
        return "no record came of " + where;
    const auto topic = admin->topic(config.topic);
    const auto standing = admin->standing(config.topic);
    if (!topic || !standing)
        return "no record came of " + where;
    const TopicHolds holds = holdsOf(*topic, ingest.partition, *standing);
    if (holds.kept == 0)
        return whyNoRecords(holds);
    if (ingest.end <= ingest.start)
        return where + " had no records from offset " + formatCount(ingest.start) + " on when the training began";
    if (config.until.kind != StreamEnd::Kind::End)
        return "no record came of " + where + " from offset " + formatCount(ingest.start) + " on";
    return where + " has no records there: offsets " + formatCount(ingest.start) + " to " +
           formatCount(ingest.end - 1) + " are of transactions that were aborted, or are markers";
}

Result<RecordDecoder> decoderOf(const TrainPlan& plan)
{
    return RecordDecoder::make(plan.config.format, plan.records, inputOf(plan.model));
}

/// Precision, recall and average precision are of the positive class, and say little of one that nearly all are of.
void warnOfFrequentPositive(const Task& task, const CompactBatch& rows, JobContext& context)
{
    if (task.kind != TaskKind::Binary || rows.targets.empty())
        return;
    const auto positive = static_cast<double>(std::ranges::count(rows.targets, 1.0F));
    const double share = positive / static_cast<double>(rows.targets.size());
    if (isImbalanced(share) && share < 1)
        context.note(Note::Severity::Warning,
                     formatPercent(share) + " of the records are of " + classTitle(task, 1) +
                         ", the positive class: precision, recall and average precision are of it, and say little. " +
                         "Publish with --positive and the name of " + classTitle(task, 0) +
                         " to look for the rare one");
}

/// Of how many records a linear model is fitted for a training to begin with; 0 where too few fit in. Newton's products
/// cost rows · inputs² operations, those of several classes rows · inputs · classes, some hundred times.
std::int64_t rowsOfLinearStart(const TrainPlan& plan, const Learner& learner)
{
    constexpr double kMostRows = 20'000, kMostNumbers = 4e6, kMostProducts = 8e9, kMostOutputs = 1e7, kRowsOfInput = 4;
    if (plan.checkpoint || !learner.canStartLinear())
        return 0;
    const double inputs = std::max(1, learner.inputs());
    const bool isOfSeveral = plan.model.task.kind == TaskKind::MultiClass;
    const double fits = std::min(
        {kMostRows, kMostNumbers / inputs,
         isOfSeveral ? kMostOutputs / (inputs * classCount(plan.model.task)) : kMostProducts / (inputs * inputs)});
    const auto records = static_cast<double>(plan.ingest.end - plan.ingest.start);
    return records > fits && fits < kRowsOfInput * inputs ? 0 : static_cast<std::int64_t>(std::min(records, fits));
}

/// A training may begin as the best linear model, which no network needs to find again.
Status startLinear(const CompactBatch& rows, Learner& learner)
{
    if (rows.rows() == 0)
        return {};
    std::vector<float> features, block;
    for (std::size_t i = 0; i < rows.features.blocks(); ++i) {
        rows.features.expand(i, block);
        features.insert(features.end(), block.begin(), block.end());
    }
    return learner.startLinear(features, rows.targets, rows.weights);
}

/// Read again by a run that goes on: they are a function of the seed and the offsets. alsoLearnt: as readValidation().
Result<ValidationPart> validationRows(const TrainPlan& plan, std::int64_t alsoLearnt, JobContext& context)
{
    const TrainConfig& config = plan.config;
    if (config.budget.validation == 0 && alsoLearnt == 0)
        return ValidationPart();
    auto decoder = decoderOf(plan);
    if (!decoder)
        return fail(decoder.error());
    auto part =
        readValidation(validationSource(config, plan.records, plan.validation, plan.ingest.start, plan.ingest.end),
                       std::move(*decoder), alsoLearnt, context);
    if (part)
        warnOfFrequentPositive(plan.model.task, part->rows, context);
    return part;
}

/// Of a topic that holds what a column names for testing.
void tellForNeither(const TrainPlan& plan, TrainResult& result, JobContext& context)
{
    if (result.forNeither == 0)
        return;
    result.notes.push_back(countOf(result.forNeither, "record says", "records say") + " in column " +
                           plan.validation.rule->spec().column +
                           " that they are for testing: they are left out, neither learnt nor part of the "
                           "validation. Publish them to a topic of their own to score the model by them");
    context.note(Note::Severity::Warning, result.notes.back());
}

Status checkTrained(TrainResult& result, std::int64_t stepsBefore, const TrainConfig& config, const TrainPlan& plan)
{
    auto nothing = judgeReading(
        {config.topic, result.records, result.rejections.count, result.deletedUnread, result.steps - stepsBefore,
         result.stopped, true},
        plan.run, [&] { return result.records > 0 ? std::string() : whyNoneWasLearnt(config, plan.ingest); });
    if (!nothing)
        return fail(nothing.error());
    result.nothing = std::move(*nothing);
    return {};
}

} // namespace

Result<TrainResult> train(const TrainConfig& config, JobContext& context)
{
    auto module = learnerModule();
    if (!module)
        return fail(module.error());
    auto plan = planTraining(config, context);
    if (!plan)
        return fail(plan.error());
    giveBackFreedMemory(); // of the look at the columns
    context.beginRun(plan->run.name());
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
    LearnerSetup setup{plan->graph, plan->config.budget.optimizer,    config.seed,
                       1,           plan->config.budget.classWeights, plan->config.budget.meanWeight};
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
    result.features = plan->model.features;
    result.columns = listIn(plan->run.description(), "columns");
    result.weightColumn = plan->records.nameOf(ColumnRole::Weight);
    auto validation = validationRows(*plan, rowsOfLinearStart(*plan, **learner), context);
    if (!validation) {
        result.stopped = validation.error().code == ErrorCode::Cancelled;
        return end(result.stopped ? Status() : fail(validation.error()));
    }
    result.forNeither = validation->forNeither;
    tellForNeither(*plan, result, context);
    auto decoder = decoderOf(*plan);
    if (!decoder)
        return end(fail(decoder.error()));
    auto parts = RecordParts::make(plan->validation, plan->config.format, plan->records);
    if (!parts)
        return end(fail(parts.error()));
    const auto started = startLinear(validation->learnt, **learner);
    if (!started) // numbers so large that their squares have no meaning: the network learns them all the same
        context.note(Note::Severity::Warning, "It does not begin as a linear model: " + describe(started.error()));
    const bool startsLinear = started && validation->learnt.rows() > 0;
    validation->learnt = {};
    Ingest ingest(plan->ingest, std::move(*decoder), std::move(*parts), plan->run, context);
    TrainLoop loop(*plan, **learner, context, ingest, std::move(validation->rows));
    Status status = plan->checkpoint ? loop.restore(*plan->checkpoint) : startsLinear ? loop.scoreStart() : Status{};
    loop.fill(result);
    const std::int64_t stepsBefore = result.steps;
    if (status)
        status = loop.run();
    ingest.queue().close();
    if (auto ingested = ingest.finish(); status && !ingested && !loop.endedEarly())
        status = ingested;
    loop.fill(result);
    result.stopped = context.stopRequested();
    result.dropped = RunFolder::dropped(plan->run.path());
    const std::int64_t ofAPass = result.epochs.empty() ? result.records : result.epochs.front().records;
    result.rejections = plan->run.rejected().report(ofAPass);
    if (status)
        status = checkTrained(result, stepsBefore, config, *plan);
    if (status)
        tellMostRejected(result.rejections, plan->run, context);
    result.onlyClass = onlyClassOf(result.classes, context);
    tellMissingClasses(result.task, result.classes, context);
    if (status && plan->expected && !result.stopped) {
        const LearnerState now = (*learner)->state();
        result.identical = now.step == plan->expected->step && now.weights == plan->expected->weights;
    }
    return end(status);
}

} // namespace millrace
