// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Train.h"

#include "base/Clock.h"
#include "base/Text.h"
#include "pipeline/TopicNotes.h"
#include "pipeline/TrainingMeter.h"

#include <future>

namespace millrace
{
namespace
{

/// Where the pass begins and ends, asked of the broker once.
Result<IngestConfig> resolveIngest(const TrainConfig& config, std::vector<std::string> features, std::string& clusterId)
{
    auto admin = Admin::open(config.connection);
    if (!admin)
        return fail(admin.error());
    auto cluster = admin->cluster();
    if (!cluster)
        return fail(cluster.error());
    clusterId = cluster->clusterId;
    auto topic = admin->topic(config.topic);
    if (!topic)
        return fail(topic.error());
    auto partition = findPartition(*topic, config.partition);
    if (!partition)
        return fail(partition.error());
    auto start = resolveStart(*admin, config.topic, *partition, config.from);
    if (!start)
        return fail(start.error());
    IngestConfig ingest;
    ingest.connection = config.connection;
    ingest.topic = config.topic;
    ingest.partition = config.partition;
    ingest.start = *start;
    ingest.end = partition->high;
    ingest.until = config.until;
    ingest.features = std::move(features);
    ingest.epochs = config.epochs;
    ingest.batch = config.batch;
    ingest.shuffle = config.shuffle;
    ingest.seed = config.seed;
    ingest.onError = config.onError;
    return ingest;
}

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

/// When nothing comes for so long, the progress says so.
constexpr std::chrono::milliseconds kSilence{500};

/// The training thread's side of a run: takes items from the queue until it is closed.
class TrainLoop
{
public:
    TrainLoop(const TrainConfig& config, const ModelSpec& model, Learner& learner, RunFolder& run, JobContext& context,
              Ingest& ingest, std::int64_t passRecords)
        : m_config(config), m_model(model), m_learner(learner), m_run(run), m_context(context), m_ingest(ingest),
          m_meter(context, run, config.epochs, passRecords)
    {
    }

    Status run()
    {
        while (true) {
            waitWhilePaused();
            const auto before = Clock::now();
            while (!m_ingest.queue().waitForItem(kSilence))
                report();
            auto item = m_ingest.queue().pop();
            if (!item)
                return finishWriting();
            m_meter.addStarved(secondsSince(before));
            if (auto done = handle(*item); !done)
                return done;
            requestTimedCheckpoint();
            report();
        }
    }

    void fill(TrainResult& result) const
    {
        result.epochs = m_epochs;
        result.steps = m_meter.steps();
        result.records = m_meter.records();
        result.rejected = m_ingest.rejected();
        result.seconds = m_meter.seconds();
        result.limitedBy = m_meter.limitedBy(m_ingest.clock());
    }

private:
    void report()
    {
        m_meter.report(m_ingest.clock(), static_cast<int>(m_ingest.queue().size()),
                       static_cast<int>(m_ingest.queue().capacity()), m_ingest.rejected());
    }

    Status handle(WorkItem& item)
    {
        switch (item.kind) {
        case WorkItem::Kind::Rows:
            return learn(item);
        case WorkItem::Kind::EpochEnd:
            endEpoch(item.epoch);
            return {};
        case WorkItem::Kind::Barrier:
            return saveCheckpoint(item.cut);
        }
        return {};
    }

    Status learn(WorkItem& item)
    {
        if (const auto rate = m_context.takeLearningRate())
            if (auto changed = changeLearningRate(*rate); !changed)
                return changed;
        auto step = m_learner.step(item.batch.features, item.batch.labels);
        if (!step)
            return fail(step.error());
        const int rows = item.batch.rows();
        m_ingest.pool().give(std::move(item.batch));
        return m_meter.addStep(*step, rows, item.epoch, item.left);
    }

    Status changeLearningRate(double rate)
    {
        if (auto written = m_run.journal({{"step", m_meter.steps()}, {"event", "learning-rate"}, {"value", rate}});
            !written)
            return written;
        m_learner.setLearningRate(rate);
        m_context.note(Note::Severity::Info, "learning rate " + shortestDecimal(rate), m_meter.records());
        return {};
    }

    void endEpoch(int epoch)
    {
        const auto sums = m_meter.endEpoch();
        m_epochs.push_back({epoch, sums.records, sums.loss, sums.accuracy, sums.seconds});
        m_run.log("epoch " + std::to_string(epoch) + ": " + formatCount(sums.records) + " records, loss " +
                  formatFixed(sums.loss, 4) + ", accuracy " + formatFixed(sums.accuracy, 4) + ", " +
                  formatFixed(sums.seconds, 2) + " s");
    }

    Status saveCheckpoint(const Cut& cut)
    {
        if (auto written = finishWriting(); !written)
            return written;
        m_lastCheckpoint = Clock::now();
        Checkpoint checkpoint{m_learner.state(),
                              {{"model", toJson(m_model)},
                               {"optimizer", toJson(m_config.optimizer)},
                               {"configuration", m_config.section},
                               {"records", m_meter.records()},
                               {"cut", toJson(cut)}}};
        m_writing = std::async(std::launch::async, [&run = m_run, checkpoint = std::move(checkpoint)] {
            return run.saveCheckpoint(checkpoint);
        });
        return {};
    }

    /// Waits for the checkpoint that is being written beside the training; its error, if it had one.
    Status finishWriting() { return m_writing.valid() ? m_writing.get() : Status{}; }

