// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/StreamFlow.h"

#include <algorithm>
#include <cmath>

namespace millrace
{

namespace
{

constexpr double kRateSeconds = 3; ///< a rate is the mean of; mini-datasets arrive whole

} // namespace

bool StreamFlow::add(const Sample& sample)
{
    m_samples.push_back(sample);
    while (m_samples.size() > 2 && m_samples.back().second - m_samples[1].second >= kRateSeconds)
        m_samples.pop_front();
    const Sample &first = m_samples.front(), &now = m_samples.back();
    m_lag = std::max<std::int64_t>(0, std::llround(now.in) - now.learnt);
    if (now.second <= first.second)
        return false;
    m_rateIn = (now.in - first.in) / (now.second - first.second);
    m_rateOut = std::max(0.0, now.out - first.out) / (now.second - first.second); // it may go back to its commit
    return true;
}

void StreamFlow::forgetRates()
{
    if (!m_samples.empty())
        m_samples = {m_samples.back()};
}

bool StreamFlow::keepsUp() const
{
    return static_cast<double>(m_lag) <= std::max(kInHand, m_rateIn);
}

double StreamFlow::secondsToDrain() const
{
    if (keepsUp())
        return 0;
    const double gained = m_rateOut - m_rateIn;
    return gained > 0 ? static_cast<double>(m_lag) / gained : std::numeric_limits<double>::infinity();
}

} // namespace millrace
