// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Evaluate.h"

#include "base/Clock.h"
#include "base/Json.h"
#include "base/Text.h"
#include "pipeline/reading/OnlyClass.h"
#include "pipeline/reading/TopicSample.h"
#include "pipeline/reading/TransactionalReader.h"
#include "pipeline/runs/StateTopic.h"
#include "pipeline/runs/TopicNotes.h"
#include "pipeline/training/PredictBatch.h"
#include "pipeline/training/TrainedModel.h"
#include "pipeline/writing/TopicTarget.h"

#include <algorithm>

namespace millrace
{
namespace
{

/// Longer than the broker lets a dead member's transaction live.
constexpr std::chrono::seconds kStateDeadline{30};
constexpr std::chrono::milliseconds kClosing{250}, kOthersDeadline{1000};
constexpr int kScoreBins = 50;
constexpr std::int64_t kExactScores = 1'000'000; ///< beyond, memory would grow with the topic

/// A member's part of a group's evaluation: scores rows, keeps the state of each partition that it holds, and takes
/// over the states of those that it gets.
class SharedEvaluation
{
public:
    SharedEvaluation(const EvaluateConfig& config, TrainedModel& trained, const RunFolder& run, StateTopic& states,
                     TransactionalReader& reader, JobContext& context)
        : m_config(config), m_run(run.name()), m_model(trained.run.folder), m_step(trained.state.step),
          m_states(states), m_reader(reader), m_context(context),
          m_batch(*trained.learner, trained.model.features.size(), config.batch)
    {
        reader.onAssigned = [this](const std::vector<PartitionOffset>& partitions) { return takeOver(partitions); };
        reader.onRow = [this](const RecordSource::Row& row) { return m_batch.add(row) ? score() : Status{}; };
        reader.beforeCommit = [this] { return save(); };
        reader.onRevoked = [this](const std::vector<int>& partitions) {
            for (const int partition : partitions)
                m_own.erase(partition);
        };
        reader.onForgotten = [this] {
            m_batch.clear();
            m_own.clear();
            m_scores = {};
            m_exact = false;
        };
    }

    void countRejected(int partition) { ++stateOf(partition).rejected; }

    /// Of the group, as far as this member knows now.
    [[nodiscard]] BinaryTally merged() const
    {
        BinaryTally all;
        for (const auto& [partition, state] : m_own)
            all.merge(state.scores);
        for (const auto& [partition, state] : m_others)
            all.merge(state.scores);
        return all;
    }

    /// Reads what the other members have saved.
    Status readOthers(const std::vector<GroupLagRow>& committed)
    {
        const auto states = m_states.read(std::stop_token(), kOthersDeadline);
        if (!states)
            return fail(states.error());
        for (const auto& [key, state] : **states) {
            // A state counts while the group's offset stands: after a group was deleted its states are still there.
            const bool isCommitted = std::ranges::any_of(committed, [&key = key](const GroupLagRow& row) {
                return row.topic == key.first && row.partition == key.second && row.currentOffset;
            });
            if (key.first == m_config.topic && isCommitted && !m_own.contains(key.second) &&
                state.isOf(m_model, m_step))
                m_others.insert_or_assign(key.second, state);
        }
        return {};
    }

    [[nodiscard]] bool holdsAll(std::size_t partitions) const { return m_own.size() == partitions; }

    /// The fields of the result that tell of the group's scores.
    [[nodiscard]] nlohmann::json result() const
    {
        const BinaryTally all = merged();
        // All scores are at hand when this member scored everything: then AUC and ROC are those of no bins.
        const bool exact = m_exact && m_scores.records() == all.records();
        nlohmann::json json = {{"scored", all.records()},
                               {"loss", orNull(all.loss())},
                               {"accuracy", orNull(all.accuracy())},
                               {"auc", orNull(exact ? m_scores.auc() : all.auc())},
                               {"approximate", !exact},
                               {"confusion", all.confusion()},
                               {"roc", exact ? m_scores.roc() : all.roc()},
                               {"score_histogram", all.histogram(kScoreBins)}};
        std::map<int, const PartitionState*> states;
        for (const auto& [partition, state] : m_own)
            states[partition] = &state;
        for (const auto& [partition, state] : m_others)
            states[partition] = &state;
        json["partitions"] = nlohmann::json::array();
        for (const auto& [partition, state] : states)
            json["partitions"].push_back({{"partition", partition},
                                          {"scored", state->scores.records()},
                                          {"rejected", state->rejected},
                                          {"accuracy", orNull(state->scores.accuracy())},
                                          {"loss", orNull(state->scores.loss())},
                                          {"from", std::max<std::int64_t>(0, state->from)},
                                          {"next", state->next >= 0 ? nlohmann::json(state->next) : nlohmann::json()},
                                          {"by", state->by}});
        return json;
    }

private:
    PartitionState& stateOf(int partition)
    {
        const auto [place, isNew] = m_own.try_emplace(partition);
        if (isNew) {
            place->second.topic = m_config.topic;
            place->second.partition = partition;
            place->second.model = m_model;
            place->second.step = m_step;
            place->second.by = m_run;
        }
        return place->second;
    }

