// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace millrace
{

/// What durations and deadlines are taken from; it never jumps.
using Clock = std::chrono::steady_clock;

inline double secondsSince(Clock::time_point time)
{
    return std::chrono::duration<double>(Clock::now() - time).count();
}

} // namespace millrace
