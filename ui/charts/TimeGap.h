// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <limits>

namespace millrace
{

/// Whether so long nothing came that a line over time is to be broken there: five seconds at least, and much longer
/// than between the points before, so that what comes rarely stays a line.
class TimeGap
{
public:
    /// Of the next point; false for the first two.
    bool isBefore(double seconds)
    {
        const double pause = seconds - m_last; // NaN of the first
        const bool isGap = pause > kLeastSeconds && pause > kTimes * m_pause;
        m_pause = pause;
        m_last = seconds;
        return isGap;
    }

private:
    static constexpr double kLeastSeconds = 5, kTimes = 10;
    double m_last = std::numeric_limits<double>::quiet_NaN(), m_pause = std::numeric_limits<double>::quiet_NaN();
};

} // namespace millrace
