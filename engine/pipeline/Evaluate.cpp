// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Evaluate.h"

#include "base/Clock.h"
#include "base/Text.h"
#include "data/Batch.h"
#include "metrics/Metrics.h"
#include "pipeline/TopicNotes.h"
#include "pipeline/TrainedModel.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

constexpr std::chrono::seconds kCommitEvery{1};
constexpr int kScoreBins = 50;

/// Scores rows as they come; everything handed in is counted in `metrics` after flush().
class Scorer
{
public:
    Scorer(Learner& learner, int batch) : m_learner(learner), m_batch(batch) {}

    Status add(const RecordSource::Row& row)
    {
        m_open.features.insert(m_open.features.end(), row.features.begin(), row.features.end());
        m_open.labels.push_back(row.label);
        return m_open.rows() >= m_batch ? flush() : Status{};
    }

    Status flush()
    {
        if (m_open.rows() == 0)
            return {};
        m_logits.resize(m_open.labels.size());
        if (auto predicted = m_learner.predict(m_open.features, m_logits); !predicted)
            return predicted;
        metrics.add(m_logits, m_open.labels);
        for (std::size_t i = 0; i < m_logits.size(); ++i) {
            const double probability = 1 / (1 + std::exp(-static_cast<double>(m_logits[i])));
            const int bin = std::min(kScoreBins - 1, static_cast<int>(probability * kScoreBins));
            ++histogram.at(m_open.labels[i] > 0.5F ? 1 : 0).at(static_cast<std::size_t>(bin));
        }
        m_open.clear();
        return {};
    }

    BinaryMetrics metrics;
    std::array<std::array<std::int64_t, kScoreBins>, 2> histogram{};

private:
    Learner& m_learner;
    int m_batch;
    Batch m_open;
    std::vector<float> m_logits;
};

void report(JobContext& context, const Scorer& scorer, std::int64_t total, double seconds, std::int64_t rejected)
{
    Progress progress;
    progress.records = scorer.metrics.records();
    progress.text = formatCount(progress.records) + " records scored";
    progress.rejected = rejected;
    progress.rate = static_cast<double>(progress.records) / std::max(seconds, 1e-9);
    if (total > 0) {
        progress.left = std::max<std::int64_t>(0, total - progress.records);
        progress.fraction = std::min(1.0, static_cast<double>(progress.records) / static_cast<double>(total));
        progress.secondsLeft = static_cast<double>(progress.left) / std::max(progress.rate, 1.0);
    }
    context.report(progress);
    MetricPoint point;
    point.step = point.records = progress.records;
    point.seconds = seconds;
    point.loss = point.lossMinimum = point.lossMaximum = scorer.metrics.loss();
    point.accuracy = scorer.metrics.accuracy();
    point.lag = progress.left;
    context.metrics.add(point);
}

/// Reads, scores and commits until the stream is over or a stop is asked for.
Status scoreStream(GroupReader& reader, RecordSource& source, Scorer& scorer, JobContext& context, std::int64_t total)
{
    Status scored;
    source.onRow = [&](const RecordSource::Row& row) {
        if (scored)
            scored = scorer.add(row);
    };
    const auto settle = [&]() -> Status {
        if (auto flushed = scorer.flush(); !flushed)
            return flushed;
        return reader.commit(source.positions());
    };
    reader.beforeRevoke = [&] {
        if (auto settled = settle(); !settled)
            context.note(Note::Severity::Warning, describe(settled.error()));
    };
    const auto began = Clock::now();
    auto committed = began;
    bool more = true;
    while (more && !context.stopRequested()) {
        context.waitWhilePaused();
        auto polled = reader.poll(kPollTimeout);
        if (!polled)
            return fail(polled.error());
        if (!scored)
            return scored;
        more = *polled;
        report(context, scorer, total, secondsSince(began), source.rejected());
        if (Clock::now() - committed > kCommitEvery) {
            if (auto settled = settle(); !settled && !settled.error().retriable)
                return settled;
            committed = Clock::now();
        }
    }
    auto settled = settle();
    reader.beforeRevoke = [] {};
    return settled;
}

} // namespace

Result<nlohmann::json> evaluate(const EvaluateConfig& config, JobContext& context)
{
    auto trained = TrainedModel::load(RunCatalog(config.home / "runs"), config.run, context);
    if (!trained)
        return fail(trained.error());
    auto admin = Admin::open(config.connection);
    if (!admin)
        return fail(admin.error());
    auto topic = admin->topic(config.topic);
    if (!topic)
        return fail(topic.error());
    const bool topicHasRecords =
        std::ranges::any_of(topic->partitions, [](const PartitionInfo& p) { return p.high > p.low; });
    const TopicNotes notes = readTopicNotes(config.home, config.topic);
    auto run = RunFolder::create(config.home / "runs", trained->run.name + "-evaluate",
                                 {{"kind", "evaluate"},
                                  {"parent", trained->run.folder},
                                  {"configuration", config.section},
                                  {"topic", config.topic},
                                  {"simulated", notes.simulated}});
    if (!run)
        return fail(run.error());

    std::int64_t total = -1; // unknown where nobody knows the end
    if (config.until.kind == StreamEnd::Kind::Count)
        total = config.until.value;
    else if (config.until.kind == StreamEnd::Kind::End)
        total = groupLagNow(*admin, config.topic, config.group, {});
    RecordSource source(config.topic, trained->model.features, config.onError, *run, context);
    auto reader = GroupReader::join(config.connection, config.topic, config.group, config.until, source, context);
    if (!reader)
        return fail(reader.error());
    const auto began = Clock::now();
    Scorer scorer(*trained->learner, config.batch);
    if (auto read = scoreStream(*reader, source, scorer, context, total); !read) {
        (void)run->finish("failed", {{"error", describe(read.error())}});
        return fail(read.error());
    }
    nlohmann::json result = scorer.metrics.toJson();
    const auto rows = admin->groupLag(config.group);
    reader->leave();
    result["run"] = run->name();
    result["parent"] = trained->run.folder;
    result["group"] = config.group;
    result["topic"] = config.topic;
    result["rejected"] = source.rejected();
    result["roc"] = scorer.metrics.roc();
    result["score_histogram"] = scorer.histogram;
    result["groups"] = rows ? toJson(*rows) : nlohmann::json::array();
    result["nothing_new"] = scorer.metrics.records() == 0 && source.rejected() == 0 && topicHasRecords;
    result["seconds"] = secondsSince(began);
    result["simulated"] = notes.simulated;
    result["best"] = notes.best;
    result["stopped"] = context.stopRequested();
    if (auto finished = run->finish(context.stopRequested() ? "cancelled" : "done", result); !finished)
        return fail(finished.error());
    return result;
}

} // namespace millrace
