// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/MultiClassScores.h"

#include <limits>

namespace millrace
{

MultiClassScores::MultiClassScores(int classes, KeepOutputs keep)
    : m_tally(classes, keep == KeepOutputs::All ? std::numeric_limits<std::int64_t>::max() : 0)
{
}

void MultiClassScores::add(std::span<const float> logits, std::span<const float> targets,
                           std::span<const float> weights)
{
    if (!weights.empty() && !m_weighed)
        m_weighed = m_tally;
    addWeights(weights);
    const auto classes = static_cast<std::size_t>(m_tally.classes());
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const MultiClassOutcome outcome =
            outcomeOf(logits.subspan(i * classes, classes), targets[i], m_tally.isRanked());
        m_tally.add(outcome);
        if (m_weighed)
            m_weighed->add(outcome, weights.empty() ? 1 : weights[i]);
    }
}

void MultiClassScores::merge(const Scores& other)
{
    const auto& scores = dynamic_cast<const MultiClassScores&>(other);
    if (scores.m_weighed && !m_weighed)
        m_weighed = m_tally;
    if (m_weighed)
        m_weighed->merge(scores.scored());
    mergeWeights(other);
    m_tally.merge(scores.m_tally);
}

ScoreTable MultiClassScores::table() const
{
    ScoreTable table = scored().table();
    table.push_back(scoreRow("majority", scored().confusion().majority()));
    return scored().confusion().hasNegativeSums() ? withoutMeaning(table) : meaningful(table);
}

nlohmann::json MultiClassScores::state() const
{
    nlohmann::json json = m_tally.state();
    if (m_weighed)
        json["weighed"] = m_weighed->state();
    saveWeights(json);
    return json;
}

bool MultiClassScores::restore(const nlohmann::json& state)
{
    try {
        MultiClassTally read(m_tally.classes(), 0);
        read.restore(state);
        std::optional<MultiClassTally> weighed;
        if (const auto found = state.find("weighed"); found != state.end())
            weighed.emplace(m_tally.classes(), 0).restore(*found);
        restoreWeights(state);
        m_tally = std::move(read);
        m_weighed = std::move(weighed);
        return true;
    } catch (const std::exception&) { // of nlohmann-json, or of what is out of range
        return false;
    }
}

} // namespace millrace
