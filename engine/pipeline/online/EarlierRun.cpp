// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/EarlierRun.h"

#include "base/Json.h"
#include "kafka/Admin.h"
#include "pipeline/online/OnlinePlan.h"

#include <algorithm>

namespace millrace
{
namespace
{

/// The runs that the group's offsets name.
Result<std::set<std::string>> runsOfGroup(const OnlineConfig& config)
{
    auto admin = Admin::open(config.connection);
    if (!admin)
        return fail(admin.error());
    const auto committed = admin->committedOffsets(config.group, config.topic);
    if (!committed)
        return fail(committed.error());
    std::set<std::string> runs;
    for (const auto& [partition, position] : *committed)
        if (const std::string run = runOfCommit(position.metadata); !run.empty())
            runs.insert(run);
    return runs;
}

Error learntAlready(const OnlineConfig& config, const std::string& run)
{
    Error error{ErrorCode::Usage,
                "Run " + run + " has learnt from group " + config.group +
                    " already, and a new run would begin an untrained model behind what that one has read",
                "Go on with it: millrace runs resume " + run +
                    ". A line that is started again and again needs --continue; a new model another --group"};
    error.answers = {{"resume", run, "Go on with it"}};
    return error;
}

bool isParent(const OnlineConfig& config, const RunInfo& run)
{
    if (config.run.empty())
        return false;
    const auto parent = RunCatalog(config.home / "runs").find(config.run);
    return parent && parent->folder == run.folder;
}

} // namespace

std::string runOfCommit(const std::string& metadata)
{
    const auto json = parseJson(metadata, "What a group committed");
    if (!json || !json->is_object())
        return {};
    const auto run = json->find("run");
    return run != json->end() && run->is_string() ? run->get<std::string>() : std::string();
}

Result<std::optional<RunInfo>> earlierOnlineRun(const OnlineConfig& config, const std::string& clusterId)
{
    std::vector<RunInfo> runs =
        RunCatalog(config.home / "runs").begunLike("online", clusterId, config.section, {"group", "topic"});
    std::erase_if(runs, [](const RunInfo& run) { return !canBeResumed(run); });
    if (runs.empty())
        return std::nullopt;
    const auto ofGroup = runsOfGroup(config);
    if (!ofGroup)
        return fail(ofGroup.error());
    const auto named = std::ranges::find_if(runs, [&](const RunInfo& run) {
        return ofGroup->contains(run.folder) && (config.continues || run.status != "running");
    });
    if (config.continues)
        return named == runs.end() ? runs.front() : *named;
    if (named == runs.end() || isParent(config, *named))
        return std::nullopt;
    return fail(learntAlready(config, named->folder));
}

} // namespace millrace
