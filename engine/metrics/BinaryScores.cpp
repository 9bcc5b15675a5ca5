// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/BinaryScores.h"

#include "metrics/Confusion.h"

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

void BinaryScores::add(std::span<const float> logits, std::span<const float> labels)
{
    m_tally.add(logits, labels);
    if (m_outputs)
        m_outputs->add(logits, labels);
    if (m_outputs && m_outputs->records() > kMostOutputs)
        m_outputs.reset();
}

void BinaryScores::merge(const Scores& other)
{
    m_tally.merge(dynamic_cast<const BinaryScores&>(other).m_tally);
    m_outputs.reset();
}

ScoreTable BinaryScores::table() const
{
    const auto& counts = m_tally.confusion();
    Confusion confusion(2);
    for (const int actual : {0, 1})
        for (const int predicted : {0, 1})
            confusion.add(actual, predicted,
                          counts.at(static_cast<std::size_t>(actual)).at(static_cast<std::size_t>(predicted)));
    return {scoreRow("loss", m_tally.loss()),
            scoreRow("accuracy", m_tally.accuracy()),
            scoreRow("auc", m_outputs ? m_outputs->auc() : m_tally.auc(), !m_outputs),
            scoreRow("balanced_accuracy", confusion.balancedAccuracy()),
            scoreRow("precision", confusion.precision(1)),
            scoreRow("recall", confusion.recall(1)),
            scoreRow("f1", confusion.f1(1)),
            scoreRow("average_precision", m_outputs ? m_outputs->averagePrecision() : m_tally.averagePrecision(),
                     !m_outputs),
            scoreRow("brier", m_tally.brier()),
            scoreRow("majority", confusion.majority())};
}

std::vector<std::int64_t> BinaryScores::classCounts() const
{
    const auto& [negative, positive] = m_tally.confusion();
    return {negative[0] + negative[1], positive[0] + positive[1]};
}

nlohmann::json BinaryScores::figures() const
{
    return {{"confusion", m_tally.confusion()},
            {"roc", m_outputs ? m_outputs->roc() : m_tally.roc()},
            {"score_histogram", m_tally.histogram(kShownBins)}};
}

bool BinaryScores::restore(const nlohmann::json& state)
{
    if (!m_tally.restore(state))
        return false;
    m_outputs.reset();
    return true;
}

} // namespace millrace
