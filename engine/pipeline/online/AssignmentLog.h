// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/online/OnlineConfig.h"
#include "pipeline/online/ResumePositions.h"
#include "pipeline/runs/JobContext.h"
#include "pipeline/runs/RunFolder.h"

namespace millrace
{

/// Tells where a run goes on in the partitions that it is assigned, where that is not what one would expect. Of the
/// thread that polls.
class AssignmentLog
{
public:
    AssignmentLog(const OnlineConfig& config, RunFolder& run, JobContext& context)
        : m_config(config), m_run(run), m_context(context)
    {
    }

    /// Where somebody set the group's offset: which of the two the run follows, journalled where it moves; or that it
    /// must be told which (ErrorCode::BadData). miniDataset: the number of the open one.
    Status tell(const PartitionOffset& committed, const ResumePositions::Start& start, std::int64_t miniDataset);
    /// A new run goes on behind what others read: that may not be what was meant.
    void tellWhoWasHere(const std::string& other);

private:
    const OnlineConfig& m_config;
    RunFolder& m_run;
    JobContext& m_context;
    bool m_hasToldWhoWasHere = false;
};

} // namespace millrace
