// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/online/OnlineConfig.h"
#include "pipeline/online/OnlineStart.h"
#include "pipeline/online/PassReader.h"

namespace millrace
{

/// The passes of an online run after the first: they read, without the group, the records that it has learnt. Used by
/// the thread that polls.
class LaterPasses
{
public:
    /// scoresBytes: so much of the run's scores.csv tells which those are.
    static Result<LaterPasses> open(const OnlineConfig& config, OnlineStart& start, std::int64_t scoresBytes,
                                    RunFolder& run, JobContext& context);

    /// A reader at the pass's beginning, or where the run goes on in it. miniDataset: the number of its first one.
    /// Fails when retention has taken what it needs.
    Result<PassReader> begin(int pass, std::int64_t miniDataset, RecordSource& source);
    /// Of a record that its reader handed on.
    [[nodiscard]] float targetOf(int partition, std::int64_t offset) const
    {
        return *m_learnt.targetOf(partition, offset);
    }
    /// Says how many records the pass did without.
    void tellMissing(int pass, std::int64_t records) const;

private:
    LaterPasses(const OnlineConfig& config, OnlineStart& start, LearntRecords learnt, RunFolder& run,
                JobContext& context);
    Status findAll(Positions& positions) const;

    const OnlineConfig* m_config;
    OnlineStart* m_start;
    LearntRecords m_learnt;
    RunFolder* m_run;
    JobContext* m_context;
};

} // namespace millrace
