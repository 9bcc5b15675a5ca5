// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/reading/ResumeGuards.h"
#include "pipeline/runs/JobContext.h"
#include "pipeline/runs/RunCatalog.h"
#include "pipeline/runs/RunFolder.h"

#include <concepts>
#include <filesystem>
#include <set>
#include <string>

/// What the plan of a training and that of an online run read of an earlier one, to go on with it or to do it again.
namespace millrace
{

/// Its folder, locked: first of all, so that nobody writes what is read.
Result<RunFolder> reopenRun(const std::filesystem::path& home, const std::string& run);

/// kind: what the run must be of; called: how a person calls that ("a training").
Result<RunInfo> findRunOfKind(const std::filesystem::path& home, const std::string& run, const std::string& kind,
                              const std::string& called);

/// The newest good one of the run; that a torn one was passed over is told as a note.
Result<Checkpoint> newestCheckpoint(const RunInfo& run, JobContext& context);

/// What was asked, as the run's section has it now.
struct AskedAgain {
    const Connection& connection;
    const std::string& topic;
    const nlohmann::json& section;
    const std::set<std::string>& free; ///< keys that may differ from what the run began with
};
/// What the broker says about the topic, once the configuration and the cluster are known to be those of the run.
Result<Source> askSameSource(const RunInfo& run, const AskedAgain& asked, const std::stop_token& stop);

/// A plan that is made of a run's files, which a person can reach, too: where they are not what they must be, the error
/// says which. otherwise: what to do instead of mending them.
template <std::invocable Plan>
std::invoke_result_t<Plan> planFromFiles(Plan plan, const std::string& otherwise)
{
    try {
        return plan();
    } catch (const nlohmann::json::exception& exception) {
        return fail(ErrorCode::BadData, std::string("The run's files are not as they must be: ") + exception.what(),
                    "Mend run.json and journal.jsonl in its folder, or " + otherwise);
    }
}

} // namespace millrace
