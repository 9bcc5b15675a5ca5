// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Clock.h"
#include "pipeline/online/OnlineConfig.h"
#include "pipeline/online/OnlineStart.h"
#include "pipeline/reading/GroupReader.h"

#include <atomic>

namespace millrace
{

/// Passes records over where a partition's lag is longer than the configuration allows, and leaves the newest half of
/// what it may be. Journalled before it takes effect. skipped() is for any thread, everything else for the one that
/// polls.
class LagSkip
{
public:
    LagSkip(const OnlineConfig& config, const OnlineStart& start, RunFolder& run, JobContext& context)
        : m_config(config), m_run(run), m_context(context), m_earlier(start.skips), m_reproduces(start.reproduces),
          m_skipped(start.skipped)
    {
    }

    /// An earlier life, or the run that is reproduced, passed over that record.
    [[nodiscard]] bool isSkipped(int partition, std::int64_t offset) const;
    /// Now and then: where the lag is too long reading goes on further ahead. miniDataset: the number of the open one.
    Status look(GroupReader& reader, const std::vector<PartitionOffset>& positions, std::int64_t miniDataset);
    [[nodiscard]] std::int64_t skipped() const { return m_skipped; } ///< records, those of earlier lives included

private:
    Status skip(GroupReader& reader, const PartitionOffset& from, std::int64_t end, std::int64_t miniDataset);

    const OnlineConfig& m_config;
    RunFolder& m_run;
    JobContext& m_context;
    std::vector<Skip> m_earlier;
    bool m_reproduces;
    std::atomic<std::int64_t> m_skipped;
    Clock::time_point m_looked;
};

} // namespace millrace
