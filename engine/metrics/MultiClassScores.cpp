// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/MultiClassScores.h"

#include <limits>

namespace millrace
{

MultiClassScores::MultiClassScores(int classes, KeepOutputs keep)
    : m_tally(classes, keep == KeepOutputs::All ? std::numeric_limits<std::int64_t>::max() : 0)
{
}

void MultiClassScores::add(std::span<const float> logits, std::span<const float> targets)
{
    const auto classes = static_cast<std::size_t>(m_tally.classes());
    for (std::size_t i = 0; i < targets.size(); ++i)
        m_tally.add(outcomeOf(logits.subspan(i * classes, classes), targets[i], m_tally.isRanked()));
}

void MultiClassScores::merge(const Scores& other)
{
    m_tally.merge(dynamic_cast<const MultiClassScores&>(other).m_tally);
}

ScoreTable MultiClassScores::table() const
{
    ScoreTable table = m_tally.table();
    table.push_back(scoreRow("majority", m_tally.confusion().majority()));
    return table;
}

bool MultiClassScores::restore(const nlohmann::json& state)
{
    try {
        MultiClassTally read(m_tally.classes(), 0);
        read.restore(state);
        m_tally = std::move(read);
        return true;
    } catch (const std::exception&) { // of nlohmann-json, or of what is out of range
        return false;
    }
}

} // namespace millrace
