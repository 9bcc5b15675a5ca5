// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/BinaryScores.h"

#include "metrics/Confusion.h"
#include "metrics/SparseCounts.h"

namespace millrace
{
namespace
{

constexpr int kShownBins = 50;
constexpr std::int64_t kMostOutputs = 1'000'000; ///< beyond, memory would grow with the topic

} // namespace

BinaryScores::BinaryScores(double cut, KeepOutputs keep) : m_tally(cut)
{
    if (keep == KeepOutputs::All)
        m_outputs.emplace();
}

void BinaryScores::add(std::span<const float> logits, std::span<const float> labels, std::span<const float> weights)
{
    if (!weights.empty() && !m_weighed)
        m_weighed = m_tally;
    if (m_weighed)
        m_weighed->add(logits, labels, weights);
    addWeights(weights);
    m_tally.add(logits, labels);
    if (m_outputs)
        m_outputs->add(logits, labels, weights);
    if (m_outputs && m_outputs->records() > kMostOutputs)
        m_outputs.reset();
}

void BinaryScores::merge(const Scores& other)
{
    const auto& scores = dynamic_cast<const BinaryScores&>(other);
    if (scores.m_weighed && !m_weighed)
        m_weighed = m_tally;
    if (m_weighed)
        m_weighed->merge(scores.scored());
    mergeWeights(other);
    m_tally.merge(scores.m_tally);
    m_outputs.reset();
}

ScoreTable BinaryScores::table() const
{
    const auto& counts = scored().confusion();
    Confusion confusion(2);
    for (const int actual : {0, 1})
        for (const int predicted : {0, 1})
            confusion.add(actual, predicted,
                          counts.at(static_cast<std::size_t>(actual)).at(static_cast<std::size_t>(predicted)));
    const ScoreTable table = {scoreRow("loss", scored().loss()),
                              scoreRow("accuracy", scored().accuracy()),
                              scoreRow("auc", m_outputs ? m_outputs->auc() : scored().auc(), !m_outputs),
                              scoreRow("balanced_accuracy", confusion.balancedAccuracy()),
                              scoreRow("precision", confusion.precision(1)),
                              scoreRow("recall", confusion.recall(1)),
                              scoreRow("f1", confusion.f1(1)),
                              scoreRow("average_precision",
                                       m_outputs ? m_outputs->averagePrecision() : scored().averagePrecision(),
                                       !m_outputs),
                              scoreRow("brier", scored().brier()),
                              scoreRow("majority", confusion.majority())};
    return confusion.hasNegativeSums() ? withoutMeaning(table) : meaningful(table);
}

std::vector<std::int64_t> BinaryScores::classCounts() const
{
    const auto& [negative, positive] = m_tally.confusion();
    return {static_cast<std::int64_t>(negative[0] + negative[1]), static_cast<std::int64_t>(positive[0] + positive[1])};
}

nlohmann::json BinaryScores::figures() const
{
    const auto told = [](const auto& sides) { return nlohmann::json{countsJson(sides[0]), countsJson(sides[1])}; };
    return {{"confusion", told(m_tally.confusion())},
            {"roc", m_outputs ? m_outputs->roc() : scored().roc()},
            {"score_histogram", told(m_tally.histogram(kShownBins))}};
}

nlohmann::json BinaryScores::state() const
{
    nlohmann::json json = m_tally.state();
    if (m_weighed)
        json["weighed"] = m_weighed->state();
    saveWeights(json);
    return json;
}

bool BinaryScores::restore(const nlohmann::json& state)
{
    std::optional<BinaryTally> weighed;
    try {
        if (const auto found = state.find("weighed"); found != state.end() && !weighed.emplace(m_tally).restore(*found))
            return false;
        if (!m_tally.restore(state))
            return false;
        restoreWeights(state);
    } catch (const nlohmann::json::exception&) {
        return false;
    }
    m_weighed = std::move(weighed);
    m_outputs.reset();
    return true;
}

} // namespace millrace
