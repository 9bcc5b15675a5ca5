// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/RegressionPrequential.h"

#include "metrics/RegressionScores.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace millrace
{

RegressionPrequential::RegressionPrequential(const Task& task, int window, std::int64_t exactOutputs)
    : m_target(task.targets.empty() ? Target{} : task.targets.front()),
      m_width(std::max<std::size_t>(task.targets.size(), 1)),
      m_window(static_cast<std::size_t>(window)), m_all{RegressionTally(m_target, exactOutputs)}, m_last(m_target.mean)
{
}

void RegressionPrequential::Sums::add(const Entry& entry)
{
    tally.add(entry.output, entry.target);
    if (!std::isfinite(entry.target)) // the tally's scores are unknown then, and these with them
        return;
    const double target = entry.target;
    meanSquares.add((target - entry.mean) * (target - entry.mean));
    lastSquares.add((target - entry.last) * (target - entry.last));
}

void RegressionPrequential::add(std::span<const float> outputs, std::span<const float> targets)
{
    for (std::size_t i = 0; i < outputs.size(); i += m_width) {
        const Entry entry{outputs[i], targets[i], m_all.tally.meanTarget(), m_last};
        m_all.add(entry);
        m_recent.push_back(entry);
        if (m_recent.size() > m_window)
            m_recent.pop_front();
        if (std::isfinite(entry.target))
            m_last = entry.target;
    }
}

ScoreTable RegressionPrequential::tableOf(const Sums& sums) const
{
    ScoreTable table = regressionTable(sums.tally, m_target.unit);
    table.push_back(scoreRow("mean_value", sums.tally.r2Of(sums.meanSquares)));
    table.push_back(scoreRow("last_value", sums.tally.r2Of(sums.lastSquares)));
    return table;
}

ScoreTable RegressionPrequential::windowed() const
{
    Sums sums{RegressionTally(m_target, static_cast<std::int64_t>(m_window))};
    for (const Entry& entry : m_recent)
        sums.add(entry);
    return tableOf(sums);
}

Prequential::Baselines RegressionPrequential::baselines() const
{
    if (records() == 0)
        return {};
    const double scales = static_cast<double>(records()) * m_target.scale * m_target.scale;
    return {1 - m_all.meanSquares.value() / scales, 1 - m_all.lastSquares.value() / scales};
}

/// The window's numbers as their bits: infinite ones too come back as they were.
nlohmann::json RegressionPrequential::state() const
{
    nlohmann::json window = nlohmann::json::array();
    for (const Entry& entry : m_recent)
        window.push_back({std::bit_cast<std::uint32_t>(entry.output), std::bit_cast<std::uint32_t>(entry.target),
                          std::bit_cast<std::uint64_t>(entry.mean), std::bit_cast<std::uint64_t>(entry.last)});
    return {{"all", m_all.tally.state()},
            {"mean_squares", m_all.meanSquares.state()},
            {"last_squares", m_all.lastSquares.state()},
            {"window", std::move(window)},
            {"last", m_last}};
}

void RegressionPrequential::restore(const nlohmann::json& state)
{
    m_all.tally.restore(state.at("all"));
    m_all.meanSquares.restore(state.at("mean_squares"));
    m_all.lastSquares.restore(state.at("last_squares"));
    m_last = state.at("last").get<double>();
    for (const nlohmann::json& each : state.at("window"))
        m_recent.push_back({std::bit_cast<float>(each.at(0).get<std::uint32_t>()),
                            std::bit_cast<float>(each.at(1).get<std::uint32_t>()),
                            std::bit_cast<double>(each.at(2).get<std::uint64_t>()),
                            std::bit_cast<double>(each.at(3).get<std::uint64_t>())});
}

} // namespace millrace
