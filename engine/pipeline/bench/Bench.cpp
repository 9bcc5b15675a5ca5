// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/bench/Bench.h"

#include "base/Clock.h"
#include "base/Text.h"
#include "data/files/FileRows.h"
#include "pipeline/Publish.h"
#include "pipeline/Simulate.h"
#include "pipeline/runs/RunCatalog.h"
#include "pipeline/training/Median.h"
#include "pipeline/training/ThreadChoice.h"

#include <algorithm>
#include <cmath>
#include <sys/resource.h>

namespace millrace
{
namespace
{

constexpr int kTries = 2; ///< of each epoch in a round; the quicker one counts
const std::string kTopic = "millrace-bench", kLongTopic = "millrace-bench-long";
constexpr int kCopies = 10; ///< of the records in the long topic: a pass has to hold several checkpoints

struct Rows {
    std::vector<float> features, targets;
    double megabytesPerSecond = 0;
};

/// Reads and decodes the CSV into memory.
Result<Rows> rowsInMemory(const std::filesystem::path& file, const Schema& schema)
{
    const auto began = Clock::now();
    Rows rows;
    const RowPass pass{[&rows](const FileRow& row) -> Status {
        if (row.good) {
            rows.features.insert(rows.features.end(), row.features.begin(), row.features.end());
            rows.targets.push_back(row.label);
        }
        return {};
    }};
    if (auto read = readRows(file, schema, pass); !read)
        return fail(read.error());
    std::error_code unknown;
    const auto bytes = std::filesystem::file_size(file, unknown);
    rows.megabytesPerSecond = unknown ? std::nan("") : static_cast<double>(bytes) / 1e6 / secondsSince(began);
    return rows;
}

/// One epoch of the training loop with rows that are in memory already.
Result<double> memoryEpoch(Learner& learner, const Rows& rows, int batchRows, std::uint64_t epoch, JobContext& context)
{
    const std::size_t width = rows.features.size() / rows.targets.size();
    const auto began = Clock::now();
    ShuffleBuffer shuffle(static_cast<int>(width), TrainBudget().shuffle, 1, epoch);
    Batch batch;
    std::int64_t records = 0;
    const auto step = [&]() -> Status {
        auto result = learner.step(batch.features, batch.targets);
        if (!result)
            return fail(result.error());
        records += batch.rows();
        MetricPoint point;
        point.records = records;
        point.loss = result->loss;
        context.metrics.add(point);
        batch.clear();
        return {};
    };
    for (std::size_t i = 0; i < rows.targets.size(); ++i) {
        shuffle.push(std::span(rows.features).subspan(i * width, width), rows.targets[i], batch);
        if (batch.rows() == batchRows)
            if (auto done = step(); !done)
                return fail(done.error());
    }
    while (shuffle.drain(batch))
        if (batch.rows() == batchRows)
            if (auto done = step(); !done)
                return fail(done.error());
    if (batch.rows() > 0)
        if (auto done = step(); !done)
            return fail(done.error());
    return secondsSince(began);
}

TrainConfig tutorialTraining(const BenchConfig& config, const std::string& topic)
{
    TrainConfig train;
    train.connection = config.connection;
    train.home = config.home / "bench";
    train.run = "bench";
    train.topic = topic;
    train.preset = "tutorial";
    train.prepares = false;
    return train;
}

/// The quickest epoch but the first of a real training run, each reading the topic anew.
Result<double> kafkaEpoch(const BenchConfig& config, int batchRows, int threads, JobContext& context)
{
    TrainConfig train = tutorialTraining(config, kTopic);
    train.wish.batch = batchRows;
    train.threads = threads;
    train.wish.epochs = 1 + kTries;
    auto result = millrace::train(train, context);
    if (!result)
        return fail(result.error());
    (void)RunCatalog(train.home / "runs").remove(result->run);
    double best = result->epochs.back().seconds;
    for (std::size_t i = 1; i < result->epochs.size(); ++i)
        best = std::min(best, result->epochs[i].seconds);
    return best;
}

/// An epoch at one batch size, three ways, side by side in every round.
class EpochBench
{
public:
    static Result<EpochBench> make(LearnerModule& module, const Graph& graph, int batchRows)
    {
        LearnerSetup setup{graph, {}};
        auto choice = measureThreads(module, setup, batchRows);
        if (!choice)
            return fail(choice.error());
        setup.threads = choice->threads;
        auto learner = module.create(setup);
        if (!learner)
            return fail(learner.error());
        return EpochBench(module, std::move(setup), std::move(*learner), batchRows);
    }

