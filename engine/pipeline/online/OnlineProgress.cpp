// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/OnlineProgress.h"

#include "base/Text.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr double kAtTheLimit = 0.9; ///< so much of the allowed rate is the rate that was allowed

} // namespace

void OnlineProgress::report(std::int64_t lag)
{
    Progress progress;
    progress.records = m_state.learnt();
    progress.text = !m_ingest.joined() ? "joining the group " + m_config.group
                                       : "mini-dataset " + formatCount(m_state.miniDatasets) + " · " +
                                             countOf(progress.records, "record");
    if (m_config.passes > 1) {
        progress.pass = m_state.pass;
        progress.passes = m_config.passes;
        progress.text =
            "pass " + std::to_string(m_state.pass) + " of " + std::to_string(m_config.passes) + " · " + progress.text;
    }
    progress.left = lag;
    measureRate();
    progress.rate = m_rate;
    progress.consumedRate = rateOver(m_ingest.consumed(), secondsSince(m_began));
    progress.queued = static_cast<int>(m_ingest.queue().size());
    progress.queueCapacity = static_cast<int>(m_ingest.queue().capacity());
    progress.rejected = m_ingest.rejected();
    const bool heldBack = m_context.maxRate() > 0 && m_rate >= kAtTheLimit * m_context.maxRate();
    progress.limitedBy = m_context.paused()    ? "paused"
                         : progress.queued > 0 ? "training"
                         : heldBack            ? "the rate limit"
                                               : "producer";
    estimate(progress, lag);
    m_context.report(progress);
}

/// Of all passes: the later ones have as many records as the first. A stream that never ends has no such thing.
void OnlineProgress::estimate(Progress& progress, std::int64_t lag) const
{
    const bool first = m_state.pass == 1;
    if (progress.records == 0 || (first && lag < 0) || m_config.until.kind == StreamEnd::Kind::Never)
        return;
    const std::int64_t inPass = m_state.records + (first ? lag : 0);
    const std::int64_t total = inPass * std::max(m_config.passes, m_state.pass);
    const std::int64_t done = first ? m_state.records : inPass * (m_state.pass - 1) + m_state.passRecords;
    progress.fraction = static_cast<double>(done) / static_cast<double>(total);
    progress.secondsLeft = m_rate > 0 ? static_cast<double>(total - done) / m_rate : kUnknown;
}

/// Of the last second: a stream may rest for hours between two bursts.
void OnlineProgress::measureRate()
{
    const double since = secondsSince(m_rateFrom);
    const std::int64_t arrived = m_state.arrived + m_state.repeated;
    if (m_rateRecords >= 0 && since < 1)
        return;
    if (m_rateRecords >= 0)
        m_rate = static_cast<double>(arrived - m_rateRecords) / since;
    m_rateRecords = arrived;
    m_rateFrom = Clock::now();
}

} // namespace millrace
