// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Evaluate.h"

#include "base/Clock.h"
#include "base/Json.h"
#include "base/Text.h"
#include "metrics/Scores.h"
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

/// A member's part of a group's evaluation: scores rows, keeps the state of each partition that it holds, and takes
/// over the states of those that it gets.
class SharedEvaluation
{
    /// A partition's state, and its scores as they are now.
    struct Part {
        PartitionState state;
        std::unique_ptr<Scores> scores;
    };

public:
    SharedEvaluation(const EvaluateConfig& config, TrainedModel& trained, const RunFolder& run, StateTopic& states,
                     TransactionalReader& reader, JobContext& context)
        : m_config(config), m_run(run.name()), m_model(trained.run.folder), m_step(trained.state.step),
          m_task(trained.model.task), m_states(states), m_reader(reader), m_context(context),
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
            m_scores = makeScores(m_task, KeepOutputs::Bins); // what it had scored is another member's
        };
    }

    void countRejected(int partition) { ++partOf(partition).state.rejected; }

    /// Of the group, as far as this member knows now.
    [[nodiscard]] std::unique_ptr<Scores> merged() const
    {
        auto all = makeScores(m_task, KeepOutputs::Bins);
        for (const auto* parts : {&m_own, &m_others})
            for (const auto& [partition, part] : *parts)
                all->merge(*part.scores);
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
                if (auto scores = makeScores(m_task, KeepOutputs::Bins); scores->restore(state.scores))
                    m_others.insert_or_assign(key.second, Part{state, std::move(scores)});
        }
        return {};
    }

    /// The score that is drawn.
    [[nodiscard]] const std::string& curve() const { return infoOf(m_task).curve; }
    [[nodiscard]] bool holdsAll(std::size_t partitions) const { return m_own.size() == partitions; }

    /// The fields of the result that tell of the group's scores.
    [[nodiscard]] nlohmann::json result() const
    {
        const auto all = merged();
        // All outputs are at hand when this member scored everything: then scores of ranks are those of no bins.
        const Scores& told = m_scores->records() == all->records() ? *m_scores : *all;
        nlohmann::json json = told.figures();
        json["scored"] = told.records();
        tell(told.table(), json);
        std::map<int, const Part*> parts;
        for (const auto* some : {&m_own, &m_others})
            for (const auto& [partition, part] : *some)
                parts[partition] = &part;
        json["partitions"] = nlohmann::json::array();
        for (const auto& [partition, part] : parts)
            json["partitions"].push_back(toJson(*part));
        return json;
    }

private:
    static nlohmann::json toJson(const Part& part)
    {
        const PartitionState& state = part.state;
        nlohmann::json json = {{"partition", state.partition},
                               {"scored", part.scores->records()},
                               {"rejected", state.rejected},
                               {"from", std::max<std::int64_t>(0, state.from)},
                               {"next", state.next >= 0 ? nlohmann::json(state.next) : nlohmann::json()},
                               {"by", state.by}};
        tell(part.scores->table(), json);
        return json;
    }

    Part& partOf(int partition)
    {
        const auto [place, isNew] = m_own.try_emplace(partition);
        if (isNew)
            place->second = {{m_config.topic, partition, 0, -1, m_model, m_step, m_run, 0, {}},
                             makeScores(m_task, KeepOutputs::Bins)};
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
        Part& part = partOf(each.partition);
        part.state.from = each.offset;
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
        if ((*saved)->isOf(m_model, m_step))
            return goOn(part, std::move(**saved), place);
        m_context.note(Note::Severity::Warning, until + " with the scores of " + (*saved)->model + " (step " +
                                                    formatCount((*saved)->step) +
                                                    "), which is another model: only what comes after it is scored. "
                                                    "Another group scores all");
        return {};
    }

    Status goOn(Part& part, PartitionState saved, const std::string& place) const
    {
        if (!part.scores->restore(saved.scores))
            return fail(ErrorCode::BadData,
                        "What " + stateTopicOf(m_config.group) + " holds of " + place + " is no state of scores",
                        "Nothing but Millrace should write to that topic. Evaluate with another group");
        part.state = std::move(saved);
        return {};
    }

    Status score()
    {
        const auto outputs = m_batch.predict();
        if (!outputs)
            return fail(outputs.error());
        const std::size_t width = m_batch.outputs();
        const auto entries = m_batch.entries();
        for (std::size_t first = 0, last = 0; first < entries.size(); first = last) {
            while (last < entries.size() && entries[last].partition == entries[first].partition)
                ++last;
            partOf(entries[first].partition)
                .scores->add(outputs->subspan(first * width, (last - first) * width),
                             m_batch.targets().subspan(first, last - first));
        }
        m_scores->add(*outputs, m_batch.targets());
        m_batch.clear();
        return {};
    }

    Status save()
    {
        if (auto scored = score(); !scored)
            return scored;
        for (auto& [partition, part] : m_own) {
            PartitionState& state = part.state;
            const std::int64_t next = m_reader.position(partition);
            if (next < 0 || next == state.next)
                continue;
            state.next = next;
            state.by = m_run;
            state.scores = part.scores->state();
            if (auto sent = m_reader.send(keyOf(state.topic, partition), toText(state), 0, {}); !sent)
                return sent;
        }
        return {};
    }

    const EvaluateConfig& m_config;
    std::string m_run, m_model;
    std::int64_t m_step;
    Task m_task;
    StateTopic& m_states;
    TransactionalReader& m_reader;
    JobContext& m_context;
    PredictBatch m_batch;
    std::map<int, Part> m_own, m_others;                                     ///< by partition
    std::unique_ptr<Scores> m_scores = makeScores(m_task, KeepOutputs::All); ///< of all that this member scored
};

void report(JobContext& context, const SharedEvaluation& evaluation, std::int64_t read, std::int64_t total,
            double seconds, std::int64_t rejected)
{
    const auto scores = evaluation.merged();
    const ScoreTable table = scores->table();
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
    point.step = point.records = scores->records();
    point.seconds = seconds;
    point.loss = point.lossMinimum = point.lossMaximum = valueIn(table, "loss");
    point.score = valueIn(table, evaluation.curve());
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
    auto format = makeRecordFormat(config.format, featureSchema(trained->model.features));
    if (!format)
        return fail(format.error());
    if (auto fits = checkModelFits(config.connection, config.home, *topic, config.format,
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
    RecordSource source(config.topic, std::move(*format), config.onError, *run, context);
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
