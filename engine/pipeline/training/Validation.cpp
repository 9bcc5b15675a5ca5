// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/Validation.h"

#include "base/Json.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

constexpr std::size_t kRowsAtOnce = 1024;

} // namespace

Validation::Validation(Batch rows, Task task, int patience)
    : m_rows(std::move(rows)), m_task(std::move(task)), m_patience(patience)
{
}

Result<CurvePoint> Validation::score(Learner& learner, int epoch)
{
    m_epoch = epoch;
    const auto scores = makeScores(m_task, KeepOutputs::All);
    const auto width = static_cast<std::size_t>(learner.inputs()),
               outputs = static_cast<std::size_t>(learner.outputs());
    const auto rows = static_cast<std::size_t>(m_rows.rows());
    std::vector<float> said(std::min(rows, kRowsAtOnce) * outputs);
    for (std::size_t first = 0; first < rows; first += kRowsAtOnce) {
        const std::size_t count = std::min(kRowsAtOnce, rows - first);
        const std::span<float> now = std::span(said).first(count * outputs);
        if (auto predicted = learner.predict(std::span(m_rows.features).subspan(first * width, count * width), now);
            !predicted)
            return fail(predicted.error());
        scores->add(now, std::span(m_rows.targets).subspan(first, count));
    }
    const CurvePoint point = scores->curve();
    if (!std::isfinite(m_bestLoss) || point.loss < m_bestLoss) {
        m_bestLoss = point.loss;
        m_bestEpoch = epoch;
        m_bestScores = scores->table();
        m_bestWeights = learner.state().weights;
    }
    return point;
}

Status Validation::takeBest(Learner& learner) const
{
    if (m_bestWeights.empty() || m_bestEpoch == m_epoch)
        return {};
    LearnerState state = learner.state();
    state.weights = m_bestWeights;
    return learner.restore(state);
}

nlohmann::json Validation::state() const
{
    nlohmann::json scores;
    tell(m_bestScores, scores);
    return {{"epoch", m_epoch},
            {"best_epoch", m_bestEpoch},
            {"best_loss", orNull(m_bestLoss)},
            {"records", records()},
            {"scores", std::move(scores)}};
}

bool Validation::restore(const nlohmann::json& state, std::vector<float> bestWeights)
{
    const auto epoch = integerIn(state, "epoch", -1), best = integerIn(state, "best_epoch", -1);
    if (epoch < 0 || best < 0 || best > epoch || (best > 0) == bestWeights.empty())
        return false;
    m_epoch = static_cast<int>(epoch);
    m_bestEpoch = static_cast<int>(best);
    m_bestLoss = numberIn(state, "best_loss", kUnknown);
    m_bestScores = scoresIn(objectIn(state, "scores"));
    m_bestWeights = std::move(bestWeights);
    return true;
}

} // namespace millrace
