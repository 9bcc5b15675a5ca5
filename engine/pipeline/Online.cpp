// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Online.h"

#include "pipeline/OnlineLoop.h"
#include "pipeline/TopicNotes.h"

namespace millrace
{
namespace
{

nlohmann::json orNull(const std::string& text)
{
    return text.empty() ? nlohmann::json() : nlohmann::json(text);
}

Status learnFrom(const OnlineConfig& config, OnlinePlan& plan, JobContext& context, nlohmann::json& result)
{
    auto admin = Admin::open(config.connection);
    if (!admin)
        return fail(admin.error());
    auto watch = DriftWatch::make(config.drift, plan.trained.model.features);
    if (!watch)
        return fail(watch.error());
    OnlineIngest ingest(config, plan.start, plan.trained.model.features, plan.run, context);
    OnlineLoop loop(config, plan, std::move(*watch), context, ingest, *admin);
    Status status = loop.restore();
    if (status)
        status = loop.run();
    if (auto ingested = ingest.finish(); status && !ingested)
        status = ingested;
    result = loop.result();
    return status;
}

} // namespace

Result<nlohmann::json> learnOnline(const OnlineConfig& asked, JobContext& context)
{
    auto plan = planOnline(asked, context);
    if (!plan)
        return fail(plan.error());
    OnlineConfig config = asked;
    if (plan->start.reproduces)
        config.group = plan->run.name(); // the other one's offsets stay as they are
    const TopicNotes notes = readTopicNotes(config.home, config.topic);
    nlohmann::json result;
    if (auto learnt = learnFrom(config, *plan, context, result); !learnt) {
        plan->run.log(describe(learnt.error()));
        (void)plan->run.finish("failed", {{"error", describe(learnt.error())}});
        return fail(learnt.error());
    }
    result["run"] = plan->run.name();
    result["parent"] = orNull(plan->parent);
    result["group"] = config.group;
    result["topic"] = config.topic;
    result["simulated"] = notes.simulated;
    result["best"] = notes.best;
    result["stopped"] = context.stopRequested();
    if (auto finished = plan->run.finish(context.stopRequested() ? "cancelled" : "done", result); !finished)
        return fail(finished.error());
    return result;
}

} // namespace millrace
