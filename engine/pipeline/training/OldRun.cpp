// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/OldRun.h"

namespace millrace
{

Result<RunFolder> reopenRun(const std::filesystem::path& home, const std::string& run)
{
    const auto info = RunCatalog(home / "runs").find(run);
    return info ? RunFolder::reopen(info->path) : fail(info.error());
}

Result<RunInfo> findRunOfKind(const std::filesystem::path& home, const std::string& run, const std::string& kind,
                              const std::string& called)
{
    auto info = RunCatalog(home / "runs").find(run);
    if (!info || info->kind == kind)
        return info;
    return fail(ErrorCode::Usage, "Run " + info->folder + " is of kind " + info->kind + ", not " + called,
                "See them with: millrace runs list");
}

Result<Checkpoint> newestCheckpoint(const RunInfo& run, JobContext& context)
{
    std::string warning;
    auto checkpoint = RunCatalog::loadCheckpoint(run, &warning);
    if (checkpoint && !warning.empty())
        context.note(Note::Severity::Warning, warning);
    return checkpoint;
}

Result<Source> askSameSource(const RunInfo& run, const AskedAgain& asked, const std::stop_token& stop)
{
    if (auto same = checkSameConfiguration(run.kind, run, asked.section, asked.free); !same)
        return fail(same.error());
    auto admin = Admin::open(asked.connection);
    if (!admin)
        return fail(admin.error());
    auto source = askSource(*admin, asked.topic, stop);
    if (!source)
        return source;
    if (auto same = checkSameCluster(run.folder, run.description.value("cluster_id", ""), source->clusterId); !same)
        return fail(same.error());
    return source;
}

} // namespace millrace
