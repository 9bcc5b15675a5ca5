// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/PageHinkley.h"

#include <algorithm>

namespace millrace
{

bool PageHinkley::update(double x)
{
    if (m_fired)
        *this = PageHinkley(m_settings);
    m_count += 1;
    m_mean += 1 / m_count * (x - m_mean);
    const double deviation = x - m_mean;
    m_rising = m_settings.forgetting * m_rising + deviation - m_settings.delta;
    m_falling = m_settings.forgetting * m_falling + deviation + m_settings.delta;
    m_lowestRising = std::min(m_lowestRising, m_rising);
    m_highestFalling = std::max(m_highestFalling, m_falling);
    if (m_count < m_settings.warmStart)
        return false;
    m_rose = m_rising - m_lowestRising > m_settings.threshold;
    m_fired = m_rose || m_highestFalling - m_falling > m_settings.threshold;
    return m_fired;
}

nlohmann::json PageHinkley::state() const
{
    nlohmann::json state = {{"count", m_count},
                            {"mean", m_mean},
                            {"rising", m_rising},
                            {"falling", m_falling},
                            {"fired", m_fired},
                            {"rose", m_rose},
                            {"highest_falling", m_highestFalling}};
    if (m_count > 0) // JSON has no infinity
        state["lowest_rising"] = m_lowestRising;
    return state;
}

void PageHinkley::restore(const nlohmann::json& state)
{
    *this = PageHinkley(m_settings);
    m_count = state.at("count").get<double>();
    m_mean = state.at("mean").get<double>();
    m_rising = state.at("rising").get<double>();
    m_falling = state.at("falling").get<double>();
    m_fired = state.at("fired").get<bool>();
    m_rose = state.at("rose").get<bool>();
    m_highestFalling = state.at("highest_falling").get<double>();
    if (const auto lowest = state.find("lowest_rising"); lowest != state.end())
        m_lowestRising = lowest->get<double>();
}

} // namespace millrace
