// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Predict.h"

#include "base/Clock.h"
#include "base/Json.h"
#include "base/Text.h"
#include "data/Predictions.h"
#include "pipeline/reading/TopicSample.h"
#include "pipeline/reading/TransactionalReader.h"
#include "pipeline/training/PredictBatch.h"
#include "pipeline/training/TrainedModel.h"
#include "pipeline/writing/Digits.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

namespace millrace
{
namespace
{

constexpr int kBatchRows = 1024;
constexpr std::size_t kShown = 50;        ///< of the last predictions, to look at
constexpr std::size_t kHeaderBytes = 200; ///< of a prediction's headers, and of what Kafka adds to a message

Result<TrainedModel> modelOf(const PredictConfig& config, JobContext& context)
{
    if (!config.file.empty())
        return TrainedModel::loadFile(config.file);
    return TrainedModel::load(RunCatalog(config.stream.home / "runs"), config.run, context);
}

/// The predictions' topic, which is made when it is missing.
Result<TopicTarget> prepareTarget(Admin& admin, const PredictConfig& config, const TopicInfo& topic,
                                  JobContext& context)
{
    const int partitions = config.partitions > 0 ? config.partitions : static_cast<int>(topic.partitions.size());
    auto targets = lookAtTargets(admin, {{config.to, partitions}}, context.stop());
    if (!targets)
        return fail(targets.error());
    TopicTarget& target = targets->front();
    if (target.isCompacted())
        context.note(Note::Severity::Warning,
                     "Topic " + config.to + " is compacted: of the predictions with one key it keeps the last");
    if (auto empty = checkEmpty(target, config.existing); !empty)
        return fail(empty.error());
    if (auto made = makeTarget(admin, target, config.existing, config.stream.home, context); !made)
        return fail(made.error());
    return std::move(target);
}

int sharedPartitions(const TopicInfo& target, const TopicInfo& source)
{
    const std::size_t count = target.partitions.size();
    return count == source.partitions.size() ? static_cast<int>(count) : 0;
}

/// The cells of a batch's records that their predictions carry along; private ones stay where they are.
class Spectators
{
public:
    explicit Spectators(const RecordFormat& format) : m_format(format)
    {
        for (const Column& column : format.schema().columns)
            if (column.role == ColumnRole::Spectator && !column.isPrivate)
                m_columns.push_back(column.name);
    }

    [[nodiscard]] bool any() const { return !m_columns.empty(); }
    void add(std::string_view value)
    {
        for (const std::string& column : m_columns)
            m_cells.push_back({column, m_format.column(value, column).value_or(std::string())});
    }
    [[nodiscard]] std::span<const CarriedCell> of(std::size_t row) const
    {
        return std::span(m_cells).subspan(row * m_columns.size(), m_columns.size());
    }
    void clear() { m_cells.clear(); }

private:
    const RecordFormat& m_format;
    std::vector<std::string> m_columns;
    std::vector<CarriedCell> m_cells; ///< [rows, columns]
};

/// Predicts what the reader hands out, and sends it.
class Predictor
{
public:
    /// What is known of the predictions' topic.
    struct Target {
        /// Each prediction of so many partitions goes where its record is: of all that it has where the source has as
        /// many, else of none. Those of partitions that the source gets later are spread by key.
        int ofOne = 0;
        MessageLimit limit{};
    };

    Predictor(const PredictConfig& config, TrainedModel& trained, TransactionalReader& reader,
              const RecordFormat& records, JobContext& context, Target target)
        : m_config(config), m_reader(reader), m_context(context), m_run(trained.run.folder), m_task(trained.model.task),
          m_batch(*trained.learner, kBatchRows), m_spectators(records), m_target(std::move(target)),
          m_counts(static_cast<std::size_t>(classCount(m_task))), m_open(m_counts)
    {
        reader.onRow = [this](const RecordSource::Row& row) {
            m_spectators.add(row.message->value);
            return m_batch.add(row) ? flush() : Status{};
        };
        reader.beforeCommit = [this] { return flush(); };
        reader.onCommitted = [this] {
            m_before = {m_counts, m_committed};
            for (std::size_t i = 0; i < m_counts.size(); ++i)
                m_counts[i] += std::exchange(m_open[i], 0);
            m_committed += std::exchange(m_uncommitted, 0);
        };
        reader.onUncommitted = [this] { std::tie(m_counts, m_committed) = m_before; };
        reader.onForgotten = [this] {
            clear();
            std::ranges::fill(m_open, 0);
            m_uncommitted = 0;
        };
    }

