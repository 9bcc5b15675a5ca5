// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/RunningMoments.h"

#include <cmath>

namespace millrace
{

void RunningMoments::standardize(std::span<float> row)
{
    ++m_count;
    const auto count = static_cast<double>(m_count);
    for (std::size_t i = 0; i < row.size(); ++i) {
        const double x = row[i], before = x - m_mean[i];
        m_mean[i] += before / count;
        m_squares[i] += before * (x - m_mean[i]);
    }
    apply(row);
}

void RunningMoments::apply(std::span<float> row) const
{
    for (std::size_t i = 0; i < row.size(); ++i) {
        const double variance = m_squares[i] / static_cast<double>(m_count);
        row[i] = variance > 0 ? static_cast<float>((row[i] - m_mean[i]) / std::sqrt(variance)) : 0.0F;
    }
}

std::vector<double> RunningMoments::deviation() const
{
    std::vector<double> deviation;
    for (const double squares : m_squares)
        deviation.push_back(squares > 0 ? std::sqrt(squares / static_cast<double>(m_count)) : 1.0);
    return deviation;
}

nlohmann::json RunningMoments::state() const
{
    return {{"count", m_count}, {"mean", m_mean}, {"squares", m_squares}};
}

void RunningMoments::restore(const nlohmann::json& state)
{
    m_count = state.at("count").get<std::int64_t>();
    m_mean = state.at("mean").get<std::vector<double>>();
    m_squares = state.at("squares").get<std::vector<double>>();
}

} // namespace millrace
