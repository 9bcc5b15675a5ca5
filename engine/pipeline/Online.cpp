// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Online.h"

#include "base/Clock.h"
#include "base/Text.h"
#include "metrics/DriftDetector.h"
#include "metrics/Prequential.h"
#include "pipeline/OnlineIngest.h"
#include "pipeline/TopicNotes.h"
#include "pipeline/TrainedModel.h"

namespace millrace
{
namespace
{

constexpr int kPredictRows = 1024;

/// The parent's model, or a new one from the preset.
Result<TrainedModel> startingModel(const OnlineConfig& config, JobContext& context)
{
    if (!config.run.empty())
        return TrainedModel::load(RunCatalog(config.home / "runs"), config.run, context, config.seed);
    auto features = topicFeatures(config.connection, config.home, config.topic, 0);
    if (!features)
        return fail(features.error());
    auto model = presetModel(config.preset, std::move(*features));
    if (!model)
        return fail(model.error());
    auto learner = makeLearner(*model, config.optimizer, config.seed);
    if (!learner)
        return fail(learner.error());
    TrainedModel fresh;
    fresh.run.name = "new";
    fresh.model = std::move(*model);
    fresh.optimizer = config.optimizer;
    fresh.state = (*learner)->state();
    fresh.learner = std::move(*learner);
    return fresh;
}

/// The drift detectors of a run: each sees every record's 0/1 error in arrival order.
class DriftWatch
{
public:
    static Result<DriftWatch> make(const std::vector<std::string>& kinds)
    {
        DriftWatch watch;
        for (const std::string& kind : kinds) {
            auto detector = makeDetector(kind);
            if (!detector)
                return fail(detector.error());
            watch.m_detectors.emplace_back(kind, std::move(*detector));
        }
        return watch;
    }

    /// The next record's error; record counts from 1. What fires is added to drifts().
    void update(bool wrong, std::int64_t record, JobContext& context)
    {
        for (auto& [kind, detector] : m_detectors) {
            if (!detector->update(wrong ? 1 : 0))
                continue;
            const bool rose = detector->rose();
            m_drifts.push_back({{"detector", kind}, {"record", record}, {"error_rose", rose}});
            context.note(rose ? Note::Severity::Warning : Note::Severity::Info,
                         kind + (rose ? ": the error rose" : ": the error fell"), record);
        }
    }

    [[nodiscard]] const nlohmann::json& drifts() const { return m_drifts; }

private:
    std::vector<std::pair<std::string, std::unique_ptr<DriftDetector>>> m_detectors;
    nlohmann::json m_drifts = nlohmann::json::array();
};

/// The training thread's side: score, learn, save, let commit.
class OnlineLoop
{
public:
    OnlineLoop(const OnlineConfig& config, TrainedModel& trained, RunFolder& run, JobContext& context,
               OnlineIngest& ingest, Admin& admin, DriftWatch watch)
        : m_config(config), m_trained(trained), m_run(run), m_context(context), m_ingest(ingest), m_admin(admin),
          m_watch(std::move(watch))
    {
    }

    Status run()
    {
        while (true) {
            report();
            m_context.waitWhilePaused();
            auto dataset = m_ingest.queue().pop(m_context.stop());
            if (!dataset || m_context.stopRequested())
                return {};
            if (auto taken = take(*dataset); !taken)
                return taken;
        }
    }

