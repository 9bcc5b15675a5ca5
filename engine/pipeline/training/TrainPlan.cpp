// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/TrainPlan.h"

#include "base/Text.h"
#include "pipeline/reading/TopicSample.h"
#include "pipeline/runs/TopicNotes.h"
#include "pipeline/training/EarlierTraining.h"
#include "pipeline/training/OldRun.h"

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
    ingest.epochs = config.epochs;
    ingest.batch = config.batch;
    ingest.shuffle = config.shuffle;
    ingest.seed = config.seed;
    ingest.onError = config.onError;
    return ingest;
}

Result<ModelSpec> modelFor(const TrainConfig& config, const TopicInfo& topic)
{
    if (config.model) {
        const ModelInput input{"this training", config.model->features, config.model->encoders};
        if (auto fits = checkModelFits(config.connection, config.home, topic, config.format, input); !fits)
            return fail(fits.error());
        return *config.model;
    }
    auto features = topicFeatures(config.connection, config.home, topic, config.format, config.partition);
    if (!features)
        return fail(features.error());
    return presetModel(config.preset, std::move(*features));
}

nlohmann::json descriptionOf(const TrainConfig& config, const ModelSpec& model, const std::string& clusterId,
                             std::int64_t start, std::int64_t end)
{
    return {{"kind", "train"},
            {"task", toJson(model.task)},
            {"configuration", config.section},
            {"model", toJson(model)},
            {"topic", config.topic},
            {"cluster_id", clusterId},
            {"offsets", {{"partition", config.partition}, {"start", start}, {"end", end}}},
            {"simulated", readTopicNotes(config.home, config.topic).value_or(TopicNotes()).simulated},
            {"seed", config.seed}};
}

/// What is in hand between Kafka and the learner goes into every checkpoint.
Status checkInHand(const TrainConfig& config, std::size_t features)
{
    constexpr std::int64_t kMostBytes = 64 << 20;
    const auto row = static_cast<std::int64_t>((features + 1) * sizeof(float));
    const std::int64_t rows = std::int64_t{config.shuffle} + config.batch;
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
    auto model = modelFor(config, source->topic);
    if (!model)
        return fail(model.error());
    auto graph = lower(*model);
    if (!graph)
        return fail(graph.error());
    if (auto fits = checkInHand(config, static_cast<std::size_t>(graph->inputs)); !fits)
        return fail(fits.error());
    auto start = resolveStart(*admin, config.topic, source->partition, config.from);
    if (!start)
        return fail(start.error());
    const std::int64_t end = source->partition.high;
    auto run = RunFolder::create(config.home / "runs", config.run,
                                 descriptionOf(config, *model, source->clusterId, *start, end));
    if (!run)
        return fail(run.error());
    IngestConfig ingest = ingestOf(config, *start, end);
    return TrainPlan{std::move(*run), std::move(*model), std::move(*graph), std::move(ingest), {}, {}, -1, {}, {}};
}

/// What an old run was, from its folder.
struct OldRun {
    RunInfo info;
    ModelSpec model;
    Graph graph;
    std::int64_t start = 0, end = 0;
    std::optional<Checkpoint> checkpoint;
    std::optional<IngestSnapshot> snapshot; ///< of the checkpoint
};

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
    const nlohmann::json offsets = description.value("offsets", nlohmann::json::object());
    OldRun old{std::move(*info),
               std::move(*model),
               std::move(*graph),
               offsets.value("start", std::int64_t{0}),
               offsets.value("end", std::int64_t{0}),
               {},
               {}};
    if (!old.info.hasModel)
        return old;
    auto checkpoint = newestCheckpoint(old.info, context);
    if (!checkpoint)
        return fail(checkpoint.error());
    auto snapshot = loadIngestSnapshot(*checkpoint, static_cast<std::size_t>(old.graph.inputs));
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

Result<TrainPlan> planResume(const TrainConfig& config, JobContext& context)
{
    auto run = reopenRun(config.home, config.resume);
    if (!run)
        return fail(run.error());
    auto old = readOldRun(config, run->name(), context);
    if (!old)
        return fail(old.error());
    const auto source = knownSource(config, *old, context);
    if (!source)
        return fail(source.error());
    IngestConfig ingest = ingestOf(config, old->start, old->end);
    std::int64_t lostFrom = old->snapshot ? old->snapshot->next.offset : old->start;
    const std::int64_t wanted = lostFrom;
    const KnownPartition known = knownPartition(config, *old);
    if (!old->snapshot || old->snapshot->epoch <= config.epochs) // else all was read: what is gone is missed by nobody
        if (auto there = checkLost(known, source->partition, config.skipLost, context, lostFrom); !there)
            return fail(there.error());
    if (!old->snapshot || old->snapshot->epoch < config.epochs)
        if (auto there = checkLost(known, source->partition, config.skipLost, context, ingest.start); !there)
            return fail(there.error());
    ingest.goneAtStart = ingest.start - old->start;
    nlohmann::json configuration = run->description().value("configuration", nlohmann::json::object());
    configuration["epochs"] = std::max(config.epochs, passesOf(*old)); // raised, or fewer: what is learnt stays so
    run->describe("configuration", std::move(configuration));
    if (auto going = run->markResumed(); !going)
        return fail(going.error());
    TrainPlan plan{
        std::move(*run), std::move(old->model), std::move(old->graph), std::move(ingest), {}, {}, -1, {}, {}};
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
    if (auto written = plan.run.journal({{"step", step}, {"event", "resumed"}, {"epochs", config.epochs}}); !written)
        return fail(written.error());
    plan.ingest.resume = std::move(old->snapshot);
    plan.checkpoint = std::move(old->checkpoint);
    if (plan.checkpoint && !plan.threads)
        plan.threads = 1; // nothing was decided
    context.note(Note::Severity::Info, "resumed at step " + formatCount(step));
    return plan;
}

Result<TrainPlan> planReproduction(const TrainConfig& config, JobContext& context)
{
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
    auto description = descriptionOf(config, old->model, source->clusterId, start, old->end);
    description["reproduces"] = old->info.folder;
    const std::vector<nlohmann::json> journal = RunJournal::read(old->info.path);
    auto run = RunFolder::create(config.home / "runs", old->info.name + "-again", std::move(description));
    if (!run)
        return fail(run.error());
    IngestConfig ingest = ingestOf(config, start, old->end);
    ingest.goneAtStart = start - old->start;
    ingest.epochs = std::max(ingest.epochs, passesOf(*old)); // earlier builds told fewer, where fewer were asked for
    TrainPlan plan{
        std::move(*run), std::move(old->model), std::move(old->graph), std::move(ingest), {}, {}, -1, {}, {}};
    plan.lastStep = old->checkpoint->learner.step;
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
