// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/Validation.h"

#include "base/Json.h"
#include "metrics/Threshold.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

/// The loss, unless accuracy says little and the headline that stands in its place tells something of these records.
/// Average precision of a class that nearly all are of is always near 1; of few records of the rare class, it and macro
/// F1 are luck: one of four positives that changes its place moves them by more than the epochs do. But where classes
/// are weighted, the loss of records as they are is not what is learnt.
const ScoreKind& criterionOf(const Task& task, const CompactBatch& rows, bool areWeighted)
{
    constexpr std::int64_t kFewestOfRarest = 50;
    const auto classes = static_cast<std::size_t>(classCount(task));
    std::vector<double> weights(classes);
    std::vector<std::int64_t> records(classes);
    double total = 0;
    for (std::size_t row = 0; row < rows.targets.size() && classes > 0; ++row) {
        const double weight = rows.weights.empty() ? 1 : static_cast<double>(rows.weights[row]);
        const auto index = static_cast<std::size_t>(rows.targets[row]);
        weights.at(index) += weight;
        ++records.at(index);
        total += weight;
    }
    if (!(total > 0))
        return *findScore("loss");
    const bool isBinary = task.kind == TaskKind::Binary;
    const double most = std::ranges::max(weights) / total;
    const bool areEnough = areWeighted || (isBinary ? records[1] : std::ranges::min(records)) >= kFewestOfRarest;
    const bool isKnown = areEnough && (!isBinary || (weights[1] > 0 && weights[1] <= weights[0]));
    return isImbalanced(most) && isKnown ? headlineOf(task.kind, most) : *findScore("loss");
}

} // namespace

Validation::Validation(CompactBatch rows, Task task, int patience, bool findsThreshold, bool classesAreWeighted)
    : m_rows(std::move(rows)), m_task(std::move(task)), m_patience(patience),
      m_findsThreshold(findsThreshold && m_task.kind == TaskKind::Binary),
      m_criterion(&criterionOf(m_task, m_rows, classesAreWeighted))
{
}

std::unique_ptr<Scores> Validation::scoresOf(std::span<const float> outputs) const
{
    auto scores = makeScores(m_task, KeepOutputs::All);
    scores->add(outputs, m_rows.targets, m_rows.weights);
    return scores;
}

Result<CurvePoint> Validation::score(Learner& learner, int epoch)
{
    m_epoch = epoch;
    const auto outputs = static_cast<std::size_t>(learner.outputs());
    std::vector<float> said(static_cast<std::size_t>(m_rows.rows()) * outputs), features;
    for (std::size_t block = 0; block < m_rows.features.blocks(); ++block) {
        m_rows.features.expand(block, features);
        const std::size_t rows = features.size() / static_cast<std::size_t>(learner.inputs());
        if (auto predicted = learner.predict(
                features, std::span(said).subspan(block * CompactRows::kBlock * outputs, rows * outputs));
            !predicted)
            return fail(predicted.error());
    }
    const auto scores = scoresOf(said);
    CurvePoint point = scores->curve();
    point.loss = scoreRow("loss", point.loss).value; // negative weights may make it what it cannot be
    point.score = scoreRow(infoOf(m_task).curve, point.score).value;
    const double value = m_criterion->name == "loss" ? point.loss : valueIn(scores->table(), m_criterion->name);
    if (!std::isfinite(m_best) || isBetter(*m_criterion, value, m_best))
        keep(epoch, value, said, learner);
    return point;
}

void Validation::keep(int epoch, double value, std::span<const float> outputs, const Learner& learner)
{
    m_best = value;
    m_bestEpoch = epoch;
    if (m_findsThreshold)
        m_task.threshold = thresholdOfBestF1(outputs, m_rows.targets, m_rows.weights).value_or(kEvenThreshold);
    m_bestScores = scoresOf(outputs)->table();
    m_bestWeights = learner.state().weights;
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
    return {{"epoch", m_epoch},           {"best_epoch", m_bestEpoch},     {"criterion", m_criterion->name},
            {"best", orNull(m_best)},     {"threshold", m_task.threshold}, {"records", records()},
            {"scores", std::move(scores)}};
}

bool Validation::restore(const nlohmann::json& state, std::vector<float> bestWeights)
{
    const auto epoch = integerIn(state, "epoch", -1), best = integerIn(state, "best_epoch", -2);
    if (epoch < 0 || best < -1 || best > epoch || (best >= 0) == bestWeights.empty())
        return false;
    m_epoch = static_cast<int>(epoch);
    m_bestEpoch = static_cast<int>(best);
    const ScoreKind* criterion = findScore(textIn(state, "criterion", "loss")); // of earlier builds
    if (criterion == nullptr)
        return false;
    m_criterion = criterion;
    m_best = numberIn(state, "best", numberIn(state, "best_loss", kUnknown));
    m_task.threshold = numberIn(state, "threshold", m_task.threshold);
    m_bestScores = scoresIn(objectIn(state, "scores"));
    m_bestWeights = std::move(bestWeights);
    return true;
}

} // namespace millrace