    /// By class, committed; none where the task has no classes.
    [[nodiscard]] const std::vector<std::int64_t>& counts() const { return m_counts; }
    [[nodiscard]] std::int64_t committed() const { return m_committed; }
    [[nodiscard]] std::int64_t sent() const { return m_committed + m_uncommitted; }

private:
    Status flush()
    {
        if (m_batch.entries().empty())
            return {};
        const auto outputs = m_batch.predict();
        if (!outputs)
            return fail(outputs.error());
        for (std::size_t i = 0; i < m_batch.entries().size(); ++i)
            if (auto sent = send(i, outputsOf(*outputs, i)); !sent)
                return sent;
        if (m_context.predictions.wanted())
            m_context.predictions.put(newest(*outputs));
        clear();
        return {};
    }

    void clear()
    {
        m_batch.clear();
        m_spectators.clear();
    }

    [[nodiscard]] std::span<const float> outputsOf(std::span<const float> all, std::size_t row) const
    {
        return all.subspan(row * m_batch.outputs(), m_batch.outputs());
    }

    Status send(std::size_t row, std::span<const float> outputs)
    {
        const PredictBatch::Entry& entry = m_batch.entries()[row];
        Digits partition, offset;
        const std::array<MessageHeader, 3> headers = {
            {{"partition", partition.of(entry.partition)}, {"offset", offset.of(entry.offset)}, {"run", m_run}}};
        ++m_uncommitted;
        if (!m_open.empty())
            ++m_open.at(static_cast<std::size_t>(classOf(m_task, outputs)));
        const std::string_view key = m_batch.key(entry),
                               value = predictionText(m_task, outputs, m_config.format, m_spectators.of(row));
        const auto size = static_cast<std::int64_t>(key.size() + value.size() + kHeaderBytes);
        if (size > m_target.limit.bytes)
            return fail(tooLarge(entry, size));
        return m_reader.send(key, value, entry.partition < m_target.ofOne ? entry.partition : -1, headers);
    }

    /// Kafka's own refusal comes later, and does not name the record.
    [[nodiscard]] Error tooLarge(const PredictBatch::Entry& entry, std::int64_t size) const
    {
        return {ErrorCode::BadData,
                "The prediction for topic " + m_config.stream.topic + " partition " + std::to_string(entry.partition) +
                    " offset " + std::to_string(entry.offset) + " has about " + formatCount(size) +
                    " bytes, since it carries the record's key" + (m_spectators.any() ? " and spectators" : "") +
                    ", and at most " + formatCount(m_target.limit.bytes) + " are taken (" + m_target.limit.reason + ")",
                "Raise the limit: message.max.bytes by --kafka-property, and max.message.bytes of topic " +
                    m_config.to};
    }

    [[nodiscard]] std::vector<Prediction> newest(std::span<const float> outputs) const
    {
        std::vector<Prediction> rows;
        const std::size_t count = m_batch.entries().size();
        for (std::size_t i = count - std::min(kShown, count); i < count; ++i) {
            const PredictBatch::Entry& entry = m_batch.entries()[i];
            const auto own = outputsOf(outputs, i);
            rows.push_back({entry.partition,
                            entry.offset,
                            std::string(m_batch.key(entry)),
                            entry.nullKey,
                            m_task,
                            {own.begin(), own.end()},
                            {m_spectators.of(i).begin(), m_spectators.of(i).end()}});
        }
        return rows;
    }