    void requestTimedCheckpoint()
    {
        if (Clock::now() - m_lastCheckpoint < m_config.checkpointEvery)
            return;
        m_lastCheckpoint = Clock::now();
        m_ingest.requestBarrier();
    }

    void waitWhilePaused()
    {
        if (!m_context.paused())
            return;
        (void)m_run.journal({{"step", m_meter.steps()}, {"event", "pause"}});
        m_context.note(Note::Severity::Info, "paused", m_meter.records());
        m_ingest.requestBarrier();
        Progress progress = m_context.progress();
        progress.limitedBy = "paused";
        progress.rate = progress.consumedRate = 0;
        m_context.report(progress);
        m_context.waitWhilePaused();
        (void)m_run.journal({{"step", m_meter.steps()}, {"event", "resume"}});
    }

    const TrainConfig& m_config;
    const ModelSpec& m_model;
    Learner& m_learner;
    RunFolder& m_run;
    JobContext& m_context;
    Ingest& m_ingest;
    TrainingMeter m_meter;
    std::vector<EpochResult> m_epochs;
    Clock::time_point m_lastCheckpoint = Clock::now();
    std::future<Status> m_writing; ///< at most one; its destruction waits
};

Result<ModelSpec> resolveModel(const TrainConfig& config)
{
    if (config.model)
        return *config.model;
    auto features = topicFeatures(config.connection, config.home, config.topic, config.partition);
    if (!features)
        return fail(features.error());
    return presetModel(config.preset, std::move(*features));
}

Status checkTrained(const TrainResult& result, const TrainConfig& config)
{
    if (result.records > 0 || result.stopped)
        return {};
    if (result.rejected > 0)
        return fail(ErrorCode::BadData,
                    "None of the " + formatCount(result.rejected) + " records of " + config.topic + " can be used",
                    "The run's rejected.csv says why, record by record");
    return fail(ErrorCode::BadData,
                "Topic " + config.topic + " partition " + std::to_string(config.partition) + " has no records there",
                "Publish to it first, start earlier, or wait for records with --until idle:10000");
}

} // namespace

nlohmann::json toJson(const TrainResult& result)
{
    nlohmann::json perEpoch = nlohmann::json::array();
    for (const EpochResult& epoch : result.epochs)
        perEpoch.push_back({{"epoch", epoch.epoch},
                            {"records", epoch.records},
                            {"loss", epoch.loss},
                            {"accuracy", epoch.accuracy},
                            {"seconds", epoch.seconds}});
    nlohmann::json json = {{"run", result.run},
                           {"epochs", result.epochs.size()},
                           {"steps", result.steps},
                           {"records", result.records},
                           {"rejected", result.rejected},
                           {"loss", nullptr},
                           {"accuracy", nullptr},
                           {"parameters", result.parameters},
                           {"seconds", result.seconds},
                           {"records_per_second", static_cast<double>(result.records) / std::max(result.seconds, 1e-9)},
                           {"limited_by", result.limitedBy},
                           {"per_epoch", std::move(perEpoch)},
                           {"stopped", result.stopped},
                           {"simulated", result.simulated},
                           {"best", result.best}};
    if (!result.epochs.empty()) {
        json["loss"] = result.epochs.back().loss;
        json["accuracy"] = result.epochs.back().accuracy;
    }
    return json;
}

Result<TrainResult> train(const TrainConfig& config, JobContext& context)
{
    auto model = resolveModel(config);
    if (!model)
        return fail(model.error());
    auto graph = lower(*model);
    if (!graph)
        return fail(graph.error());
    std::string clusterId;
    auto ingestConfig = resolveIngest(config, model->features, clusterId);
    if (!ingestConfig)
        return fail(ingestConfig.error());
    auto module = learnerModule();
    if (!module)
        return fail(module.error());
    auto learner = (*module)->create({*graph, config.optimizer, config.seed});
    if (!learner)
        return fail(learner.error());

    const TopicNotes notes = readTopicNotes(config.home, config.topic);
    auto run = RunFolder::create(
        config.home / "runs", config.run,
        {{"kind", "train"},
         {"configuration", config.section},
         {"model", toJson(*model)},
         {"topic", config.topic},
         {"cluster_id", clusterId},
         {"offsets", {{"partition", config.partition}, {"start", ingestConfig->start}, {"end", ingestConfig->end}}},
         {"simulated", notes.simulated},
         {"versions", {{"learner", (*module)->versions()}, {"kafka_client", kafkaClientVersion()}}},
         {"seed", config.seed}});
    if (!run)
        return fail(run.error());

    TrainResult result;
    result.run = run->name();
    result.parameters = graph->parameterCount;
    result.simulated = notes.simulated;
    result.best = notes.best;
    const std::int64_t passRecords = recordsPerEpoch(*ingestConfig);
    Ingest ingest(std::move(*ingestConfig), *run, context);
    TrainLoop loop(config, *model, **learner, *run, context, ingest, passRecords);
    Status status = loop.run();
    ingest.queue().close();
    if (auto ingested = ingest.finish(); status && !ingested)
        status = ingested;
    loop.fill(result);
    result.stopped = context.stopRequested();
    if (status)
        status = checkTrained(result, config);
    if (!status)
        run->log(describe(status.error()));
    const std::string outcome = !status ? "failed" : result.stopped ? "cancelled" : "done";
    auto finished = run->finish(outcome, status ? toJson(result) : nlohmann::json{{"error", describe(status.error())}});
    if (!status)
        return fail(status.error());
    if (!finished)
        return fail(finished.error());
    return result;
}

} // namespace millrace
