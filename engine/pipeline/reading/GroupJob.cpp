// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/GroupJob.h"

#include "base/Text.h"

#include <algorithm>

namespace millrace
{
namespace
{

/// What stands beside the committed offsets: {"evaluate": "<run>"}.
std::string commitMark(const RunFolder& run)
{
    return dumpJson(nlohmann::json{{run.description().value("kind", ""), run.name()}});
}

/// How many records there are to read; −1 where nobody knows the end.
std::int64_t totalOf(const StreamEnd& until, const GroupStart& start)
{
    switch (until.kind) {
    case StreamEnd::Kind::Count:
        return until.value;
    case StreamEnd::Kind::End:
        return start.lag;
    case StreamEnd::Kind::Idle:
    case StreamEnd::Kind::Never:
        break;
    }
    return -1;
}

} // namespace

Result<GroupJobPlan> planGroupJob(const GroupJobConfig& config, const ModelInput& model)
{
    auto admin = Admin::open(config.connection);
    if (!admin)
        return fail(admin.error());
    auto topic = admin->topic(config.topic);
    if (!topic)
        return fail(topic.error());
    auto records = recordSchema(config.connection, config.home, *topic, config.format, model);
    if (!records)
        return fail(records.error());
    auto decoder = RecordDecoder::make(config.format, std::move(*records), model.input);
    if (!decoder)
        return fail(decoder.error());
    return GroupJobPlan{std::move(*admin), std::move(*topic), std::move(*decoder)};
}

void tell(const GroupJobResult& shared, nlohmann::json& result)
{
    result["run"] = shared.run;
    result["parent"] = shared.parent;
    const auto orNull = [](const std::string& text) { return text.empty() ? nlohmann::json() : nlohmann::json(text); };
    result["group"] = orNull(shared.group);
    result["topic"] = orNull(shared.topic);
    result["data"] = orNull(shared.data);
    result["groups"] = toJson(shared.groups);
    result["deleted_unread"] = shared.deletedUnread;
    result["notes"] = shared.notes;
    result["seconds"] = shared.seconds;
    result["stopped"] = shared.stopped;
    tell(shared.rejections, result);
    tell(shared.nothing, result);
}

GroupJob::GroupJob(const GroupJobConfig& config, GroupJobPlan plan, RunFolder run, std::string parent,
                   const std::string& to, const std::string& then, JobContext& context)
    : m_config(config), m_plan(std::move(plan)), m_run(std::move(run)), m_parent(std::move(parent)), m_context(context),
      m_start(lookBeforeReading(m_plan.admin, config.topic, config.group, then, m_run, context)),
      m_source(config.topic, std::move(m_plan.decoder), config.onError, m_run, context),
      m_reader({config.connection, config.home, config.topic, config.group, config.until, to, config.interval,
                commitMark(m_run), m_start.beyondEnd},
               m_source, m_run, context)
{
    context.beginRun(m_run.name());
}

std::int64_t GroupJob::report(std::int64_t records, const std::string& what)
{
    const std::int64_t total = totalOf(m_config.until, m_start), done = records + m_source.rejected();
    Progress progress;
    progress.records = records;
    progress.text = countOf(records, "record") + " " + what;
    progress.rejected = m_source.rejected();
    progress.rate = rateOver(records, m_reader.seconds());
    progress.limitedBy = m_context.paused() ? "paused" : "";
    if (total > 0) {
        progress.left = std::max<std::int64_t>(0, total - done);
        progress.fraction = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
        progress.secondsLeft = static_cast<double>(progress.left) / std::max(progress.rate, 1.0);
    }
    m_context.report(progress);
    return progress.left;
}

Status GroupJob::read()
{
    if (auto done = m_reader.run(); !done)
        return done;
    auto nothing = judgeReading(whatWasRead(m_config.topic, m_reader, m_source, m_context), m_run,
                                [&] { return whyNothingCame(m_config.group, m_start, m_reader.held()); });
    if (!nothing)
        return fail(nothing.error());
    m_nothing = std::move(*nothing);
    return {};
}

Result<std::vector<GroupLagRow>> GroupJob::lag()
{
    return m_reader.isMember() ? groupLagAfterCommit(m_plan.admin, m_config.group, m_reader.committed())
                               : Result<std::vector<GroupLagRow>>();
}

GroupJobResult GroupJob::end(std::int64_t records, const Result<std::vector<GroupLagRow>>& lag)
{
    GroupJobResult result{m_run.name(), m_parent, m_config.group, m_config.topic, {}, m_nothing};
    if (lag)
        result.groups = *lag;
    result.deletedUnread = m_source.deleted();
    result.notes = m_start.notes;
    result.seconds = m_reader.seconds();
    result.stopped = m_context.stopRequested();
    m_reader.leave();
    result.rejections = m_run.rejected().report(records);
    tellMostRejected(result.rejections, m_run, m_context);
    return result;
}

Status GroupJob::finish(const nlohmann::json& result)
{
    return m_run.finish(m_context.stopRequested() ? "cancelled" : "done", result);
}

} // namespace millrace