    const PredictConfig& m_config;
    TransactionalReader& m_reader;
    JobContext& m_context;
    std::string m_run;
    Task m_task;
    PredictBatch m_batch;
    Spectators m_spectators;
    Target m_target;
    std::vector<std::int64_t> m_counts, m_open; ///< by class: committed, and of the open transaction
    std::int64_t m_committed = 0, m_uncommitted = 0;
    std::pair<std::vector<std::int64_t>, std::int64_t> m_before; ///< both, before the last commit
};

} // namespace

nlohmann::json toJson(const PredictResult& result)
{
    nlohmann::json json = {
        {"task", infoOf(result.task).name},
        {"to", result.to},
        {"records", result.records},
        {"class_counts", result.classCounts},
        {"classes", result.task.classes},
        {"transactions", result.transactions},
        {"records_per_second", static_cast<double>(result.records) / std::max(result.job.seconds, 1e-9)}};
    tell(result.job, json);
    json["out"] = result.job.data.empty() ? nlohmann::json() : nlohmann::json(result.to);
    return json;
}

Result<PredictResult> predict(const PredictConfig& config, JobContext& context)
{
    const GroupJobConfig& stream = config.stream;
    auto trained = modelOf(config, context);
    if (!trained)
        return fail(trained.error());
    auto plan = planGroupJob(stream, {config.file.empty() ? "run " + trained->run.folder : config.file.string(),
                                      inputOf(trained->model), trained->records, false});
    if (!plan)
        return fail(plan.error());
    const auto target = prepareTarget(plan->admin, config, plan->topic, context);
    if (!target)
        return fail(target.error());
    auto run = RunFolder::create(stream.home / "runs", trained->run.name + "-predict",
                                 {{"kind", "predict"},
                                  {"task", toJson(trained->model.task)},
                                  {"parent", trained->run.folder},
                                  {"configuration", stream.section},
                                  {"topic", stream.topic},
                                  {"to", config.to}});
    if (!run)
        return fail(run.error());
    GroupJob job(stream, std::move(*plan), std::move(*run), trained->run.folder, config.to,
                 "It is read and predicted from its beginning", context);
    job.source().labelled = false;
    Predictor predictor(config, *trained, job.reader(), job.source().decoder().format(), context,
                        {sharedPartitions(*target->there, job.topic()), limitOf(stream.connection, {*target})});
    job.reader().onPoll = [&] { job.report(predictor.sent(), "predicted"); };
    if (auto read = job.read(); !read)
        return job.failed(read.error());
    const auto lag = job.lag();
    PredictResult result{
        job.end(predictor.committed(), lag), trained->model.task, config.to, predictor.committed(), predictor.counts(),
        job.reader().transactions()};
    if (auto finished = job.finish(toJson(result)); !finished)
        return job.failed(finished.error());
    return result;
}

bool predictedInto(const std::filesystem::path& home, const std::string& topic)
{
    return std::ranges::any_of(RunCatalog(home / "runs").list(), [&](const RunInfo& run) {
        return run.kind == "predict" && textIn(run.description, "to") == topic;
    });
}

Result<HandPredicted> predictByHand(const std::filesystem::path& home, const std::string& run, const std::string& line)
{
    JobContext context{std::stop_token()};
    auto trained = TrainedModel::load(RunCatalog(home / "runs"), run, context);
    if (!trained)
        return fail(trained.error());
    auto decoder = RecordDecoder::make(recordFormatNameOf(trained->run), featureSchema(trained->model.features),
                                       inputOf(trained->model));
    if (!decoder)
        return fail(decoder.error());
    std::vector<float> features(decoder->width());
    DecodeProblem problem;
    if (!decoder->decodeFeatures(line, features, problem))
        return fail(ErrorCode::BadData, "The record cannot be used: " + problem.reason, decoder->format().advice());
    HandPredicted result{trained->model.task,
                         std::vector<float>(static_cast<std::size_t>(trained->learner->outputs()))};
    if (auto predicted = trained->learner->predict(features, result.outputs); !predicted)
        return fail(predicted.error());
    return result;
}

} // namespace millrace