    Status takeOver(const std::vector<PartitionOffset>& partitions)
    {
        for (const PartitionOffset& each : partitions)
            if (auto taken = takeOver(each); !taken)
                return taken;
        return {};
    }

    Status takeOver(const PartitionOffset& each)
    {
        m_others.erase(each.partition);
        m_own.erase(each.partition);
        PartitionState& state = stateOf(each.partition);
        state.from = each.offset;
        if (each.offset < 0)
            return {}; // the group has committed nothing: whatever stands in the state topic is of another time
        const std::string place = m_config.topic + " partition " + std::to_string(each.partition);
        const std::string until =
            "Group " + m_config.group + " stands at offset " + formatCount(each.offset) + " of " + place;
        const auto mark = parseJson(each.metadata, "What a group committed");
        if (!mark || !mark->is_object() || !mark->contains("evaluate")) {
            m_context.note(Note::Severity::Warning, until + ", and no evaluation brought it there: only what comes "
                                                            "after it is scored. Another group scores all");
            return {};
        }
        const auto saved =
            m_states.waitFor(m_config.topic, each.partition, each.offset, kStateDeadline, m_context.stop());
        if (!saved)
            return fail(saved.error());
        if (!*saved)
            return fail(ErrorCode::BadData,
                        until + ", but " + stateTopicOf(m_config.group) + " does not hold what was scored up to there",
                        "Was that topic deleted or written to? Evaluate with another group");
        if ((*saved)->isOf(m_model, m_step)) {
            state = **saved;
            return {};
        }
        m_context.note(Note::Severity::Warning, until + " with the scores of " + (*saved)->model + " (step " +
                                                    formatCount((*saved)->step) +
                                                    "), which is another model: only what comes after it is scored. "
                                                    "Another group scores all");
        return {};
    }

    Status score()
    {
        const auto logits = m_batch.predict();
        if (!logits)
            return fail(logits.error());
        const auto entries = m_batch.entries();
        for (std::size_t first = 0, last = 0; first < entries.size(); first = last) {
            while (last < entries.size() && entries[last].partition == entries[first].partition)
                ++last;
            stateOf(entries[first].partition)
                .scores.add(logits->subspan(first, last - first), m_batch.labels().subspan(first, last - first));
        }
        m_exact = m_exact && m_scores.records() < kExactScores;
        if (m_exact)
            m_scores.add(*logits, m_batch.labels());
        else
            m_scores = {};
        m_batch.clear();
        return {};
    }

    Status save()
    {
        if (auto scored = score(); !scored)
            return scored;
        for (auto& [partition, state] : m_own) {
            const std::int64_t next = m_reader.position(partition);
            if (next < 0 || next == state.next)
                continue;
            state.next = next;
            state.by = m_run;
            if (auto sent = m_reader.send(keyOf(state.topic, partition), toText(state), 0, {}); !sent)
                return sent;
        }
        return {};
    }

