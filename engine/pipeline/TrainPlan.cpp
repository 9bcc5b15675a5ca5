// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/TrainPlan.h"

#include "base/Text.h"
#include "pipeline/TopicNotes.h"

#include <set>

namespace millrace
{
namespace
{

constexpr std::chrono::seconds kIdentityTimeout{10};

/// What the broker says about the partition now.
struct Source {
    std::string clusterId;
    PartitionInfo partition;
};

Result<Source> askSource(Admin& admin, const TrainConfig& config)
{
    auto cluster = admin.cluster();
    if (!cluster)
        return fail(cluster.error());
    auto topic = admin.topic(config.topic);
    if (!topic)
        return fail(topic.error());
    auto partition = findPartition(*topic, config.partition);
    if (!partition)
        return fail(partition.error());
    return Source{cluster->clusterId, *partition};
}

IngestConfig ingestOf(const TrainConfig& config, const ModelSpec& model, std::int64_t start, std::int64_t end)
{
    IngestConfig ingest;
    ingest.connection = config.connection;
    ingest.topic = config.topic;
    ingest.partition = config.partition;
    ingest.start = start;
    ingest.end = end;
    ingest.until = config.until;
    ingest.features = model.features;
    ingest.epochs = config.epochs;
    ingest.batch = config.batch;
    ingest.shuffle = config.shuffle;
    ingest.seed = config.seed;
    ingest.onError = config.onError;
    return ingest;
}

Result<ModelSpec> modelFor(const TrainConfig& config)
{
    if (config.model)
        return *config.model;
    auto features = topicFeatures(config.connection, config.home, config.topic, config.partition);
    if (!features)
        return fail(features.error());
    return presetModel(config.preset, std::move(*features));
}

nlohmann::json descriptionOf(const TrainConfig& config, const ModelSpec& model, const std::string& clusterId,
                             std::int64_t start, std::int64_t end)
{
    return {{"kind", "train"},
            {"configuration", config.section},
            {"model", toJson(model)},
            {"topic", config.topic},
            {"cluster_id", clusterId},
            {"offsets", {{"partition", config.partition}, {"start", start}, {"end", end}}},
            {"simulated", readTopicNotes(config.home, config.topic).simulated},
            {"seed", config.seed}};
}

Result<TrainPlan> planNew(const TrainConfig& config)
{
    auto model = modelFor(config);
    if (!model)
        return fail(model.error());
    auto graph = lower(*model);
    if (!graph)
        return fail(graph.error());
    auto admin = Admin::open(config.connection);
    if (!admin)
        return fail(admin.error());
    auto source = askSource(*admin, config);
    if (!source)
        return fail(source.error());
    auto start = resolveStart(*admin, config.topic, source->partition, config.from);
    if (!start)
        return fail(start.error());
    const std::int64_t end = source->partition.high;
    auto run = RunFolder::create(config.home / "runs", config.run,
                                 descriptionOf(config, *model, source->clusterId, *start, end));
    if (!run)
        return fail(run.error());
    IngestConfig ingest = ingestOf(config, *model, *start, end);
    return TrainPlan{std::move(*run), std::move(*model), std::move(*graph), std::move(ingest), {}, {}, -1, {}};
}

/// What an old run was, from its folder.
struct OldRun {
    RunInfo info;
    ModelSpec model;
    Graph graph;
    std::int64_t start = 0, end = 0;
    std::optional<Checkpoint> checkpoint;
    std::optional<Cut> cut; ///< of the checkpoint
};

Result<OldRun> readOldRun(const TrainConfig& config, const std::string& name, JobContext& context)
{
    auto info = RunCatalog(config.home / "runs").find(name);
    if (!info)
        return fail(info.error());
    if (info->kind != "train")
        return fail(ErrorCode::Usage, "Run " + info->folder + " is of kind " + info->kind + ", not a training",
                    "See them with: millrace runs list");
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
    std::string warning;
    auto checkpoint = RunCatalog::loadCheckpoint(old.info, &warning);
    if (!checkpoint)
        return fail(checkpoint.error());
    if (!warning.empty())
        context.note(Note::Severity::Warning, warning);
    auto cut = loadCut(*checkpoint, old.model.features.size());
    if (!cut)
        return fail(cut.error());
    old.checkpoint = std::move(*checkpoint);
    old.cut = std::move(*cut);
    return old;
}

/// A resumed run keeps its configuration.
Status checkConfiguration(const TrainConfig& config, const OldRun& old)
{
    const nlohmann::json was = old.info.description.value("configuration", nlohmann::json::object());
    for (const auto& [key, value] : was.items()) {
        const nlohmann::json now = config.section.value(key, nlohmann::json());
        static const std::set<std::string> kFree = {"epochs", "resume", "reproduce", "lost", "max-rate"};
        if (kFree.contains(key) || now == value)
            continue;
        return fail(ErrorCode::Usage,
                    "train." + key + " was " + value.dump() + " in run " + old.info.folder + " and is " + now.dump() +
                        " now",
                    "A run that goes on, or is done again, keeps its configuration; leave it as it was, or start a new "
                    "run");
    }
    return {};
}

/// The record at this offset; nullopt when nothing stands there (compacted away, or a transaction's marker).
Result<std::optional<RecordIdentity>> identityAt(const TrainConfig& config, std::int64_t offset)
{
    struct FirstMessage : ConsumerEvents {
        std::optional<RecordIdentity> identity;
        bool ended = false;
        void onMessage(const MessageView& message) override
        {
            if (!identity)
                identity = identityOf(message);
        }
        void onEnd(int, std::int64_t) override { ended = true; }
    } first;
    auto consumer = Consumer::assign(config.connection, {}, {{config.topic, config.partition, offset}});
    if (!consumer)
        return fail(consumer.error());
    const auto deadline = Clock::now() + kIdentityTimeout;
    while (!first.identity && !first.ended && Clock::now() < deadline)
        if (auto polled = consumer->poll(kPollTimeout, 1, first); !polled)
            return fail(polled.error());
    if (!first.identity && !first.ended)
        return fail(ErrorCode::Unreachable,
                    "The broker did not give the record at offset " + formatCount(offset) + " within 10 s",
                    "Try again");
    if (first.identity && first.identity->offset != offset)
        first.identity.reset();
    return first.identity;
}

std::string placeOf(const TrainConfig& config)
{
    return "topic " + config.topic + " partition " + std::to_string(config.partition);
}

/// It is the cluster and the partition that the run read.
Status checkIdentity(const TrainConfig& config, const OldRun& old, const Source& source)
{
    const std::string was = old.info.description.value("cluster_id", "");
    if (!was.empty() && was != source.clusterId)
        return fail(ErrorCode::BadData,
                    "Run " + old.info.folder + " was trained on cluster " + was + ", and this is cluster " +
                        source.clusterId,
                    "Connect to that cluster with --broker, or train a new run");
    const std::string other = "Run " + old.info.folder + " read another " + placeOf(config) + ": ";
    const std::string advice = "The topic was made anew since. Train a new run";
    std::int64_t reached = old.cut ? old.cut->next.offset : old.start;
    if (old.cut && old.cut->last)
        reached = std::max(reached, old.cut->last->offset + 1);
    if (source.partition.high < reached)
        return fail(ErrorCode::BadData,
                    other + "it ends at offset " + formatCount(source.partition.high) + ", the run had reached " +
                        formatCount(reached),
                    advice);
    if (!old.cut || !old.cut->last || old.cut->last->offset < source.partition.low)
        return {};
    const auto found = identityAt(config, old.cut->last->offset);
    if (!found)
        return fail(found.error());
    if (*found && **found != *old.cut->last)
        return fail(ErrorCode::BadData,
                    other + "the record at offset " + formatCount(old.cut->last->offset) + " is not the one it read",
                    advice);
    return {};
}

/// What the broker says about the partition, once the configuration and the partition are known to be those of the run.
Result<Source> knownSource(const TrainConfig& config, const OldRun& old)
{
    if (auto same = checkConfiguration(config, old); !same)
        return fail(same.error());
    auto admin = Admin::open(config.connection);
    if (!admin)
        return fail(admin.error());
    auto source = askSource(*admin, config);
    if (!source)
        return source;
    if (auto known = checkIdentity(config, old, *source); !known)
        return fail(known.error());
    return source;
}

/// What retention took of the records that the run still needs; `from` moves behind them when that is allowed.
Status checkLost(const TrainConfig& config, const OldRun& old, const Source& source, JobContext& context,
                 std::int64_t& from)
{
    if (from >= source.partition.low)
        return {};
    const std::string lost = formatCount(source.partition.low - from) + " records of " + placeOf(config) +
                             " that run " + old.info.folder + " needs were deleted: offsets " + formatCount(from) +
                             " to " + formatCount(source.partition.low - 1);
    if (!config.skipLost)
        return fail(ErrorCode::BadData, lost, "Go on without them with --lost skip");
    context.note(Note::Severity::Warning, lost + ". They are left out");
    from = source.partition.low;
    return {};
}

/// Fills in what the journal decided after `step` steps and in epochs from `epoch` on.
void replay(const std::vector<nlohmann::json>& journal, std::int64_t step, int epoch, TrainPlan& plan)
{
    for (const nlohmann::json& entry : journal) {
        const std::string event = entry.value("event", "");
        if (event == "learning-rate" && entry.value("step", std::int64_t{-1}) >= step)
            plan.rates.push_back({entry["step"].get<std::int64_t>(), entry.value("value", 0.0)});
        else if (event == "pass-end" && entry.value("epoch", 0) >= epoch)
            plan.ingest.passEnds[entry["epoch"].get<int>()] = entry.value("offset", std::int64_t{-1});
    }
    std::ranges::stable_sort(plan.rates, {}, &RateChange::step);
}

Result<TrainPlan> planResume(const TrainConfig& config, JobContext& context)
{
    const auto info = RunCatalog(config.home / "runs").find(config.resume);
    if (!info)
        return fail(info.error());
    auto run = RunFolder::reopen(info->path); // first, so that nobody writes what is read
    if (!run)
        return fail(run.error());
    auto old = readOldRun(config, info->folder, context);
    if (!old)
        return fail(old.error());
    const auto source = knownSource(config, *old);
    if (!source)
        return fail(source.error());
    IngestConfig ingest = ingestOf(config, old->model, old->start, old->end);
    std::int64_t lostFrom = old->cut ? old->cut->next.offset : old->start;
    const std::int64_t wanted = lostFrom;
    if (auto there = checkLost(config, *old, *source, context, lostFrom); !there)
        return fail(there.error());
    if (!old->cut || old->cut->epoch < config.epochs)
        if (auto there = checkLost(config, *old, *source, context, ingest.start); !there)
            return fail(there.error());
    nlohmann::json configuration = run->description().value("configuration", nlohmann::json::object());
    configuration["epochs"] = config.epochs; // may have been raised
    run->describe("configuration", std::move(configuration));
    if (auto going = run->goOn(); !going)
        return fail(going.error());
    TrainPlan plan{std::move(*run), std::move(old->model), std::move(old->graph), std::move(ingest), {}, {}, -1, {}};
    if (lostFrom > wanted)
        if (auto written = plan.run.journal({{"event", "lost"}, {"from", wanted}, {"to", lostFrom}}); !written)
            return fail(written.error());
    std::int64_t step = 0;
    if (old->cut) {
        old->cut->next.offset = lostFrom;
        step = old->checkpoint->learner.step;
    }
    if (auto cut = plan.run.rejected().cutTo(old->cut ? old->cut->rejected : 0, old->cut ? old->cut->rejectedBytes : 0);
        !cut)
        return fail(cut.error());
    const auto metrics = old->checkpoint ? old->checkpoint->metadata.value("metrics_bytes", std::int64_t{0}) : 0;
    if (auto cut = plan.run.cutMetrics(metrics); !cut)
        return fail(cut.error());
    replay(RunFolder::readJournal(plan.run.path()), step, old->cut ? old->cut->epoch : 1, plan);
    if (auto written = plan.run.journal({{"step", step}, {"event", "resumed"}, {"epochs", config.epochs}}); !written)
        return fail(written.error());
    plan.ingest.resume = std::move(old->cut);
    plan.checkpoint = std::move(old->checkpoint);
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
    const auto source = knownSource(config, *old);
    if (!source)
        return fail(source.error());
    std::int64_t start = old->start;
    if (auto there = checkLost(config, *old, *source, context, start); !there)
        return fail(there.error());
    auto description = descriptionOf(config, old->model, source->clusterId, start, old->end);
    description["reproduces"] = old->info.folder;
    const std::vector<nlohmann::json> journal = RunFolder::readJournal(old->info.path);
    auto run = RunFolder::create(config.home / "runs", old->info.name + "-again", std::move(description));
    if (!run)
        return fail(run.error());
    IngestConfig ingest = ingestOf(config, old->model, start, old->end);
    TrainPlan plan{std::move(*run), std::move(old->model), std::move(old->graph), std::move(ingest), {}, {}, -1, {}};
    plan.lastStep = old->checkpoint->learner.step;
    plan.expected = std::move(old->checkpoint->learner);
    replay(journal, 0, 1, plan);
    return plan;
}

} // namespace

Result<TrainPlan> planTraining(const TrainConfig& config, JobContext& context)
{
    try {
        if (!config.resume.empty())
            return planResume(config, context);
        if (!config.reproduce.empty())
            return planReproduction(config, context);
        return planNew(config);
    } catch (const nlohmann::json::exception& exception) {
        return fail(ErrorCode::BadData, std::string("The run's files are not as they must be: ") + exception.what(),
                    "Mend run.json and journal.jsonl in its folder, or train a new run");
    }
}

} // namespace millrace
