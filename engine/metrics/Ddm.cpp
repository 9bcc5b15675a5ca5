// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Ddm.h"

#include <cmath>

namespace millrace
{

bool Ddm::update(double x)
{
    if (m_fired)
        *this = Ddm(m_settings);
    m_count += 1;
    m_mean += 1 / m_count * (x - m_mean);
    const double deviation = std::sqrt(m_mean * (1 - m_mean) / m_count);
    if (m_count <= m_settings.warmStart)
        return false;
    const double level = m_mean + deviation;
    if (level <= m_lowest) {
        m_lowestMean = m_mean;
        m_lowestDeviation = deviation;
        m_lowest = m_lowestMean + m_lowestDeviation;
    }
    m_fired = level > m_lowestMean + m_settings.drift * m_lowestDeviation;
    m_warns = !m_fired && level > m_lowestMean + m_settings.warning * m_lowestDeviation;
    return m_fired;
}

nlohmann::json Ddm::state() const
{
    nlohmann::json state = {{"count", m_count}, {"mean", m_mean}, {"fired", m_fired}, {"warns", m_warns}};
    if (std::isfinite(m_lowest)) // JSON has no infinity
        state["lowest"] = {m_lowestMean, m_lowestDeviation};
    return state;
}

void Ddm::restore(const nlohmann::json& state)
{
    *this = Ddm(m_settings);
    m_count = state.at("count").get<double>();
    m_mean = state.at("mean").get<double>();
    m_fired = state.at("fired").get<bool>();
    m_warns = state.at("warns").get<bool>();
    if (const auto lowest = state.find("lowest"); lowest != state.end()) {
        m_lowestMean = lowest->at(0).get<double>();
        m_lowestDeviation = lowest->at(1).get<double>();
        m_lowest = m_lowestMean + m_lowestDeviation;
    }
}

} // namespace millrace