    Status measure(const BenchConfig& config, const Rows& rows, JobContext& context)
    {
        const auto steps = static_cast<int>((std::ssize(rows.targets) + m_batch - 1) / m_batch);
        std::vector<double> products, memory;
        for (int attempt = 0; attempt < kTries; ++attempt) {
            products.push_back(m_module->matrixProductSeconds(m_setup.graph, m_batch, steps));
            auto epoch = memoryEpoch(*m_learner, rows, m_batch, m_epoch++, context);
            if (!epoch)
                return fail(epoch.error());
            memory.push_back(*epoch);
        }
        auto epoch = kafkaEpoch(config, m_batch, m_setup.threads, context);
        if (!epoch)
            return fail(epoch.error());
        m_kafka.push_back(*epoch);
        m_products.push_back(std::ranges::min(products));
        m_memory.push_back(std::ranges::min(memory));
        m_overProducts.push_back(m_kafka.back() / m_products.back());
        m_overMemory.push_back(m_kafka.back() / m_memory.back());
        return {};
    }

    [[nodiscard]] EpochFigures result() const
    {
        return {median(m_overProducts), median(m_overMemory), median(m_kafka),
                median(m_memory),       median(m_products),   m_setup.threads};
    }

private:
    EpochBench(LearnerModule& module, LearnerSetup setup, std::unique_ptr<Learner> learner, int batchRows)
        : m_module(&module), m_setup(std::move(setup)), m_learner(std::move(learner)), m_batch(batchRows)
    {
    }

    LearnerModule* m_module;
    LearnerSetup m_setup;
    std::unique_ptr<Learner> m_learner;
    int m_batch;
    std::uint64_t m_epoch = 0;
    std::vector<double> m_products, m_memory, m_kafka, m_overProducts, m_overMemory;
};

/// Records a second of one long pass with a checkpoint so often; there is always one at its end.
Result<double> passRate(const BenchConfig& config, std::chrono::milliseconds checkpointEvery, JobContext& context)
{
    TrainConfig train = tutorialTraining(config, kLongTopic);
    train.wish.epochs = 1;
    train.checkpointEvery = checkpointEvery;
    auto result = millrace::train(train, context);
    if (!result)
        return fail(result.error());
    (void)RunCatalog(train.home / "runs").remove(result->run);
    return static_cast<double>(result->records) / result->seconds;
}

/// What checkpoints cost: the rate with one every second, and without. Which goes first changes from round to round.
struct CheckpointRates {
    std::vector<double> with, without, ratio;

