// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/RegressionScores.h"

#include <algorithm>
#include <limits>

namespace millrace
{

RegressionScores::RegressionScores(const std::vector<Target>& targets, KeepOutputs keep) : m_targets(targets)
{
    for (const Target& target : targets)
        m_tallies.emplace_back(target, keep == KeepOutputs::All ? std::numeric_limits<std::int64_t>::max() : 0);
}

void RegressionScores::add(std::span<const float> outputs, std::span<const float> targets,
                           std::span<const float> weights)
{
    addWeights(weights);
    for (std::size_t i = 0; i < targets.size(); ++i)
        m_tallies[i % m_tallies.size()].add(outputs[i], targets[i],
                                            weights.empty() ? 1 : weights[i / m_tallies.size()]);
}

void RegressionScores::merge(const Scores& other)
{
    mergeWeights(other);
    const auto& others = dynamic_cast<const RegressionScores&>(other).m_tallies;
    for (std::size_t i = 0; i < m_tallies.size(); ++i)
        m_tallies[i].merge(others.at(i));
}

std::int64_t RegressionScores::records() const
{
    return m_tallies.empty() ? 0 : m_tallies.front().records();
}

double RegressionScores::meanOver(Score score) const
{
    double sum = 0;
    for (const RegressionTally& tally : m_tallies)
        sum += (tally.*score)();
    return m_tallies.empty() ? kUnknown : sum / static_cast<double>(m_tallies.size());
}

double RegressionScores::meanInScales(Score score) const
{
    double sum = 0;
    for (std::size_t i = 0; i < m_tallies.size(); ++i)
        sum += (m_tallies[i].*score)() / m_targets[i].scale;
    return m_tallies.empty() ? kUnknown : sum / static_cast<double>(m_tallies.size());
}

ScoreTable RegressionScores::table() const
{
    if (m_tallies.size() == 1)
        return regressionTable(m_tallies.front(), m_targets.front().unit);
    const CurvePoint means = curve();
    const bool isApproximate = std::ranges::any_of(m_tallies, &RegressionTally::isApproximate);
    return meaningful({scoreRow("loss", means.loss), scoreRow("rmse", meanInScales(&RegressionTally::rmse)),
                       scoreRow("mae", meanInScales(&RegressionTally::mae)), scoreRow("r2", means.score),
                       scoreRow("median_error", meanInScales(&RegressionTally::medianError), isApproximate)});
}

CurvePoint RegressionScores::curve() const
{
    return {meanOver(&RegressionTally::loss), meanOver(&RegressionTally::r2)};
}

nlohmann::json RegressionScores::figures() const
{
    if (m_tallies.size() == 1)
        return m_tallies.front().figures();
    nlohmann::json targets = nlohmann::json::array();
    for (std::size_t i = 0; i < m_tallies.size(); ++i) {
        nlohmann::json target = m_tallies[i].figures();
        target["name"] = m_targets[i].name;
        tell(regressionTable(m_tallies[i], m_targets[i].unit), target);
        targets.push_back(std::move(target));
    }
    return {{"targets", std::move(targets)}};
}

nlohmann::json RegressionScores::state() const
{
    nlohmann::json states = nlohmann::json::array();
    for (const RegressionTally& tally : m_tallies)
        states.push_back(tally.state());
    nlohmann::json json = {{"targets", std::move(states)}};
    saveWeights(json);
    return json;
}

bool RegressionScores::restore(const nlohmann::json& state)
{
    try {
        RegressionScores read(m_targets, KeepOutputs::Bins);
        const nlohmann::json& states = state.at("targets");
        if (states.size() != m_targets.size())
            return false;
        for (std::size_t i = 0; i < states.size(); ++i)
            read.m_tallies[i].restore(states.at(i));
        read.restoreWeights(state);
        *this = std::move(read);
        return true;
    } catch (const std::exception&) { // of nlohmann-json, or of what is out of range
        return false;
    }
}

ScoreTable regressionTable(const RegressionTally& tally, const std::string& unit)
{
    return meaningful({scoreRow("loss", tally.loss()), scoreRow("rmse", tally.rmse(), false, unit),
                       scoreRow("mae", tally.mae(), false, unit), scoreRow("r2", tally.r2()),
                       scoreRow("median_error", tally.medianError(), tally.isApproximate(), unit)});
}

} // namespace millrace