    [[nodiscard]] nlohmann::json result() const
    {
        const double seconds = secondsSince(m_began);
        nlohmann::json json = toJson(m_all.cumulative());
        json["windowed"] = toJson(m_all.windowed());
        json["confusion"] = m_all.confusion();
        json["drifts"] = m_watch.drifts();
        json["mini_datasets"] = m_rows;
        json["steps"] = m_steps;
        json["seconds"] = seconds;
        json["records_per_second"] = static_cast<double>(m_all.records()) / std::max(seconds, 1e-9);
        json["rejected"] = m_ingest.rejected();
        return json;
    }

private:
    Status take(MiniDataset& dataset)
    {
        const auto began = Clock::now();
        if (const auto rate = m_context.takeLearningRate()) {
            if (auto written =
                    m_run.journal({{"mini_dataset", m_index + 1}, {"event", "learning-rate"}, {"value", *rate}});
                !written)
                return written;
            m_trained.learner->setLearningRate(*rate);
            m_context.note(Note::Severity::Info, "learning rate " + shortestDecimal(*rate), m_all.records());
        }
        if (dataset.closedByLinger)
            if (auto written = m_run.journal(
                    {{"mini_dataset", m_index + 1}, {"event", "closed-by-linger"}, {"records", dataset.rows.rows()}});
                !written)
                return written;
        BinaryMetrics prequential;
        if (auto scored = score(dataset.rows, prequential); !scored)
            return scored;
        double fitLoss = 0;
        if (auto learnt = learn(dataset.rows, fitLoss); !learnt)
            return learnt;
        if (auto saved = save(dataset); !saved)
            return saved;
        m_ingest.done(dataset, nlohmann::json{{"run", m_run.name()}, {"step", m_steps}}.dump());
        return tell(dataset, prequential, fitLoss, secondsSince(began));
    }

    Status score(const Batch& rows, BinaryMetrics& prequential)
    {
        const auto width = m_trained.model.features.size();
        std::vector<float> logits(rows.labels.size());
        for (std::size_t first = 0; first < logits.size(); first += kPredictRows) {
            const std::size_t count = std::min<std::size_t>(kPredictRows, logits.size() - first);
            if (auto predicted =
                    m_trained.learner->predict(std::span(rows.features).subspan(first * width, count * width),
                                               std::span(logits).subspan(first, count));
                !predicted)
                return predicted;
        }
        prequential.add(logits, rows.labels);
        const std::int64_t before = m_all.records();
        m_all.add(logits, rows.labels);
        for (std::size_t i = 0; i < logits.size(); ++i)
            m_watch.update((logits[i] > 0) != (rows.labels[i] > 0.5F), before + static_cast<std::int64_t>(i) + 1,
                           m_context);
        return {};
    }

    /// fitLoss: mean loss of the last epoch.
    Status learn(const Batch& rows, double& fitLoss)
    {
        const auto width = m_trained.model.features.size();
        for (int epoch = 0; epoch < m_config.epochs; ++epoch) {
            ShuffleBuffer shuffle(static_cast<int>(width), m_config.shuffle, m_config.seed,
                                  static_cast<std::uint64_t>(m_index * m_config.epochs + epoch));
            Batch batch;
            double lossSum = 0;
            const auto step = [&]() -> Status {
                auto stepped = m_trained.learner->step(batch.features, batch.labels);
                if (!stepped)
                    return fail(stepped.error());
                lossSum += stepped->loss * batch.rows();
                ++m_steps;
                batch.clear();
                return {};
            };
            for (std::size_t i = 0; i < rows.labels.size(); ++i) {
                shuffle.push(std::span(rows.features).subspan(i * width, width), rows.labels[i], batch);
                if (batch.rows() >= m_config.batch)
                    if (auto stepped = step(); !stepped)
                        return stepped;
            }
            while (shuffle.drain(batch))
                if (batch.rows() >= m_config.batch)
                    if (auto stepped = step(); !stepped)
                        return stepped;
            if (batch.rows() > 0)
                if (auto stepped = step(); !stepped)
                    return stepped;
            fitLoss = lossSum / rows.rows();
        }
        return {};
    }

    Status save(const MiniDataset& dataset)
    {
        nlohmann::json next = nlohmann::json::array();
        for (const PartitionOffset& position : dataset.next)
            next.push_back({{"topic", position.topic}, {"partition", position.partition}, {"offset", position.offset}});
        return m_run.saveCheckpoint({m_trained.learner->state(),
                                     {{"model", toJson(m_trained.model)},
                                      {"optimizer", toJson(m_trained.optimizer)},
                                      {"configuration", m_config.section},
                                      {"records", m_all.records()},
                                      {"cut", {{"next", next}}}},
                                     {}});
    }