    Status measure(const BenchConfig& config, bool withFirst, JobContext& context)
    {
        const auto rate = [&](bool checkpoints) -> Status {
            auto measured = passRate(config, checkpoints ? std::chrono::seconds(1) : std::chrono::hours(1000), context);
            if (!measured)
                return fail(measured.error());
            (checkpoints ? with : without).push_back(*measured);
            return {};
        };
        for (const bool checkpoints : {withFirst, !withFirst})
            if (auto measured = rate(checkpoints); !measured)
                return measured;
        ratio.push_back(with.back() / without.back());
        return {};
    }
};

/// Publishes the file to a new topic, so many times over; the result of the first time.
Result<PublishResult> publishAnew(const BenchConfig& config, const std::filesystem::path& file,
                                  const std::string& topic, int copies, JobContext& context)
{
    auto admin = Admin::open(config.connection);
    if (!admin)
        return fail(admin.error());
    if (admin->topic(topic))
        if (auto deleted = admin->deleteTopic(topic); !deleted)
            return fail(deleted.error());
    PublishConfig publishing;
    publishing.connection = config.connection;
    publishing.home = config.home / "bench";
    publishing.file = file;
    publishing.schema = config.profile.schema;
    publishing.topic = topic;
    publishing.key = "label"; // as the tutorial's records are
    publishing.existing = Existing::Append;
    auto first = publish(publishing, context);
    for (int i = 1; i < copies && first; ++i)
        if (auto again = publish(publishing, context); !again)
            return again;
    return first;
}

/// Simulates the records and publishes them to the bench's topics.
Result<PublishResult> prepareTopics(const BenchConfig& config, const std::filesystem::path& file, JobContext& context)
{
    SimulateConfig simulated;
    simulated.home = config.home / "bench";
    simulated.profile = config.profile;
    simulated.rows = config.records;
    simulated.out = file;
    if (auto made = simulate(simulated, context); !made)
        return fail(made.error());
    if (auto published = publishAnew(config, file, kLongTopic, kCopies, context); !published)
        return published;
    return publishAnew(config, file, kTopic, 1, context);
}

nlohmann::json toJson(const EpochFigures& figures)
{
    return {{"epoch_over_products", figures.overProducts},
            {"epoch_over_memory", figures.overMemory},
            {"epoch_seconds", figures.seconds},
            {"memory_epoch_seconds", figures.memorySeconds},
            {"products_seconds", figures.productsSeconds},
            {"threads", figures.threads}};
}

std::int64_t peakMemoryBytes()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

} // namespace

nlohmann::json toJson(const BenchResult& result)
{
    nlohmann::json json = {{"records", result.records},
                           {"rounds", result.rounds},
                           {"checkpoints_over_none", result.checkpointsOverNone},
                           {"checkpoints_records_per_second", result.checkpointsRate},
                           {"no_checkpoints_records_per_second", result.noCheckpointsRate},
                           {"publish_records_per_second", result.publishRate},
                           {"csv_mb_per_second", result.csvMegabytesPerSecond},
                           {"peak_memory_bytes", result.peakMemoryBytes}};
    for (const auto& [batchRows, epoch] : result.epochs) {
        const bool usual = batchRows == TrainBudget().batch;
        const std::string prefix = usual ? std::string() : "batch_" + std::to_string(batchRows) + "_";
        const nlohmann::json figures = toJson(epoch);
        for (const auto& [name, value] : figures.items())
            json[prefix + name] = value;
    }
    return json;
}

Result<BenchResult> bench(const BenchConfig& config, JobContext& context)
{
    const std::filesystem::path file = config.home / "bench" / "bench.csv";
    auto published = prepareTopics(config, file, context);
    if (!published)
        return fail(published.error());
    auto rows = rowsInMemory(file, config.profile.schema);
    if (!rows)
        return fail(rows.error());
    auto model = presetModel("tutorial", config.profile.schema.featureNames());
    if (!model)
        return fail(model.error());
    auto graph = lower(*model);
    if (!graph)
        return fail(graph.error());
    auto module = learnerModule();
    if (!module)
        return fail(module.error());
    std::map<int, EpochBench> epochs;
    for (const int batchRows : config.batches) {
        auto made = EpochBench::make(**module, *graph, batchRows);
        if (!made)
            return fail(made.error());
        epochs.emplace(batchRows, std::move(*made));
    }
    CheckpointRates checkpoints;
    for (int round = 0; round < config.rounds; ++round) {
        Progress progress;
        progress.text = "round " + std::to_string(round + 1) + " of " + std::to_string(config.rounds);
        progress.fraction = static_cast<double>(round) / config.rounds;
        context.report(progress);
        for (auto& [batchRows, epoch] : epochs)
            if (auto measured = epoch.measure(config, *rows, context); !measured)
                return fail(measured.error());
        if (auto measured = checkpoints.measure(config, round % 2 == 0, context); !measured)
            return fail(measured.error());
        if (context.stopRequested())
            return fail(ErrorCode::Cancelled, "The bench was cancelled");
    }
    if (auto admin = Admin::open(config.connection))
        for (const std::string& topic : {kTopic, kLongTopic})
            (void)admin->deleteTopic(topic);
    BenchResult result{config.records,
                       config.rounds,
                       median(checkpoints.ratio),
                       median(checkpoints.with),
                       median(checkpoints.without),
                       published->recordsPerSecond(),
                       rows->megabytesPerSecond,
                       peakMemoryBytes(),
                       {}};
    for (const auto& [batchRows, epoch] : epochs)
        result.epochs.emplace(batchRows, epoch.result());
    return result;
}

} // namespace millrace
