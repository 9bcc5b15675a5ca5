// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Evaluate.h"

#include "base/Clock.h"
#include "base/Json.h"
#include "base/Text.h"
#include "metrics/Chance.h"
#include "metrics/Scores.h"
#include "pipeline/online/LearntBefore.h"
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
    /// weighted: the records have weights.
    SharedEvaluation(const EvaluateConfig& config, TrainedModel& trained, const RunFolder& run, StateTopic& states,
                     TransactionalReader& reader, LearntBefore before, bool weighted, JobContext& context)
        : m_config(config.stream), m_run(run.name()), m_model(trained.run.folder), m_step(trained.state.step),
          m_task(trained.model.task), m_states(states), m_reader(reader), m_before(std::move(before)),
          m_isWeighted(weighted), m_context(context), m_batch(*trained.learner, config.batch)
    {
        reader.onAssigned = [this](const std::vector<PartitionOffset>& partitions) { return takeAssigned(partitions); };
        reader.onRow = [this](const RecordSource::Row& row) {
            countLearnt(row);
            return m_batch.add(row) ? score() : Status{};
        };
        reader.beforeCommit = [this] { return save(); };
        reader.onRevoked = [this](const std::vector<int>& partitions) {
            for (const int partition : partitions)
                m_own.erase(partition);
            m_hasAll = m_hasAll && partitions.empty();
        };
        reader.onForgotten = [this] {
            m_batch.clear();
            m_own.clear();
            m_hasAll = false;
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
                state.isOf(m_model, m_step)) {
                auto scores = makeScores(m_task, KeepOutputs::Bins);
                if (!scores->restore(state.scores))
                    return fail(notScores(partitionName(key.second)));
                m_others.insert_or_assign(key.second, Part{state, std::move(scores)});
            }
        }
        return {};
    }

    [[nodiscard]] bool holdsAll(std::size_t partitions) const { return m_own.size() == partitions; }

    /// What the result tells of the group's scores.
    void fill(EvaluateResult& result) const
    {
        const auto all = merged();
        // All outputs are at hand when this member scored everything: then scores of ranks are those of no bins.
        const Scores& told = m_hasAll && m_others.empty() ? *m_scores : *all;
        result.task = m_task;
        result.scored = told.records();
        result.scores = told.table();
        result.figures = told.figures();
        result.weights = told.weights();
        result.onlyClass = onlyClassOf(told.classCounts(), m_context);
        result.chance = chanceOf(told, result, m_context);
        if (const std::string why = whyWeightsSayNothing(told); !why.empty())
            m_context.note(Note::Severity::Warning, why);
        result.learntBy = m_before.runs();
        std::map<int, const Part*> parts;
        for (const auto* some : {&m_own, &m_others})
            for (const auto& [partition, part] : *some)
                parts[partition] = &part;
        for (const auto& [partition, part] : parts) {
            const auto& learnt = part->state.learnt;
            result.learnt = learnt && result.learnt ? std::optional(*result.learnt + *learnt) : std::nullopt;
            result.partitions.push_back({partition, part->scores->records(), part->state.rejected,
                                         std::max<std::int64_t>(0, part->state.from), part->state.next, part->state.by,
                                         part->scores->table()});
        }
    }

