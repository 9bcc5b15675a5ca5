// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/ScoreTable.h"
#include "pipeline/online/OnlineIngest.h"
#include "pipeline/online/OnlineState.h"

namespace millrace
{

/// Tells how far an online run has come: records, rates, what limits it, how long is left. Of the training thread.
class OnlineProgress
{
public:
    OnlineProgress(const OnlineConfig& config, const OnlineState& state, OnlineIngest& ingest, JobContext& context)
        : m_config(config), m_state(state), m_ingest(ingest), m_context(context)
    {
    }
    /// lag: of the group; −1 unknown.
    void report(std::int64_t lag);

private:
    void estimate(Progress& progress, std::int64_t lag) const;
    void measureRate();

    const OnlineConfig& m_config;
    const OnlineState& m_state;
    OnlineIngest& m_ingest;
    JobContext& m_context;
    Clock::time_point m_began = Clock::now(), m_rateFrom = m_began;
    std::int64_t m_rateRecords = -1; ///< records at m_rateFrom; −1 before the first look
    double m_rate = kUnknown;
};

} // namespace millrace
