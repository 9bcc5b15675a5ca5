// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/Throttle.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr std::chrono::duration<double> kShortestWait{0.001}, kLongestWait{0.05};

} // namespace

int Throttle::allow(int wanted)
{
    const double rate = m_context.maxRate();
    const auto now = Clock::now();
    const double since = std::chrono::duration<double>(now - m_counted).count();
    m_counted = now;
    if (rate <= 0) {
        m_credit = 0;
        return wanted;
    }
    m_credit = std::min(m_credit + since * rate, std::max(1.0, rate / 10));
    if (m_credit >= 1)
        return std::min(wanted, static_cast<int>(m_credit));
    m_context.waitFor(std::clamp(std::chrono::duration<double>((1 - m_credit) / rate), kShortestWait, kLongestWait));
    return 0;
}

} // namespace millrace
