// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Clock.h"
#include "pipeline/runs/JobContext.h"

namespace millrace
{

/// Holds reading, or simulating, down to JobContext::maxRate() records a second, as it stands at each moment. What was
/// missed is not made up for, but for a tenth of a second's. Used by the thread that polls.
class Throttle
{
public:
    explicit Throttle(JobContext& context) : m_context(context) {}
    /// How many of `wanted` records may be taken now. Waits up to 50 ms, or for a stop, when there is none to be had; 0
    /// then.
    int allow(int wanted);
    void spend(std::int64_t records) { m_credit -= static_cast<double>(records); }

private:
    JobContext& m_context;
    double m_credit = 0; ///< records, a tenth of a second's at most
    Clock::time_point m_counted = Clock::now();
};

} // namespace millrace
