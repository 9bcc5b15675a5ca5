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
    return TrainedModel::load(RunCatalog(config.home / "runs"), config.run, context);
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
    if (auto made = makeTarget(admin, target, config.existing, config.home, context); !made)
        return fail(made.error());
    return std::move(target);
}

int sharedPartitions(const TopicInfo& target, const TopicInfo& source)
{
    const std::size_t count = target.partitions.size();
    return count == source.partitions.size() ? static_cast<int>(count) : 0;
}

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

    Predictor(const PredictConfig& config, TrainedModel& trained, TransactionalReader& reader, JobContext& context,
              Target target)
        : m_config(config), m_reader(reader), m_context(context), m_run(trained.run.folder), m_task(trained.model.task),
          m_batch(*trained.learner, trained.model.features.size(), kBatchRows), m_target(std::move(target)),
          m_counts(static_cast<std::size_t>(classCount(m_task))), m_open(m_counts)
    {
        reader.onRow = [this](const RecordSource::Row& row) { return m_batch.add(row) ? flush() : Status{}; };
        reader.beforeCommit = [this] { return flush(); };
        reader.onCommitted = [this] {
            for (std::size_t i = 0; i < m_counts.size(); ++i)
                m_counts[i] += std::exchange(m_open[i], 0);
            m_committed += std::exchange(m_uncommitted, 0);
        };
        reader.onForgotten = [this] {
            m_batch.clear();
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
            if (auto sent = send(m_batch.entries()[i], outputsOf(*outputs, i)); !sent)
                return sent;
        if (m_context.predictions.wanted())
            m_context.predictions.put(newest(*outputs));
        m_batch.clear();
        return {};
    }

    [[nodiscard]] std::span<const float> outputsOf(std::span<const float> all, std::size_t row) const
    {
        return all.subspan(row * m_batch.outputs(), m_batch.outputs());
    }

    Status send(const PredictBatch::Entry& entry, std::span<const float> outputs)
    {
        Digits partition, offset;
        const std::array<MessageHeader, 3> headers = {
            {{"partition", partition.of(entry.partition)}, {"offset", offset.of(entry.offset)}, {"run", m_run}}};
        ++m_uncommitted;
        if (!m_open.empty())
            ++m_open.at(static_cast<std::size_t>(classOf(m_task, outputs)));
        const std::string_view key = m_batch.key(entry), value = predictionText(m_task, outputs, m_config.format);
        const auto size = static_cast<std::int64_t>(key.size() + value.size() + kHeaderBytes);
        if (size > m_target.limit.bytes)
            return fail(tooLarge(entry, size));
        return m_reader.send(key, value, entry.partition < m_target.ofOne ? entry.partition : -1, headers);
    }

    /// Kafka's own refusal comes later, and does not name the record.
    [[nodiscard]] Error tooLarge(const PredictBatch::Entry& entry, std::int64_t size) const
    {
        return {ErrorCode::BadData,
                "The prediction for topic " + m_config.topic + " partition " + std::to_string(entry.partition) +
                    " offset " + std::to_string(entry.offset) + " has about " + formatCount(size) +
                    " bytes, since it carries the record's key, and at most " + formatCount(m_target.limit.bytes) +
                    " are taken (" + m_target.limit.reason + ")",
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
                            {own.begin(), own.end()}});
        }
        return rows;
    }

    const PredictConfig& m_config;
    TransactionalReader& m_reader;
    JobContext& m_context;
    std::string m_run;
    Task m_task;
    PredictBatch m_batch;
    Target m_target;
    std::vector<std::int64_t> m_counts, m_open; ///< by class: committed, and of the open transaction
    std::int64_t m_committed = 0, m_uncommitted = 0;
};

void report(JobContext& context, const TransactionalReader& reader, std::int64_t sent, std::int64_t total,
            std::int64_t rejected)
{
    Progress progress;
    progress.records = sent;
    progress.text = formatCount(sent) + " records predicted";
    progress.rejected = rejected;
    progress.rate = rateOver(sent, reader.seconds());
    progress.limitedBy = context.paused() ? "paused" : "";
    if (total > 0) {
        progress.left = std::max<std::int64_t>(0, total - sent - rejected);
        progress.fraction = std::min(1.0, static_cast<double>(sent + rejected) / static_cast<double>(total));
        progress.secondsLeft = static_cast<double>(progress.left) / std::max(progress.rate, 1.0);
    }
    context.report(progress);
}

} // namespace