private:
    [[nodiscard]] std::string partitionName(int partition) const
    {
        return m_config.topic + " partition " + std::to_string(partition);
    }

    [[nodiscard]] Error notScores(const std::string& where) const
    {
        return {ErrorCode::BadData,
                "What " + stateTopicOf(m_config.group) + " holds of " + where + " is no state of scores",
                "Nothing but Millrace should write to that topic. Evaluate with another group"};
    }

    /// A topic that was made anew since holds nothing that was learnt.
    void countLearnt(const RecordSource::Row& row)
    {
        std::optional<std::int64_t>& learnt = partOf(row.partition).state.learnt;
        if (m_before.contains(*row.message, row.label) && learnt)
            ++*learnt;
        if (!m_before.isOther())
            return;
        m_before = {};
        for (auto& [partition, part] : m_own)
            part.state.learnt = 0;
    }

    Part& partOf(int partition)
    {
        const auto [found, isNew] = m_own.try_emplace(partition);
        if (isNew)
            found->second = {{m_config.topic, partition, 0, -1, m_model, m_step, m_run, 0, 0, {}},
                             makeScores(m_task, KeepOutputs::Bins)};
        return found->second;
    }

    Status takeAssigned(const std::vector<PartitionOffset>& partitions)
    {
        for (const PartitionOffset& each : partitions)
            if (auto taken = takeAssigned(each); !taken)
                return taken;
        return {};
    }

    Status takeAssigned(const PartitionOffset& each)
    {
        m_others.erase(each.partition);
        m_own.erase(each.partition);
        Part& part = partOf(each.partition);
        part.state.from = each.offset;
        if (each.offset < 0)
            return {}; // the group has committed nothing: whatever stands in the state topic is of another time
        const std::string where = partitionName(each.partition);
        const std::string until =
            "Group " + m_config.group + " stands at offset " + formatCount(each.offset) + " of " + where;
        const auto mark = parseJson(each.metadata, "What a group committed");
        if (!mark || !mark->is_object() || !mark->contains("evaluate")) {
            m_context.note(Note::Severity::Warning, until + ", and no evaluation brought it there: only what comes "
                                                            "after it is scored. Another group scores all");
            return {};
        }
        auto saved = m_states.waitFor(m_config.topic, each.partition, each.offset, kStateDeadline, m_context.stop());
        if (!saved)
            return fail(saved.error());
        if (!*saved)
            return fail(ErrorCode::BadData,
                        until + ", but " + stateTopicOf(m_config.group) + " does not hold what was scored up to there",
                        "Was that topic deleted or written to? Evaluate with another group");
        if ((*saved)->isOf(m_model, m_step))
            return resumePart(part, std::move(**saved), where);
        m_context.note(Note::Severity::Warning, until + " with the scores of " + (*saved)->model + " (step " +
                                                    formatCount((*saved)->step) +
                                                    "), which is another model: only what comes after it is scored. "
                                                    "Another group scores all");
        return {};
    }

    Status resumePart(Part& part, PartitionState saved, const std::string& where)
    {
        if (!part.scores->restore(saved.scores))
            return fail(notScores(where));
        m_hasAll = false;
        part.state = std::move(saved);
        return {};
    }

    Status score()
    {
        const auto outputs = m_batch.predict();
        if (!outputs)
            return fail(outputs.error());
        const std::size_t width = m_batch.outputs(), ofRow = static_cast<std::size_t>(targetsOf(m_task));
        const auto entries = m_batch.entries();
        const std::span<const float> weights = m_isWeighted ? m_batch.weights() : std::span<const float>();
        for (std::size_t first = 0, last = 0; first < entries.size(); first = last) {
            while (last < entries.size() && entries[last].partition == entries[first].partition)
                ++last;
            partOf(entries[first].partition)
                .scores->add(outputs->subspan(first * width, (last - first) * width),
                             m_batch.targets().subspan(first * ofRow, (last - first) * ofRow),
                             weights.empty() ? weights : weights.subspan(first, last - first));
        }
        m_scores->add(*outputs, m_batch.targets(), weights);
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

    const GroupJobConfig& m_config;
    std::string m_run, m_model;
    std::int64_t m_step;
    Task m_task;
    StateTopic& m_states;
    TransactionalReader& m_reader;
    LearntBefore m_before;
    bool m_isWeighted;
    JobContext& m_context;
    PredictBatch m_batch;
    std::map<int, Part> m_own, m_others;                                     ///< by partition
    std::unique_ptr<Scores> m_scores = makeScores(m_task, KeepOutputs::All); ///< of all that this member scored
    bool m_hasAll = true; ///< and these are all that its partitions' scores are of
};

void report(GroupJob& job, const SharedEvaluation& evaluation, JobContext& context)
{
    const std::int64_t left = job.report(job.reader().read(), "read");
    const auto scores = evaluation.merged();
    const CurvePoint curve = scores->curve();
    MetricPoint point;
    point.step = point.records = scores->records();
    point.seconds = job.reader().seconds();
    point.loss = point.lossMinimum = point.lossMaximum = curve.loss;
    point.score = curve.score;
    point.lag = left;
    context.metrics.add(point);
}

nlohmann::json toJson(const PartitionScores& part)
{
    nlohmann::json json = {{"partition", part.partition},
                           {"scored", part.scored},
                           {"rejected", part.rejected},
                           {"from", part.from},
                           {"next", part.next >= 0 ? nlohmann::json(part.next) : nlohmann::json()},
                           {"by", part.by}};
    tell(part.scores, json);
    return json;
}

/// Scores of what a model has learnt are no measure of what it does with other records.
void tellLearnt(EvaluateResult& result, JobContext& context)
{
    const std::string sentence = learntSentence(toJson(result));
    if (sentence.empty())
        return;
    context.note(Note::Severity::Warning, sentence);
    result.job.notes.push_back(sentence);
}

} // namespace