    Status tell(const MiniDataset& dataset, const BinaryMetrics& prequential, double fitLoss, double seconds)
    {
        ++m_index;
        m_lag = groupLagNow(m_admin, m_config.topic, m_config.group, dataset.next);
        m_rows.push_back({{"index", m_index},
                          {"records", prequential.records()},
                          {"loss", prequential.loss()},
                          {"accuracy", prequential.accuracy()},
                          {"fit_loss", fitLoss},
                          {"seconds", seconds}});
        MetricPoint point;
        point.step = m_steps;
        point.epoch = static_cast<int>(m_index);
        point.records = m_all.records();
        point.seconds = secondsSince(m_began);
        point.loss = point.lossMinimum = point.lossMaximum = prequential.loss();
        point.accuracy = prequential.accuracy();
        point.lag = m_lag;
        m_context.metrics.add(point);
        return m_run.addMetric(point);
    }

    void report()
    {
        Progress progress;
        progress.records = m_all.records();
        progress.text = !m_ingest.joined() ? "joining the group " + m_config.group
                                           : "mini-dataset " + std::to_string(m_index) + " · " +
                                                 formatCount(progress.records) + " records";
        progress.left = m_lag;
        progress.rate = static_cast<double>(progress.records) / std::max(secondsSince(m_began), 1e-9);
        progress.consumedRate = static_cast<double>(m_ingest.consumed()) / std::max(secondsSince(m_began), 1e-9);
        progress.queued = static_cast<int>(m_ingest.queue().size());
        progress.queueCapacity = static_cast<int>(m_ingest.queue().capacity());
        progress.rejected = m_ingest.rejected();
        progress.limitedBy = m_context.paused() ? "paused" : progress.queued > 0 ? "training" : "producer";
        if (m_lag >= 0 && progress.records > 0) {
            const auto total = static_cast<double>(progress.records + m_lag);
            progress.fraction = static_cast<double>(progress.records) / total;
            progress.secondsLeft = static_cast<double>(m_lag) / std::max(progress.rate, 1.0);
        }
        m_context.report(progress);
    }

    const OnlineConfig& m_config;
    TrainedModel& m_trained;
    RunFolder& m_run;
    JobContext& m_context;
    OnlineIngest& m_ingest;
    Admin& m_admin;
    Prequential m_all;
    DriftWatch m_watch;
    nlohmann::json m_rows = nlohmann::json::array();
    Clock::time_point m_began = Clock::now();
    std::int64_t m_index = 0, m_steps = 0, m_lag = -1;
};

} // namespace

Result<nlohmann::json> learnOnline(const OnlineConfig& config, JobContext& context)
{
    auto watch = DriftWatch::make(config.detectors);
    if (!watch)
        return fail(watch.error());
    auto admin = Admin::open(config.connection);
    if (!admin)
        return fail(admin.error());
    if (auto topic = admin->topic(config.topic); !topic)
        return fail(topic.error());
    auto trained = startingModel(config, context);
    if (!trained)
        return fail(trained.error());
    const TopicNotes notes = readTopicNotes(config.home, config.topic);
    auto run =
        RunFolder::create(config.home / "runs", trained->run.name + "-online",
                          {{"kind", "online"},
                           {"parent", config.run.empty() ? nlohmann::json() : nlohmann::json(trained->run.folder)},
                           {"configuration", config.section},
                           {"model", toJson(trained->model)},
                           {"topic", config.topic},
                           {"simulated", notes.simulated},
                           {"seed", config.seed}});
    if (!run)
        return fail(run.error());
    OnlineIngest ingest(config, trained->model.features, *run, context);
    OnlineLoop loop(config, *trained, *run, context, ingest, *admin, std::move(*watch));
    Status status = loop.run();
    ingest.queue().close();
    if (auto ingested = ingest.finish(); status && !ingested)
        status = ingested;
    if (!status) {
        run->log(describe(status.error()));
        (void)run->finish("failed", {{"error", describe(status.error())}});
        return fail(status.error());
    }
    nlohmann::json result = loop.result();
    result["run"] = run->name();
    result["parent"] = config.run.empty() ? nlohmann::json() : nlohmann::json(trained->run.folder);
    result["group"] = config.group;
    result["topic"] = config.topic;
    result["simulated"] = notes.simulated;
    result["best"] = notes.best;
    result["stopped"] = context.stopRequested();
    if (auto finished = run->finish(context.stopRequested() ? "cancelled" : "done", result); !finished)
        return fail(finished.error());
    return result;
}

} // namespace millrace