Result<nlohmann::json> predict(const PredictConfig& config, JobContext& context)
{
    auto trained = modelOf(config, context);
    if (!trained)
        return fail(trained.error());
    auto admin = Admin::open(config.connection);
    if (!admin)
        return fail(admin.error());
    auto topic = admin->topic(config.topic);
    if (!topic)
        return fail(topic.error());
    auto format = makeRecordFormat(config.fromFormat, featureSchema(trained->model.features));
    if (!format)
        return fail(format.error());
    if (auto fits = checkModelFits(config.connection, config.home, *topic, config.fromFormat,
                                   {config.file.empty() ? "run " + trained->run.folder : config.file.string(),
                                    trained->model.features, false});
        !fits)
        return fail(fits.error());
    const auto target = prepareTarget(*admin, config, *topic, context);
    if (!target)
        return fail(target.error());
    auto run = RunFolder::create(config.home / "runs", trained->run.name + "-predict",
                                 {{"kind", "predict"},
                                  {"parent", trained->run.folder},
                                  {"configuration", config.section},
                                  {"topic", config.topic},
                                  {"to", config.to}});
    if (!run)
        return fail(run.error());

    const GroupStart start = lookBeforeReading(*admin, config.topic, config.group,
                                               "It is read and predicted from its beginning", *run, context);
    std::int64_t total = -1; // unknown where nobody knows the end
    if (config.until.kind == StreamEnd::Kind::Count)
        total = config.until.value;
    else if (config.until.kind == StreamEnd::Kind::End)
        total = start.lag;
    RecordSource source(config.topic, std::move(*format), config.onError, *run, context);
    source.labelled = false;
    TransactionalReader reader({config.connection, config.home, config.topic, config.group, config.until, config.to,
                                config.interval, dumpJson(nlohmann::json{{"predict", run->name()}}), start.beyondEnd},
                               source, *run, context);
    Predictor predictor(config, *trained, reader, context,
                        {sharedPartitions(*target->there, *topic), limitOf(config.connection, {*target})});
    reader.onTurn = [&] { report(context, reader, predictor.sent(), total, source.rejected()); };
    const auto read = reader.run();
    if (!read)
        return fail(run->finishFailed(read.error()));
    const auto nothing = judgeReading(whatWasRead(config.topic, reader, source, context), *run,
                                      [&] { return whyNothingCame(config.group, start, reader.held()); });
    if (!nothing)
        return fail(run->finishFailed(nothing.error()));
    const std::int64_t records = predictor.committed();
    const double seconds = reader.seconds();
    const auto rows = reader.isMember() ? settledGroupLag(*admin, config.group, reader.committed())
                                        : Result<std::vector<GroupLagRow>>();
    reader.leave();
    nlohmann::json result = {{"run", run->name()},
                             {"parent", trained->run.folder},
                             {"group", config.group},
                             {"topic", config.topic},
                             {"to", config.to},
                             {"records", records},
                             {"class_counts", predictor.counts()},
                             {"transactions", reader.transactions()},
                             {"seconds", seconds},
                             {"records_per_second", static_cast<double>(records) / std::max(seconds, 1e-9)},
                             {"groups", rows ? toJson(*rows) : nlohmann::json::array()},
                             {"deleted_unread", source.deleted()},
                             {"notes", start.notes},
                             {"stopped", context.stopRequested()}};
    tell(*nothing, result);
    run->rejected().tell(records + source.rejected(), result);
    tellMostRejected(result, *run, context);
    if (auto finished = run->finish(context.stopRequested() ? "cancelled" : "done", result); !finished)
        return fail(run->finishFailed(finished.error()));
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
    const auto format = recordFormatOf(trained->run, trained->model.features);
    if (!format)
        return fail(format.error());
    std::vector<float> features(trained->model.features.size());
    DecodeProblem problem;
    if (!(*format)->decodeFeatures(line, features, problem))
        return fail(ErrorCode::BadData, "The record cannot be used: " + problem.reason, (*format)->advice());
    HandPredicted result{trained->model.task,
                         std::vector<float>(static_cast<std::size_t>(trained->learner->outputs()))};
    if (auto predicted = trained->learner->predict(features, result.outputs); !predicted)
        return fail(predicted.error());
    return result;
}

} // namespace millrace