    const EvaluateConfig& m_config;
    std::string m_run, m_model;
    std::int64_t m_step;
    StateTopic& m_states;
    TransactionalReader& m_reader;
    JobContext& m_context;
    PredictBatch m_batch;
    std::map<int, PartitionState> m_own, m_others; ///< by partition
    BinaryMetrics m_scores;                        ///< every score of this member, while they are few
    bool m_exact = true;
};

void report(JobContext& context, const SharedEvaluation& evaluation, std::int64_t read, std::int64_t total,
            double seconds, std::int64_t rejected)
{
    const BinaryTally scores = evaluation.merged();
    Progress progress;
    progress.records = read;
    progress.text = formatCount(read) + " records read";
    progress.rejected = rejected;
    progress.rate = rateOver(read, seconds);
    progress.limitedBy = context.paused() ? "paused" : "";
    if (total > 0) {
        progress.left = std::max<std::int64_t>(0, total - read - rejected);
        progress.fraction = std::min(1.0, static_cast<double>(read + rejected) / static_cast<double>(total));
        progress.secondsLeft = static_cast<double>(progress.left) / std::max(progress.rate, 1.0);
    }
    context.report(progress);
    MetricPoint point;
    point.step = point.records = scores.records();
    point.seconds = seconds;
    point.loss = point.lossMinimum = point.lossMaximum = scores.loss();
    point.accuracy = scores.accuracy();
    point.lag = progress.left;
    context.metrics.add(point);
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
    if (auto fits = checkModelFits(config.connection, config.home, *topic,
                                   {"run " + trained->run.folder, trained->model.features});
        !fits)
        return fail(fits.error());
    if (auto writable = checkHomeWritable(config.home); !writable)
        return fail(writable.error());
    auto states = StateTopic::open(config.connection, *admin, config.group);
    if (!states)
        return fail(states.error());
    const TopicNotes notes = topicNotesOrTold(config.home, config.topic, context);
    auto run = RunFolder::create(config.home / "runs", trained->run.name + "-evaluate",
                                 {{"kind", "evaluate"},
                                  {"parent", trained->run.folder},
                                  {"configuration", config.section},
                                  {"topic", config.topic},
                                  {"simulated", notes.simulated}});
    if (!run)
        return fail(run.error());

    const GroupStart start = lookBeforeReading(*admin, config.topic, config.group,
                                               "It is read and scored from its beginning", *run, context);
    std::int64_t total = -1; // unknown where nobody knows the end
    if (config.until.kind == StreamEnd::Kind::Count)
        total = config.until.value;
    else if (config.until.kind == StreamEnd::Kind::End)
        total = start.lag;
    RecordSource source(config.topic, trained->model.features, config.onError, *run, context);
    TransactionalReader reader({config.connection, config.home, config.topic, config.group, config.until,
                                stateTopicOf(config.group), config.interval,
                                dumpJson(nlohmann::json{{"evaluate", run->name()}}), start.beyondEnd},
                               source, *run, context);
    SharedEvaluation evaluation(config, *trained, *run, *states, reader, context);
    source.onRejected = [&](int partition) { evaluation.countRejected(partition); };
    reader.onTurn = [&] { report(context, evaluation, reader.read(), total, reader.seconds(), source.rejected()); };
    const auto failed = [&](const Error& error) { return fail(run->finishFailed(error)); };
    if (auto read = reader.run(); !read)
        return failed(read.error());
    const auto nothing = judgeReading(whatWasRead(config.topic, reader, source, context), *run,
                                      [&] { return whyNothingCame(config.group, start, reader.held()); });
    if (!nothing)
        return failed(nothing.error());
    const double seconds = reader.seconds();
    const auto rows = reader.isMember() ? settledGroupLag(*admin, config.group, reader.committed())
                                        : Result<std::vector<GroupLagRow>>();
    if (!evaluation.holdsAll(topic->partitions.size()) && reader.isMember() && rows)
        if (auto others = evaluation.readOthers(*rows); !others)
            context.note(Note::Severity::Warning,
                         "The other members' scores are missing here: " + describe(others.error()));
    reader.leave();
    states->close(kClosing);
    nlohmann::json result = evaluation.result();
    tellOnlyClass(context, result);
    result["run"] = run->name();
    result["parent"] = trained->run.folder;
    result["group"] = config.group;
    result["topic"] = config.topic;
    result["records"] = reader.rows();
    run->rejected().tell(reader.rows() + source.rejected(), result);
    tellMostRejected(result, *run, context);
    result["groups"] = rows ? toJson(*rows) : nlohmann::json::array();
    result["deleted_unread"] = source.deleted();
    result["notes"] = start.notes;
    tell(*nothing, result);
    result["seconds"] = seconds;
    result["simulated"] = notes.simulated;
    result["best"] = notes.best;
    result["stopped"] = context.stopRequested();
    if (auto finished = run->finish(context.stopRequested() ? "cancelled" : "done", result); !finished)
        return failed(finished.error());
    return result;
}

} // namespace millrace