std::string learntSentence(const nlohmann::json& result)
{
    const std::int64_t learnt = integerIn(result, "learnt"), scored = integerIn(result, "scored");
    if (learnt <= 0 || scored <= 0)
        return {};
    std::vector<std::string> runs;
    for (const nlohmann::json& run : listIn(result, "learnt_by"))
        if (run.is_string())
            runs.push_back(run.get<std::string>());
    return formatPercent(static_cast<double>(learnt) / static_cast<double>(scored)) +
           " of the records that were scored (" + formatCount(learnt) + " of " + formatCount(scored) +
           ") were learnt by " + joined(runs) + " before: their scores do not tell how good the model is on others";
}

std::string chanceOf(const Scores& scores, const EvaluateResult& result, JobContext& context)
{
    std::string sentence =
        scores.weights() ? std::string() : chanceSentence(result.task.kind, result.scores, scores.classCounts());
    if (!sentence.empty())
        context.note(Note::Severity::Warning, sentence);
    return sentence;
}

nlohmann::json toJson(const EvaluateResult& result)
{
    nlohmann::json json = result.figures;
    tell(result.job, json);
    tell(result.scores, json);
    json["task"] = infoOf(result.task).name;
    json["classes"] = result.task.classes;
    if (result.task.kind == TaskKind::Binary)
        json["threshold"] = result.task.threshold;
    if (result.weights) {
        json["weight_column"] = result.weightColumn;
        json["effective_records"] = orNull(result.weights->effectiveRecords());
    }
    json["records"] = result.records;
    json["scored"] = result.scored;
    json["partitions"] = nlohmann::json::array();
    for (const PartitionScores& part : result.partitions)
        json["partitions"].push_back(toJson(part));
    json["learnt"] = result.learnt ? nlohmann::json(*result.learnt) : nlohmann::json();
    json["learnt_by"] = result.learntBy;
    json["only_class"] = toJson(result.onlyClass);
    json["no_better_than_chance"] = result.chance.empty() ? nlohmann::json() : nlohmann::json(result.chance);
    json["simulated"] = result.simulated;
    json["best"] = result.best;
    return json;
}

Result<EvaluateResult> evaluate(const EvaluateConfig& config, JobContext& context)
{
    const GroupJobConfig& stream = config.stream;
    auto trained = TrainedModel::load(RunCatalog(stream.home / "runs"), config.run, context);
    if (!trained)
        return fail(trained.error());
    auto plan = planGroupJob(stream, {"run " + trained->run.folder, inputOf(trained->model), trained->records});
    if (!plan)
        return fail(plan.error());
    if (auto writable = checkHomeWritable(stream.home); !writable)
        return fail(writable.error());
    auto states = StateTopic::open(stream.connection, plan->admin, stream.group);
    if (!states)
        return fail(states.error());
    const TopicNotes notes = topicNotesOrTold(stream.home, stream.topic, context);
    auto run = RunFolder::create(stream.home / "runs", trained->run.name + "-evaluate",
                                 {{"kind", "evaluate"},
                                  {"task", toJson(trained->model.task)},
                                  {"parent", trained->run.folder},
                                  {"configuration", stream.section},
                                  {"topic", stream.topic},
                                  {"simulated", notes.simulated}});
    if (!run)
        return fail(run.error());
    const auto cluster = plan->admin.cluster();
    auto before = LearntBefore::of(RunCatalog(stream.home / "runs"), trained->run, stream.topic,
                                   cluster ? cluster->clusterId : std::string());
    GroupJob job(stream, std::move(*plan), std::move(*run), trained->run.folder, stateTopicOf(stream.group),
                 "It is read and scored from its beginning", context);
    const RecordDecoder& decoder = job.source().decoder();
    SharedEvaluation evaluation(config, *trained, job.run(), *states, job.reader(), std::move(before),
                                decoder.isWeighted(), context);
    job.source().onRejected = [&](int partition) { evaluation.countRejected(partition); };
    job.reader().onPoll = [&] { report(job, evaluation, context); };
    if (auto read = job.read(); !read)
        return job.failed(read.error());
    const auto lag = job.lag();
    if (!evaluation.holdsAll(job.topic().partitions.size()) && job.reader().isMember() && lag)
        if (auto others = evaluation.readOthers(*lag); !others)
            context.note(Note::Severity::Warning,
                         "The other members' scores are missing here: " + describe(others.error()));
    EvaluateResult result;
    result.records = job.reader().rows();
    result.job = job.end(result.records, lag);
    states->close(kClosing);
    evaluation.fill(result);
    tellLearnt(result, context);
    result.weightColumn = decoder.format().schema().nameOf(ColumnRole::Weight);
    result.simulated = notes.simulated;
    result.best = notes.best;
    if (auto finished = job.finish(toJson(result)); !finished)
        return job.failed(finished.error());
    return result;
}

} // namespace millrace
