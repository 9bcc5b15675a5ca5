// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/OnlinePlan.h"

#include "base/Text.h"
#include "pipeline/online/EarlierRun.h"
#include "pipeline/reading/MemberSlot.h"
#include "pipeline/reading/TopicSample.h"
#include "pipeline/runs/TopicNotes.h"
#include "pipeline/training/ModelFit.h"
#include "pipeline/training/OldRun.h"

namespace millrace
{
namespace
{

/// A mini-dataset in hand, one open and two queued: 64 MB in all.
constexpr std::int64_t kBytesOfAMiniDataset = 16 << 20;
constexpr auto kStartFile = "start.safetensors";

/// What a resumed run may change.
const std::set<std::string> kFreeOnlineKeys = {"resume", "reproduce", "continue", "lost",   "offsets",
                                               "until",  "passes",    "max-rate", "keep-mb"};

Status checkSize(const OnlineConfig& config, std::size_t features)
{
    const auto row = static_cast<std::int64_t>((features + 1) * sizeof(float));
    if (!config.labelTopic.empty() && config.labelHorizon * row > kBytesOfAMiniDataset)
        return fail(ErrorCode::Usage, "online.label-horizon is " + formatCount(config.labelHorizon),
                    "What waits must fit into 16 MB: at most " + formatCount(kBytesOfAMiniDataset / row) + " records");
    if (config.records * row <= kBytesOfAMiniDataset)
        return {};
    return fail(ErrorCode::Usage,
                "online.records is " + formatCount(config.records) + ": such a mini-dataset takes " +
                    formatCount(config.records * row >> 20) + " MB",
                "It must fit into 16 MB: at most " + formatCount(kBytesOfAMiniDataset / row) + " records");
}

/// Texts and dates become numbers, and numbers that are foretold have a mean and a deviation, as records say that are
/// there already.
bool needsFit(const Schema& records)
{
    return records.task == TaskKind::Regression || std::ranges::any_of(records.featureColumns(), [&](int column) {
               return records.columns[static_cast<std::size_t>(column)].type == ColumnType::Text;
           });
}

/// By the records of the topic's largest partition. What they say of the columns is known before any of them is
/// learnt, as where a trained model goes on.
Result<ModelSpec> newModel(const OnlineConfig& config, const TopicInfo& topic, const Schema& records,
                           JobContext& context)
{
    constexpr std::int64_t kFewest = 50;
    if (!needsFit(records))
        return presetModel(config.preset, records.featureNames(), taskOf(records));
    const auto largest =
        std::ranges::max_element(topic.partitions, {}, [](const PartitionInfo& each) { return each.high - each.low; });
    auto fitted = fitModel(config.preset,
                           {config.connection, config.topic, config.format, largest->partition, largest->low,
                            largest->high, records, ValidationSplit{0, config.seed}},
                           false, context);
    if (!fitted)
        return fail(fitted.error());
    if (fitted->rows < kFewest)
        return fail(ErrorCode::Usage,
                    "What the columns of topic " + config.topic +
                        " hold, texts and dates or the spread of what is "
                        "foretold, is not known: it has " +
                        countOf(fitted->rows, "record") + " with a label that tell it",
                    "Begin when there are " + std::to_string(kFewest) +
                        ", or train a model first (millrace train) and go on with it: --run NAME");
    context.note(Note::Severity::Info,
                 "the columns are measured on " + countOf(fitted->rows, "record") + " that the topic holds already");
    return std::move(fitted->model);
}

/// what: whose task it is.
Status checkOneTarget(const Task& task, const std::string& what)
{
    const int targets = targetsOf(task);
    if (targets == 1)
        return {};
    return fail(ErrorCode::Usage,
                what + " foretells " + std::to_string(targets) +
                    " numbers, and online learning follows one: late labels, detectors and the log of scores have one "
                    "target a record",
                "Go on with millrace train --continue, or train a model of one label");
}

/// The parent's model, or a new one from the preset.
Result<TrainedModel> startingModel(const OnlineConfig& config, const TopicInfo& topic, JobContext& context)
{
    if (!config.run.empty()) {
        auto parent = TrainedModel::load(RunCatalog(config.home / "runs"), config.run, context, config.seed);
        if (!parent)
            return parent;
        if (auto good = checkOneTarget(parent->model.task, "The model of run " + parent->run.folder); !good)
            return fail(good.error());
        const ModelInput input{"run " + parent->run.folder, inputOf(parent->model), parent->records,
                               config.labelTopic.empty()};
        auto records = recordSchema(config.connection, config.home, topic, config.format, input);
        if (!records)
            return fail(records.error());
        parent->records = std::move(*records);
        if (config.setLearningRate)
            parent->learner->setLearningRate(config.optimizer.learningRate);
        return parent;
    }
    auto records = topicSchema(config.connection, config.home, topic, config.format, -1);
    if (!records)
        return fail(records.error());
    if (auto good = checkOneTarget(taskOf(*records), "A new model of topic " + config.topic); !good)
        return fail(good.error());
    auto model = newModel(config, topic, *records, context);
    if (!model)
        return fail(model.error());
    auto learner = makeLearner(*model, config.optimizer, config.seed);
    if (!learner)
        return fail(learner.error());
    TrainedModel fresh;
    fresh.run.name = config.topic;
    fresh.model = std::move(*model);
    fresh.records = std::move(*records);
    fresh.optimizer = config.optimizer;
    fresh.state = (*learner)->state();
    fresh.learner = std::move(*learner);
    return fresh;
}

/// The learner gets standardized rows, so it must not do that again.
Status takeNormaliser(const nlohmann::json& state, TrainedModel& trained, const OnlineConfig& config,
                      std::optional<RunningMoments>& normaliser)
{
    if (!config.normalise)
        return {};
    normaliser.emplace(static_cast<std::size_t>(trained.learner->inputs()));
    if (state.is_object())
        normaliser->restore(state);
    else if (!trained.model.preprocessing.empty())
        return fail(ErrorCode::Usage, "The model of run " + trained.run.folder + " has a fixed normalisation already",
                    "Leave out --normalise, or start from another run");
    if (trained.model.preprocessing.empty())
        return {};
    trained.model.preprocessing.clear();
    const LearnerState learnt = trained.learner->state();
    auto learner = makeLearner(trained.model, trained.optimizer, config.seed);
    if (!learner)
        return fail(learner.error());
    trained.learner = std::move(*learner);
    return trained.learner->restore(learnt);
}

/// What a reproduction begins with.
Status saveStart(const OnlinePlan& plan)
{
    Checkpoint checkpoint{plan.trained.learner->state(),
                          {{"model", toJson(withNormaliser(plan.trained.model, plan.normaliser))},
                           {"records", toJson(plan.trained.records)},
                           {"optimizer", toJson(plan.trained.optimizer)}},
                          {}};
    saveOnlineState(plan.state, checkpoint);
    return writeCheckpoint(plan.run.path() / kStartFile, checkpoint);
}

nlohmann::json normaliserOf(const Checkpoint& checkpoint)
{
    const nlohmann::json online = checkpoint.metadata.value("online", nlohmann::json::object());
    return online.value("normaliser", nlohmann::json());
}

nlohmann::json normaliserOfParent(const OnlineConfig& config)
{
    if (config.run.empty())
        return {};
    const auto info = RunCatalog(config.home / "runs").find(config.run);
    const auto checkpoint = info ? RunCatalog::loadCheckpoint(*info) : fail(info.error());
    return checkpoint ? normaliserOf(*checkpoint) : nlohmann::json();
}

/// What an online run says about itself in run.json.
nlohmann::json descriptionOf(const OnlineConfig& config, const ModelSpec& model, const std::string& parent,
                             const std::string& clusterId)
{
    return {{"kind", "online"},
            {"parent", parent.empty() ? nlohmann::json() : nlohmann::json(parent)},
            {"configuration", config.section},
            {"model", toJson(model)},
            {"topic", config.topic},
            {"cluster_id", clusterId},
            {"simulated", readTopicNotes(config.home, config.topic).value_or(TopicNotes()).simulated},
            {"seed", config.seed}};
}

/// Where a new run begins in each partition.
Result<std::map<int, std::int64_t>> firstOffsets(const OnlineConfig& config, const TopicInfo& topic)
{
    std::map<int, std::int64_t> first;
    if (config.from.kind == StreamStart::Kind::Earliest)
        return first;
    auto admin = Admin::open(config.connection);
    if (!admin)
        return fail(admin.error());
    for (const PartitionInfo& partition : topic.partitions) {
        auto offset = resolveStart(*admin, config.topic, partition, config.from);
        if (!offset)
            return fail(offset.error());
        first[partition.partition] = *offset;
    }
    return first;
}

Result<Source> askSource(const OnlineConfig& config, const std::stop_token& stop)
{
    auto admin = Admin::open(config.connection);
    if (!admin)
        return fail(admin.error());
    return askSource(*admin, config.topic, stop);
}

Result<OnlinePlan> begin(const OnlineConfig& config, TrainedModel trained, const nlohmann::json& normaliserState,
                         const std::string& name, nlohmann::json description)
{
    std::optional<RunningMoments> normaliser;
    if (auto taken = takeNormaliser(normaliserState, trained, config, normaliser); !taken)
        return fail(taken.error());
    description["task"] = toJson(trained.model.task);
    auto run = RunFolder::create(config.home / "runs", name, std::move(description));
    if (!run)
        return fail(run.error());
    OnlinePlan plan{std::move(*run), std::move(trained)};
    plan.normaliser = std::move(normaliser);
    plan.join = LabelJoin(config.labelHorizon);
    plan.start.instance = memberName(config.home, plan.run.name());
    plan.state.baseRate = plan.trained.learner->state().learningRate;
    if (plan.normaliser)
        plan.state.normaliser = plan.normaliser->state();
    if (auto saved = saveStart(plan); !saved)
        return fail(saved.error());
    return plan;
}

Result<std::vector<double>> onlineClassWeights(const OnlineConfig& config, const Task& task)
{
    if (config.classWeights.isBalanced)
        return fail(ErrorCode::Usage, "Classes are balanced by their counts, and a stream's are not known beforehand",
                    R"(Give each class its weight by name: --class-weights '{"yes": 10}')");
    return classWeightsOf(config.classWeights, task, {});
}

Result<OnlinePlan> planNew(const OnlineConfig& config, const Source& source, JobContext& context)
{
    auto first = firstOffsets(config, source.topic);
    if (!first)
        return fail(first.error());
    auto trained = startingModel(config, source.topic, context);
    if (!trained)
        return fail(trained.error());
    if (auto fits = checkSize(config, static_cast<std::size_t>(trained->learner->inputs())); !fits)
        return fail(fits.error());
    if (auto good = onlineClassWeights(config, trained->model.task); !good)
        return fail(good.error());
    if (const std::string column = trained->records.nameOf(ColumnRole::Weight); !column.empty())
        context.note(Note::Severity::Warning,
                     "Each record counts as 1: online, the weights of column " + column + " are not looked at");
    const std::string parent = config.run.empty() ? std::string() : trained->run.folder;
    const std::string name = trained->run.name + "-online";
    auto description = descriptionOf(config, trained->model, parent, source.clusterId);
    auto plan = begin(config, std::move(*trained), normaliserOfParent(config), name, std::move(description));
    if (!plan)
        return plan;
    plan->parent = parent;
    plan->start.first = std::move(*first);
    return plan;
}

/// What an old run was, from its folder.
struct OldOnlineRun {
    RunInfo info;
    Checkpoint checkpoint;
    OnlineState state;
    std::vector<nlohmann::json> journal;
};

Result<OldOnlineRun> readOldOnlineRun(const OnlineConfig& config, const std::string& name, JobContext& context)
{
    auto info = findRunOfKind(config.home, name, "online", "online learning");
    if (!info)
        return fail(info.error());
    auto checkpoint = info->hasModel ? newestCheckpoint(*info, context) : readCheckpoint(info->path / kStartFile);
    if (!checkpoint)
        return fail(checkpoint.error());
    const auto model = modelFromJson(checkpoint->metadata.value("model", nlohmann::json()));
    if (!model)
        return fail(ErrorCode::BadData, "The model in run " + info->folder + "'s checkpoint: " + model.error().message,
                    "Start a new online run");
    auto state = loadOnlineState(*checkpoint, inputNames(*model).size());
    if (!state)
        return fail(state.error());
    auto journal = RunJournal::read(info->path);
    return OldOnlineRun{std::move(*info), std::move(*checkpoint), std::move(*state), std::move(journal)};
}

/// The cluster and the partitions are those of the run; positions move behind what was deleted where that is allowed.
Status checkSource(const OnlineConfig& config, const OldOnlineRun& old, Positions& positions, JobContext& context)
{
    const AskedAgain asked{config.connection, config.topic, config.section, kFreeOnlineKeys};
    const auto source = askSameSource(old.info, asked, context.stop());
    if (!source)
        return fail(source.error());
    for (auto& [number, position] : positions) {
        const KnownPartition known{old.info.folder, config.topic, number, position};
        const auto partition = findPartition(source->topic, number);
        if (!partition)
            return fail(partition.error());
        if (auto same = checkSamePartition(config.connection, known, *partition); !same)
            return same;
        if (auto there = checkLost(known, *partition, config.skipLost, context, position.next); !there)
            return there;
    }
    return {};
}

void takeSkip(const Skip& skip, OnlineStart& start)
{
    start.skips.push_back(skip);
    start.skipped += skip.to - skip.from;
}

/// What the journal decided about mini-datasets from `from` on.
void replay(const std::vector<nlohmann::json>& journal, std::int64_t from, OnlineStart& start)
{
    for (const nlohmann::json& entry : journal) {
        const std::string event = entry.value("event", "");
        const std::int64_t number = entry.value("mini_dataset", std::int64_t{-1});
        if (event == "assigned") {
            const int partition = entry.at("partition").get<int>();
            start.committed[partition] = entry.at("committed").get<std::int64_t>();
            start.first.try_emplace(partition, entry.at("start").get<std::int64_t>());
            start.lost.erase(partition);
        } else if (event == "committed") {
            start.committed.erase(entry.at("partition").get<int>());
        } else if (event == "lost") {
            start.lost.merge(entry.at("partitions").get<std::set<int>>());
        }
        if (event == "lost" || event == "moved" || event == "unplanned") {
            start.sizes.erase(start.sizes.lower_bound(number), start.sizes.end());
            start.passEnded.reset();
        }
        if (number < from)
            continue;
        if (event == "pass" && entry.at("pass") == 2)
            start.passEnded = number;
        else if (event == "closed")
            start.sizes[number] = entry.at("records").get<int>();
        else if (event == "skip")
            takeSkip({entry.at("partition").get<int>(), entry.at("from").get<std::int64_t>(),
                      entry.at("to").get<std::int64_t>()},
                     start);
        else if (event == "moved" && start.resumed)
            start.positions[entry.at("partition").get<int>()] = {entry.at("to").get<std::int64_t>(), {}};
        else if (event == "assigned" && start.resumed && entry.contains("from"))
            start.positions[entry.at("partition").get<int>()] = {entry.at("start").get<std::int64_t>(), {}};
    }
}

/// The folder as it was at the checkpoint: what was written after it is done anew.
Status cutFiles(RunFolder& run, const OnlineState& state)
{
    if (auto cut = run.rejected().cutTo(state.rejected); !cut)
        return cut;
    return run.cutMetrics(state.metricsBytes);
}

/// What a run saved when it had lost its partitions is not the group's: another member has learnt that.
Status goBackToCommit(RunFolder& run)
{
    constexpr std::int64_t kNone = -1;
    std::int64_t checkpoint = kNone;
    for (const nlohmann::json& entry : RunJournal::read(run.path())) {
        const std::string event = entry.value("event", "");
        if (event == "lost")
            checkpoint = entry.at("checkpoint").get<std::int64_t>();
        else if (event == "resumed")
            checkpoint = kNone;
    }
    return checkpoint != kNone ? run.dropCheckpointsAfter(checkpoint) : Status{};
}

Result<OnlinePlan> planResume(const OnlineConfig& config, JobContext& context)
{
    auto run = reopenRun(config.home, config.resume);
    if (!run)
        return fail(run.error());
    if (auto gone = goBackToCommit(*run); !gone)
        return fail(gone.error());
    auto old = readOldOnlineRun(config, run->name(), context);
    if (!old)
        return fail(old.error());
    const Positions reached = old->state.positions;
    if (auto same = checkSource(config, *old, old->state.positions, context); !same)
        return fail(same.error());
    if (old->state.pass == 1) // later ones read again what was read once
        for (const auto& [partition, position] : reached)
            old->state.deleted += old->state.positions.at(partition).next - position.next;
    auto trained = TrainedModel::of(old->info, old->checkpoint, config.seed);
    if (!trained)
        return fail(trained.error());
    std::optional<RunningMoments> normaliser;
    if (auto taken = takeNormaliser(normaliserOf(old->checkpoint), *trained, config, normaliser); !taken)
        return fail(taken.error());
    if (auto cut = cutFiles(*run, old->state); !cut)
        return fail(cut.error());
    if (auto going = run->markResumed(); !going)
        return fail(going.error());
    OnlinePlan plan{std::move(*run), std::move(*trained)};
    plan.normaliser = std::move(normaliser);
    plan.state = std::move(old->state);
    plan.join = LabelJoin(config.labelHorizon);
    if (auto joined = plan.join.restore(old->checkpoint, static_cast<std::size_t>(plan.trained.learner->inputs()));
        !joined)
        return fail(joined.error());
    const nlohmann::json parent = plan.run.description().value("parent", nlohmann::json());
    plan.parent = parent.is_string() ? parent.get<std::string>() : std::string();
    const std::int64_t begun = plan.state.miniDatasets + (plan.state.inHand ? 1 : 0);
    plan.start.instance = memberName(config.home, plan.run.name());
    plan.start.resumed = true;
    plan.start.positions = plan.state.positions;
    plan.start.miniDatasets = begun;
    plan.start.labelPositions = plan.state.labelPositions;
    plan.start.records = plan.state.arrived;
    plan.start.skipped = plan.state.skipped;
    plan.start.deleted = plan.state.deleted;
    plan.start.labelsDeleted = plan.state.labelsDeleted;
    plan.start.pass = plan.state.pass;
    plan.start.passPositions = plan.state.passPositions;
    plan.start.passRecords = plan.state.passRecords;
    replay(old->journal, begun, plan.start);
    if (plan.start.pass == 1 && plan.start.passEnded == begun)
        plan.start.pass = 2;                     // the group has all of the first
    plan.state.positions = plan.start.positions; // somebody may have moved it since
    plan.start.saved = savedState(plan.state, old->info.hasModel ? old->checkpoint.learner.step : -1, plan.run.name());
    if (!config.labelTopic.empty())
        plan.start.sizes.clear(); // which labels had come by then was the clock's
    plan.rates = ratesAfter(old->journal, plan.state.steps);
    if (auto written = plan.run.journal({{"event", "resumed"}, {"step", plan.state.steps}}); !written)
        return fail(written.error());
    context.note(Note::Severity::Info, "resumed at record " + formatCount(plan.state.records), plan.state.records);
    return plan;
}

/// Where the run began in each partition: what it was first assigned there.
Positions firstPlaces(const OldOnlineRun& old)
{
    Positions positions;
    for (const nlohmann::json& entry : old.journal)
        if (entry.value("event", "") == "assigned")
            positions.try_emplace(
                entry.at("partition").get<int>(),
                PartitionPosition{std::max<std::int64_t>(0, entry.at("start").get<std::int64_t>()), {}});
    return positions;
}

Result<OnlinePlan> planReproduction(const OnlineConfig& config, JobContext& context)
{
    auto old = readOldOnlineRun(config, config.reproduce, context);
    if (!old)
        return fail(old.error());
    if (!old->info.hasModel)
        return fail(ErrorCode::Usage, "Run " + old->info.folder + " has no checkpoint to reproduce", "Learn again");
    if (RunFolder::dropped(old->info.path).contains("journal.jsonl"))
        return fail(ErrorCode::Usage,
                    "The journal of run " + old->info.folder +
                        " does not have all decisions any more, to keep its folder "
                        "within keep-mb",
                    "It can be resumed, but not reproduced");
    if (!config.labelTopic.empty())
        return fail(ErrorCode::Usage,
                    "Run " + old->info.folder +
                        " took its labels from a second topic: which came first was the clock's",
                    "It can be resumed, but not reproduced");
    Positions positions = firstPlaces(*old);
    for (auto& [partition, position] : positions)
        if (const auto reached = old->state.positions.find(partition); reached != old->state.positions.end())
            position.last = reached->second.last;
    if (auto same = checkSource(config, *old, positions, context); !same)
        return fail(same.error());
    auto start = readCheckpoint(old->info.path / kStartFile);
    if (!start)
        return fail(start.error());
    auto trained = TrainedModel::of(old->info, *start, config.seed);
    if (!trained)
        return fail(trained.error());
    nlohmann::json description = old->info.description;
    for (const char* key : {"ended", "result", "resumed"})
        description.erase(key);
    description["reproduces"] = old->info.folder;
    if (positions.size() > 1)
        context.note(Note::Severity::Warning,
                     "Run " + old->info.folder + " read " + std::to_string(positions.size()) +
                         " partitions together: whose records came first was the clock's, so the weights may differ");
    auto plan =
        begin(config, std::move(*trained), normaliserOf(*start), old->info.name + "-again", std::move(description));
    if (!plan)
        return plan;
    plan->start.reproduces = true;
    plan->start.positions = std::move(positions);
    replay(old->journal, 0, plan->start);
    plan->rates = ratesAfter(old->journal, 0);
    plan->lastStep = old->state.steps;
    plan->expected = std::move(old->checkpoint.learner);
    return plan;
}

/// A new run, or what --continue goes on with.
Result<OnlinePlan> planStart(const OnlineConfig& config, JobContext& context)
{
    const auto source = askSource(config, context.stop());
    if (!source)
        return fail(source.error());
    const auto earlier = earlierOnlineRun(config, source->clusterId);
    if (!earlier)
        return fail(earlier.error());
    if (!*earlier)
        return planNew(config, *source, context);
    OnlineConfig again = config;
    again.resume = (*earlier)->folder;
    return planResume(again, context);
}

} // namespace

bool canBeResumed(const RunInfo& run)
{
    return run.hasModel || std::filesystem::exists(run.path / kStartFile);
}

ModelSpec withNormaliser(ModelSpec model, const std::optional<RunningMoments>& normaliser)
{
    if (normaliser)
        model.preprocessing = {{"standardize", {{"mean", normaliser->mean()}, {"scale", normaliser->deviation()}}}};
    return model;
}

Result<OnlinePlan> planOnline(const OnlineConfig& config, JobContext& context)
{
    if (config.passes > 1 && config.until.kind == StreamEnd::Kind::Never)
        return fail(ErrorCode::Usage,
                    "online.passes is " + std::to_string(config.passes) +
                        ", but a stream that is read until never has no end to go back from",
                    "Let it end with --until end, count:N or idle:MILLISECONDS, or leave passes at 1");
    const auto plan = [&] {
        if (!config.resume.empty())
            return planResume(config, context);
        return config.reproduce.empty() ? planStart(config, context) : planReproduction(config, context);
    };
    auto made = planFromFiles(plan, "start a new run");
    if (!made)
        return made;
    const auto weights = onlineClassWeights(config, made->trained.model.task);
    if (!weights)
        return fail(weights.error());
    if (auto set = made->trained.learner->setClassWeights(*weights); !set)
        return fail(set.error());
    return made;
}

} // namespace millrace
