// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/TrainPlan.h"

#include "base/Json.h"
#include "base/Text.h"
#include "data/Cell.h"
#include "pipeline/reading/TopicSample.h"
#include "pipeline/runs/TopicNotes.h"
#include "pipeline/training/EarlierTraining.h"
#include "pipeline/training/ModelFit.h"
#include "pipeline/training/OldRun.h"
#include "pipeline/training/TargetSketch.h"
#include "pipeline/training/TrainedModel.h"

#include <algorithm>

namespace millrace
{
namespace
{

/// What the broker says about the partition now.
struct PartitionSource {
    std::string clusterId;
    TopicInfo topic;
    PartitionInfo partition;
};

Result<PartitionSource> partitionIn(Result<Source> source, int number)
{
    if (!source)
        return fail(source.error());
    auto partition = findPartition(source->topic, number);
    if (!partition)
        return fail(partition.error());
    return PartitionSource{source->clusterId, std::move(source->topic), *partition};
}

IngestConfig ingestOf(const TrainConfig& config, std::int64_t start, std::int64_t end)
{
    IngestConfig ingest;
    ingest.connection = config.connection;
    ingest.topic = config.topic;
    ingest.partition = config.partition;
    ingest.start = start;
    ingest.end = end;
    ingest.until = config.until;
    ingest.epochs = config.budget.epochs;
    ingest.batch = config.budget.batch;
    ingest.shuffle = config.budget.shuffle;
    ingest.seed = config.seed;
    ingest.onError = config.onError;
    return ingest;
}

/// A model, how its records are read, and what was done with which column.
struct ChosenModel {
    FittedModel fitted;
    Schema records;
    ValidationSplit validation;
};

Status checkLearnable(const Schema& records, const std::string& topic)
{
    if (records.labelInKey || records.labelColumn() >= 0)
        return {};
    return fail(ErrorCode::Usage, "The records of topic " + topic + " have no label: they were published without one",
                "Publish the table with --label COLUMN");
}

/// Targets are 32-bit floats: of numbers far from 0 they keep the steps of a grid that may be wider than their spread.
Status checkGrid(const Task& task, const std::string& topic)
{
    constexpr double kGrid = 1.0 / (1 << 23), kFewestOnGrid = 16;
    for (const Target& target : task.targets)
        if (const double step = std::abs(target.mean) * kGrid; target.scale < kFewestOnGrid * step)
            return fail(ErrorCode::BadData,
                        "The label " + printable(target.name) + " of topic " + topic + " lies around " +
                            NumberText(target.mean).text() + " and spreads by " + NumberText(target.scale).text() +
                            " only, and the 32-bit floats that are learnt there are " + NumberText(step).text() +
                            " apart",
                        "Publish the table with a number near that mean taken off the label");
    return {};
}

/// A label of one value would be learnt as if it told something apart.
Status checkTargets(const FittedModel& fitted, const Schema& records, const std::string& topic)
{
    if (auto good = checkGrid(fitted.model.task, topic); !good)
        return good;
    const auto only = std::ranges::find_if(fitted.onlyValues, [](double value) { return std::isfinite(value); });
    if (only == fitted.onlyValues.end())
        return {};
    const Task task = taskOf(records);
    const auto labels = records.labelColumns();
    const auto index = static_cast<std::size_t>(only - fitted.onlyValues.begin());
    const Column* label = index < labels.size() ? &records.columns[static_cast<std::size_t>(labels[index])] : nullptr;
    const std::string value =
        classCount(task) > 0 ? printable(classTitle(task, static_cast<int>(*only))) : NumberText(*only).text();
    return fail(ErrorCode::BadData,
                "The label of topic " + topic + (label == nullptr ? "" : ", column " + printable(label->name) + ",") +
                    " has one value in all " + countOf(fitted.rows, "record") + " that would be learnt" +
                    (label != nullptr && label->isPrivate ? "" : ": " + value) + ". There is nothing to tell apart",
                "Publish the table with another label, or with rows that have another value");
}

/// The split of the topic itself, where its records can be parted in the same way.
std::optional<SplitSpec> splitOfTopic(const TopicNotes& notes, const Schema& records)
{
    if (!notes.split || !infoOf(notes.split->kind).ofRecords)
        return std::nullopt;
    const auto columns = records.valueNames();
    const bool isThere =
        !infoOf(notes.split->kind).needsColumn || std::ranges::find(columns, notes.split->column) != columns.end();
    return isThere ? notes.split : std::nullopt;
}

/// How the validation part is drawn: as asked for, else as the topic was parted from its test part, else at random.
Result<ValidationSplit> validationFor(const TrainConfig& config, const Schema& records, const TopicNotes& notes,
                                      std::int64_t start, std::int64_t end, JobContext& context)
{
    const double share = config.budget.validation;
    if (share == 0)
        return ValidationSplit{0, config.seed};
    const auto ofTopic = splitOfTopic(notes, records);
    if (!config.validation && !ofTopic && notes.split && infoOf(notes.split->kind).ofRecords)
        context.note(Note::Severity::Warning,
                     "The test part was split " + describe(*notes.split) +
                         ", and the records do not have that column: "
                         "the validation part is drawn at random, and may score better than the test part will");
    SplitSpec spec = config.validation ? *config.validation : ofTopic.value_or(SplitSpec());
    spec.share = share;
    spec.seed = config.seed;
    spec.oneByOne = false;
    const auto source = validationSource(config, records, {share, config.seed}, start, end);
    auto split = planValidation(source, spec, context);
    const bool isNamed = split && spec.kind == SplitKind::Column;
    if (config.validation) {
        if (isNamed && split->share == 0)
            return fail(ErrorCode::BadData, "No record says in column " + spec.column + " that it is for validation",
                        "Choose another way with --validation-split");
        return split;
    }
    if (!split && split.error().code != ErrorCode::BadData)
        return split;
    if (split && !(isNamed && split->share == 0))
        return split;
    if (!split)
        context.note(Note::Severity::Warning, "The validation part cannot be drawn as the test part was: " +
                                                  split.error().message + ". It is drawn at random");
    spec.kind = SplitKind::Random;
    return planValidation(source, spec, context);
}

Result<ChosenModel> modelFor(const TrainConfig& config, const TopicInfo& topic, std::int64_t start, std::int64_t end,
                             JobContext& context)
{
    const TopicNotes notes = topicNotesOrTold(config.home, config.topic, context);
    if (config.model) {
        const ModelInput input{"this training", inputOf(*config.model)};
        auto records = recordSchema(config.connection, config.home, topic, config.format, input);
        if (!records)
            return fail(records.error());
        auto validation = validationFor(config, *records, notes, start, end, context);
        if (!validation)
            return fail(validation.error());
        return ChosenModel{{*config.model, {}, 0}, std::move(*records), std::move(*validation)};
    }
    auto records = topicSchema(config.connection, config.home, topic, config.format, config.partition, config.roles);
    if (!records)
        return fail(records.error());
    if (auto learnable = checkLearnable(*records, topic.name); !learnable)
        return fail(learnable.error());
    auto validation = validationFor(config, *records, notes, start, end, context);
    if (!validation)
        return fail(validation.error());
    if (config.prepares) {
        const auto isTime = [](const auto& split) { return split && split->kind == SplitKind::Time; };
        auto fitted = fitModel(config.preset, validationSource(config, *records, *validation, start, end),
                               isTime(notes.split) || isTime(config.validation), context);
        if (!fitted)
            return fail(fitted.error());
        if (fitted->rows == 0 && config.until.kind != StreamEnd::Kind::End)
            return fail(
                ErrorCode::Usage,
                "There is no record yet in topic " + topic.name + " that the columns could be measured by",
                "Begin when there are some, or take the columns as the numbers that they are: --preparation none");
        if (config.until.kind == StreamEnd::Kind::End)
            if (auto good = checkTargets(*fitted, *records, topic.name); !good)
                return fail(good.error());
        return ChosenModel{std::move(*fitted), std::move(*records), std::move(*validation)};
    }
    auto model = presetModel(config.preset, records->featureNames(), taskOf(*records));
    if (!model)
        return fail(model.error());
    return ChosenModel{{std::move(*model), {}, 0}, std::move(*records), std::move(*validation)};
}

/// What a person should know of the columns before the model learns from them.
void tellColumns(const FittedModel& fitted, JobContext& context)
{
    for (const PreparedColumn& each : fitted.columns) {
        if (!each.question.empty())
            context.note(Note::Severity::Warning, "Column " + each.column + ": " + each.question);
        const auto encoder = fitted.model.encoders.find(each.column);
        if (std::ranges::find(fitted.model.features, each.column) == fitted.model.features.end())
            context.note(Note::Severity::Info, "Column " + each.column + " is left out: " + each.why);
        else if (encoder != fitted.model.encoders.end() &&
                 (encoder->second.parameters.contains("missing") || encoder->second.parameters.contains("others")))
            context.note(Note::Severity::Info, "Column " + each.column + ": " + each.why);
    }
}

/// A validation part is of a range that has an end.
Status checkValidation(const TrainConfig& config)
{
    if (config.budget.validation == 0 && config.validation)
        return fail(ErrorCode::Usage, "train.validation-split is of no use: there is no validation part",
                    "Give its share with --validation, or leave this out");
    if (config.budget.validation == 0 || config.until.kind == StreamEnd::Kind::End)
        return {};
    return fail(ErrorCode::Usage,
                "train.validation is of a topic that is read to its end, and train.until says otherwise",
                "Leave one of them out");
}

nlohmann::json descriptionOf(const TrainConfig& config, const ModelSpec& model, const Schema& records,
                             const ValidationSplit& validation, const std::string& clusterId, std::int64_t start,
                             std::int64_t end)
{
    return {{"kind", "train"},
            {"validation_split", toJson(validation)},
            {"budget", toJson(config.budget)},
            {"records", toJson(records)},
            {"task", toJson(model.task)},
            {"configuration", config.section},
            {"model", toJson(model)},
            {"topic", config.topic},
            {"cluster_id", clusterId},
            {"offsets", {{"partition", config.partition}, {"start", start}, {"end", end}}},
            {"simulated", readTopicNotes(config.home, config.topic).value_or(TopicNotes()).simulated},
            {"seed", config.seed}};
}

/// What is in hand between Kafka and the learner goes into every checkpoint. A shuffle buffer that nobody asked for is
/// made to fit.
Status fitInHand(TrainConfig& config, std::size_t features)
{
    constexpr std::int64_t kMostBytes = 64 << 20, kUnaskedBytes = 24 << 20; // each checkpoint holds it twice more
    const auto row = static_cast<std::int64_t>((features + 1) * sizeof(float));
    if (!config.wish.shuffle)
        config.budget.shuffle = static_cast<int>(std::clamp<std::int64_t>(kUnaskedBytes / row - config.budget.batch, 0,
                                                                          std::int64_t{config.budget.shuffle}));
    const std::int64_t rows = std::int64_t{config.budget.shuffle} + config.budget.batch;
    if (rows * row <= kMostBytes)
        return {};
    return fail(ErrorCode::Usage,
                "train.shuffle and train.batch are " + formatCount(rows) + " records together: they take " +
                    formatCount(rows * row >> 20) + " MB",
                "They must fit into 64 MB: at most " + formatCount(kMostBytes / row) + " records");
}

/// One partition is learnt: of a topic of several only one that was asked for, so that the rest is not left out in
/// silence.
Status choosePartition(Admin& admin, TrainConfig& config, JobContext& context)
{
    const auto topic = admin.topic(config.topic);
    if (!topic)
        return fail(topic.error());
    const auto count = static_cast<std::int64_t>(topic->partitions.size());
    if (config.partition < 0 && count > 1)
        return fail(ErrorCode::Usage,
                    "Topic " + config.topic + " has " + formatCount(count) +
                        " partitions, and a training reads one of them: the records of the others would be left out",
                    "Publish to a topic of one partition (--partitions 1), or learn one on purpose with --partition N "
                    "(0 to " +
                        std::to_string(count - 1) + ")");
    config.partition = std::max(0, config.partition);
    if (count > 1)
        context.note(Note::Severity::Warning, "Learning partition " + std::to_string(config.partition) + " of " +
                                                  formatCount(count) + " of topic " + config.topic +
                                                  ": the records of the others are left out");
    return {};
}

/// The threshold of a new model, or that it is to be found.
Status decideThreshold(TrainConfig& config, Task& task)
{
    config.budget.findsThreshold = !config.threshold;
    if (task.kind != TaskKind::Binary && config.threshold != kEvenThreshold)
        return fail(ErrorCode::Usage, "A threshold is of two classes, and the label sets the task " + infoOf(task).name,
                    "Leave it out: --threshold 0.5");
    if (!config.threshold && config.budget.validation == 0)
        return fail(ErrorCode::Usage, "The threshold is to be found on the validation part, and there is none",
                    "Keep records for it (--validation 0.15), or give the threshold as a number");
    task.threshold = config.threshold.value_or(task.threshold);
    return {};
}

/// The unit of the records' weights. One of a sum that is not clearly above 0 would turn the loss over.
Status decideMeanWeight(TrainConfig& config, const std::string& column, const Task& task, const TargetSketch& sketch,
                        JobContext& context)
{
    constexpr double kLeastOfSizes = 1e-3;
    if (!(sketch.weights > kLeastOfSizes * sketch.sizes))
        return fail(ErrorCode::BadData,
                    "The weights of column " + column + " add up to " + shortestDecimal(sketch.weights) + " over " +
                        countOf(sketch.records, "record") + ": their mean must be above 0",
                    "Learn from more records, or from a topic whose weights are positive on average");
    for (std::size_t i = 0; i < sketch.classes.size(); ++i)
        if (sketch.classes[i] < 0)
            return fail(ErrorCode::BadData,
                        "The weights of column " + column + " add up to " + shortestDecimal(sketch.classes[i]) +
                            " over the records of " + classTitle(task, static_cast<int>(i)) +
                            ": the loss would be the smaller, the surer such a record is mistaken",
                        "Learn from more records, or from a topic whose weights are positive on average in each class");
    config.budget.meanWeight = sketch.weights / static_cast<double>(sketch.records);
    context.note(Note::Severity::Info,
                 "Records count by column " + column + ", whose mean is " + shortestDecimal(config.budget.meanWeight));
    return {};
}

/// What records count for, by their weight and by their class.
Status decideWeights(TrainConfig& config, const ModelSpec& model, const ValidationSource& source, JobContext& context)
{
    TargetSketch sketch;
    const std::string column = source.records.nameOf(ColumnRole::Weight);
    if (!column.empty() || (config.classWeights.isBalanced && classCount(model.task) > 0)) {
        auto looked = sketchTargets(inputOf(model), source, context);
        if (!looked)
            return fail(looked.error());
        sketch = std::move(*looked);
        if (sketch.records == 0 && config.until.kind != StreamEnd::Kind::End)
            return fail(ErrorCode::Usage, "There is no record yet in topic " + config.topic + " to measure weights by",
                        "Begin when there are some");
    }
    if (!column.empty() && sketch.records > 0) // without any the training says why none can be used
        if (auto decided = decideMeanWeight(config, column, model.task, sketch, context); !decided)
            return decided;
    auto weights = classWeightsOf(config.classWeights, model.task, sketch.classes);
    if (!weights)
        return fail(weights.error());
    config.budget.classWeights = std::move(*weights);
    for (std::size_t i = 0; i < config.budget.classWeights.size(); ++i)
        context.note(Note::Severity::Info, classTitle(model.task, static_cast<int>(i)) + " counts " +
                                               formatFixed(config.budget.classWeights[i], 4) + " in the loss");
    return {};
}

Result<TrainPlan> planNew(TrainConfig config, JobContext& context)
{
    auto admin = Admin::open(config.connection);
    if (!admin)
        return fail(admin.error());
    if (auto chosen = choosePartition(*admin, config, context); !chosen)
        return fail(chosen.error());
    auto source = partitionIn(askSource(*admin, config.topic, context.stop()), config.partition);
    if (!source)
        return fail(source.error());
    auto start = resolveStart(*admin, config.topic, source->partition, config.from);
    if (!start)
        return fail(start.error());
    const std::int64_t end = source->partition.high;
    const bool hasEnd = config.until.kind == StreamEnd::Kind::End;
    config.budget = decideBudget(config.wish, hasEnd ? end - *start : -1, sizingOf(config));
    if (auto good = checkValidation(config); !good)
        return fail(good.error());
    auto chosen = modelFor(config, source->topic, *start, end, context);
    if (!chosen)
        return fail(chosen.error());
    if (chosen->validation.share != config.budget.validation) { // a column says how many
        config.wish.validation = chosen->validation.share;
        config.budget = decideBudget(config.wish, hasEnd ? end - *start : -1, sizingOf(config));
    }
    ModelSpec& model = chosen->fitted.model;
    if (auto decided = decideThreshold(config, model.task); !decided)
        return fail(decided.error());
    const auto learnt = validationSource(config, chosen->records, chosen->validation, *start, end);
    if (auto decided = decideWeights(config, model, learnt, context); !decided)
        return fail(decided.error());
    auto graph = lower(model);
    if (!graph)
        return fail(graph.error());
    if (auto fits = fitInHand(config, static_cast<std::size_t>(graph->inputs)); !fits)
        return fail(fits.error());
    auto description =
        descriptionOf(config, model, chosen->records, chosen->validation, source->clusterId, *start, end);
    description["columns"] = toJson(chosen->fitted.columns);
    auto run = RunFolder::create(config.home / "runs", config.run, std::move(description));
    if (!run)
        return fail(run.error());
    tellColumns(chosen->fitted, context);
    if (config.budget.validation > 0)
        run->log("The validation part is split " + describe(chosen->validation));
    IngestConfig ingest = ingestOf(config, *start, end);
    return TrainPlan{std::move(*run),
                     std::move(model),
                     std::move(*graph),
                     std::move(ingest),
                     std::move(config),
                     std::move(chosen->records),
                     std::move(chosen->validation)};
}

/// What an old run was, from its folder.
struct OldRun {
    RunInfo info;
    ModelSpec model;
    Graph graph;
    Schema records;
    ValidationSplit validation;
    TrainBudget budget;
    std::int64_t start = 0, end = 0;
    std::optional<Checkpoint> checkpoint;
    std::optional<IngestSnapshot> snapshot; ///< of the checkpoint
};

/// As the run decided it; earlier builds had all of it in the configuration.
Result<TrainBudget> oldBudget(const TrainConfig& config, const nlohmann::json& description)
{
    auto budget = description.contains("budget") ? budgetFromJson(objectIn(description, "budget"))
                                                 : Result<TrainBudget>(decideBudget(config.wish, -1, Sizing::Tutorial));
    if (budget && config.wish.epochs)
        budget->epochs = *config.wish.epochs;
    return budget;
}

Result<OldRun> readOldRun(const TrainConfig& config, const std::string& name, JobContext& context)
{
    auto info = findRunOfKind(config.home, name, "train", "a training");
    if (!info)
        return fail(info.error());
    const nlohmann::json& description = info->description;
    auto model = modelFromJson(description.value("model", nlohmann::json()));
    if (!model)
        return fail(model.error());
    auto graph = lower(*model);
    if (!graph)
        return fail(graph.error());
    auto budget = oldBudget(config, description);
    if (!budget)
        return fail(budget.error());
    const nlohmann::json& records = objectIn(description, "records");
    auto schema = records.empty() ? featureSchema(model->features) : schemaFromJson(records);
    if (!schema)
        return fail(schema.error());
    auto validation =
        validationSplitFromJson(objectIn(description, "validation_split"), budget->validation, config.seed);
    if (!validation)
        return fail(validation.error());
    const nlohmann::json offsets = description.value("offsets", nlohmann::json::object());
    OldRun old{std::move(*info),
               std::move(*model),
               std::move(*graph),
               std::move(*schema),
               std::move(*validation),
               std::move(*budget),
               offsets.value("start", std::int64_t{0}),
               offsets.value("end", std::int64_t{0}),
               {},
               {}};
    if (!old.info.hasModel)
        return old;
    auto checkpoint = newestCheckpoint(old.info, context);
    if (!checkpoint)
        return fail(checkpoint.error());
    auto snapshot = loadIngestSnapshot(*checkpoint, static_cast<std::size_t>(old.graph.inputs),
                                       static_cast<std::size_t>(targetsOf(old.graph.task)));
    if (!snapshot)
        return fail(snapshot.error());
    old.checkpoint = std::move(*checkpoint);
    old.snapshot = std::move(*snapshot);
    return old;
}

/// The passes that the run has begun.
int passesOf(const OldRun& old)
{
    if (!old.snapshot)
        return 0;
    return old.snapshot->rowsInPass > 0 ? old.snapshot->epoch : old.snapshot->epoch - 1;
}

int plannedEpochs(const OldRun& old)
{
    return static_cast<int>(integerIn(objectIn(old.info.description, "budget"), "epochs", old.budget.epochs));
}

/// More epochs did not help any more.
bool stoppedEarly(const OldRun& old)
{
    return old.checkpoint && flagIn(objectIn(old.checkpoint->metadata, "validation"), "over");
}

/// What a resumed run may change.
const std::set<std::string> kFreeKeys = {"epochs", "continue", "resume", "reproduce", "lost", "max-rate", "keep-mb"};

KnownPartition knownPartition(const TrainConfig& config, const OldRun& old)
{
    KnownPartition known{old.info.folder, config.topic, config.partition, {old.start, {}}};
    if (old.snapshot)
        known.position = {old.snapshot->next.offset, old.snapshot->last};
    return known;
}

/// What the broker says about the partition, once the configuration and the partition are known to be those of the run.
Result<PartitionSource> knownSource(const TrainConfig& config, const OldRun& old, JobContext& context)
{
    const AskedAgain asked{config.connection, config.topic, config.section, kFreeKeys};
    auto source = partitionIn(askSameSource(old.info, asked, context.stop()), config.partition);
    if (!source)
        return source;
    if (auto same = checkSamePartition(config.connection, knownPartition(config, old), source->partition); !same)
        return fail(same.error());
    return source;
}

/// Fills in what the journal decided after `step` steps and in epochs from `epoch` on.
void replay(const std::vector<nlohmann::json>& journal, std::int64_t step, int epoch, TrainPlan& plan)
{
    for (const nlohmann::json& entry : journal) {
        const std::string event = entry.value("event", "");
        if (event == "pass-end" && entry.value("epoch", 0) >= epoch)
            plan.ingest.passEnds[entry["epoch"].get<int>()] = entry.value("offset", std::int64_t{-1});
        if (event == "threads")
            plan.threads = entry.value("value", 1);
    }
    plan.rates = ratesAfter(journal, step);
}

/// Where the learning rate has come to its end, or the best weights were taken, there is nothing to add epochs to.
Status checkMoreEpochs(const TrainConfig& config, const OldRun& old)
{
    const bool mayGrow = old.budget.schedule.kind == ScheduleSpec().kind && old.budget.validation == 0;
    if (mayGrow || !config.wish.epochs || *config.wish.epochs <= plannedEpochs(old))
        return {};
    return fail(ErrorCode::Usage,
                "Run " + old.info.folder + " was planned for " + countOf(plannedEpochs(old), "epoch") +
                    ": its learning rate and its validation part end with them",
                "Train anew with --epochs " + std::to_string(*config.wish.epochs) +
                    ", or go on with its model: millrace online --run " + old.info.folder);
}

Result<TrainPlan> planResume(const TrainConfig& asked, JobContext& context)
{
    TrainConfig config = asked;
    auto run = reopenRun(config.home, config.resume);
    if (!run)
        return fail(run.error());
    auto old = readOldRun(config, run->name(), context);
    if (!old)
        return fail(old.error());
    const auto source = knownSource(config, *old, context);
    if (!source)
        return fail(source.error());
    if (auto may = checkMoreEpochs(config, *old); !may)
        return fail(may.error());
    config.budget = old->budget;
    if (stoppedEarly(*old))
        config.budget.epochs = passesOf(*old);
    IngestConfig ingest = ingestOf(config, old->start, old->end);
    std::int64_t lostFrom = old->snapshot ? old->snapshot->next.offset : old->start;
    const std::int64_t wanted = lostFrom;
    const KnownPartition known = knownPartition(config, *old);
    if (!old->snapshot ||
        old->snapshot->epoch <= config.budget.epochs) // else all was read: what is gone is missed by nobody
        if (auto there = checkLost(known, source->partition, config.skipLost, context, lostFrom); !there)
            return fail(there.error());
    const bool isValidated =
        old->snapshot && config.budget.validation > 0 && old->snapshot->epoch <= config.budget.epochs;
    if (!old->snapshot || isValidated || old->snapshot->epoch < config.budget.epochs)
        if (auto there = checkLost(known, source->partition, config.skipLost, context, ingest.start); !there)
            return fail(there.error());
    ingest.goneAtStart = ingest.start - old->start;
    nlohmann::json configuration = run->description().value("configuration", nlohmann::json::object());
    const int epochs = std::max(config.budget.epochs, passesOf(*old)); // raised, or fewer: what is learnt stays so
    if (config.wish.epochs)
        configuration["epochs"] = epochs;
    run->describe("configuration", std::move(configuration));
    TrainBudget told = config.budget;
    told.epochs = epochs;
    run->describe("budget", toJson(told));
    if (auto going = run->markResumed(); !going)
        return fail(going.error());
    TrainPlan plan{std::move(*run), std::move(old->model),   std::move(old->graph),     std::move(ingest),
                   config,          std::move(old->records), std::move(old->validation)};
    if (lostFrom > wanted)
        if (auto written = plan.run.journal({{"event", "lost"}, {"from", wanted}, {"to", lostFrom}}); !written)
            return fail(written.error());
    std::int64_t step = 0;
    if (old->snapshot) {
        old->snapshot->next.offset = lostFrom;
        old->snapshot->deletedInPass += lostFrom - wanted;
        step = old->checkpoint->learner.step;
    }
    if (auto cut = plan.run.rejected().cutTo(old->snapshot ? old->snapshot->rejected : RejectionState{}); !cut)
        return fail(cut.error());
    const auto metrics = old->checkpoint ? old->checkpoint->metadata.value("metrics_bytes", std::int64_t{0}) : 0;
    if (auto cut = plan.run.cutMetrics(metrics); !cut)
        return fail(cut.error());
    replay(RunJournal::read(plan.run.path()), step, old->snapshot ? old->snapshot->epoch : 1, plan);
    if (auto written = plan.run.journal({{"step", step}, {"event", "resumed"}, {"epochs", config.budget.epochs}});
        !written)
        return fail(written.error());
    plan.ingest.resume = std::move(old->snapshot);
    plan.checkpoint = std::move(old->checkpoint);
    if (plan.checkpoint && !plan.threads)
        plan.threads = 1; // nothing was decided
    context.note(Note::Severity::Info, "resumed at step " + formatCount(step));
    return plan;
}

Result<TrainPlan> planReproduction(const TrainConfig& asked, JobContext& context)
{
    TrainConfig config = asked;
    auto old = readOldRun(config, config.reproduce, context);
    if (!old)
        return fail(old.error());
    if (!old->checkpoint)
        return fail(ErrorCode::Usage, "Run " + old->info.folder + " has no checkpoint to reproduce", "Train it again");
    const auto source = knownSource(config, *old, context);
    if (!source)
        return fail(source.error());
    std::int64_t start = old->start;
    if (auto there = checkLost(knownPartition(config, *old), source->partition, config.skipLost, context, start);
        !there)
        return fail(there.error());
    config.budget = old->budget;
    config.budget.epochs = std::max(config.budget.epochs, passesOf(*old)); // fewer may have been asked for since
    auto description =
        descriptionOf(config, old->model, old->records, old->validation, source->clusterId, start, old->end);
    description["reproduces"] = old->info.folder;
    description["columns"] = listIn(old->info.description, "columns");
    const std::vector<nlohmann::json> journal = RunJournal::read(old->info.path);
    auto run = RunFolder::create(config.home / "runs", old->info.name + "-again", std::move(description));
    if (!run)
        return fail(run.error());
    IngestConfig ingest = ingestOf(config, start, old->end);
    ingest.goneAtStart = start - old->start;
    TrainPlan plan{std::move(*run), std::move(old->model),   std::move(old->graph),     std::move(ingest),
                   config,          std::move(old->records), std::move(old->validation)};
    plan.lastStep = old->checkpoint->learner.step;
    plan.lastEpochs = listIn(old->checkpoint->metadata, "epochs").size();
    plan.expected = std::move(old->checkpoint->learner);
    replay(journal, 0, 1, plan);
    plan.threads = plan.threads.value_or(1);
    return plan;
}

/// A new run, or what --continue goes on with.
Result<TrainPlan> planStart(const TrainConfig& asked, JobContext& context)
{
    if (!asked.continues)
        return planNew(asked, context);
    auto admin = Admin::open(asked.connection);
    const auto cluster = admin ? admin->cluster() : fail(admin.error());
    if (!cluster)
        return fail(cluster.error());
    const auto earlier = earlierTraining(asked, cluster->clusterId);
    if (!earlier)
        return planNew(asked, context);
    TrainConfig config = asked;
    config.partition = std::max(0, config.partition);
    config.resume = earlier->folder;
    return planResume(config, context);
}

} // namespace

Sizing sizingOf(const TrainConfig& config)
{
    if (config.model || !config.prepares)
        return Sizing::Tutorial;
    return config.preset == defaultPreset() ? Sizing::ByRowsValidated : Sizing::ByRows;
}

ValidationSource validationSource(const TrainConfig& config, Schema records, ValidationSplit split, std::int64_t start,
                                  std::int64_t end)
{
    return {config.connection,  config.topic,    config.format, config.partition, start, end,
            std::move(records), std::move(split)};
}

Result<TrainPlan> planTraining(const TrainConfig& asked, JobContext& context)
{
    const auto plan = [&] {
        if (asked.resume.empty() && asked.reproduce.empty())
            return planStart(asked, context);
        TrainConfig config = asked;
        config.partition = std::max(0, config.partition); // the only one there was
        return config.resume.empty() ? planReproduction(config, context) : planResume(config, context);
    };
    return planFromFiles(plan, "train a new run");
}

} // namespace millrace
