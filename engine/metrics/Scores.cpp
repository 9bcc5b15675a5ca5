// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Scores.h"

#include "base/Text.h"
#include "data/Binary.h"
#include "data/Predictions.h"
#include "metrics/BinaryPrequential.h"
#include "metrics/BinaryScores.h"
#include "metrics/Logit.h"
#include "metrics/MultiClassPrequential.h"
#include "metrics/MultiClassScores.h"
#include "metrics/RegressionPrequential.h"
#include "metrics/RegressionScores.h"

namespace millrace
{
namespace
{

constexpr double kMostScales = 1e6; ///< of an error that detectors see

CurvePoint multiClassCurve(std::span<const float> logits, std::span<const float> targets)
{
    const std::size_t classes = targets.empty() ? 0 : logits.size() / targets.size();
    double loss = 0, right = 0;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const MultiClassOutcome outcome = outcomeOf(logits.subspan(i * classes, classes), targets[i], false);
        loss += outcome.loss;
        right += outcome.predicted == outcome.actual ? 1 : 0;
    }
    const auto records = static_cast<double>(targets.size());
    return targets.empty() ? CurvePoint{} : CurvePoint{loss / records, right / records};
}

double errorInScales(const Target& target, float output, float actual)
{
    return std::abs(static_cast<double>(actual) - static_cast<double>(output)) / target.scale;
}

CurvePoint binaryCurve(std::span<const float> logits, std::span<const float> labels, double cut)
{
    double loss = 0;
    std::int64_t correct = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        loss += logLoss(static_cast<double>(logits[i]), static_cast<double>(labels[i]));
        correct += predictsPositive(logits[i], cut) == isPositive(labels[i]) ? 1 : 0;
    }
    const double records = labels.empty() ? kUnknown : static_cast<double>(labels.size());
    return {loss / records, static_cast<double>(correct) / records};
}

CurvePoint regressionCurve(const Task& task, std::span<const float> outputs, std::span<const float> targets)
{
    double squares = 0;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const double error = errorInScales(task.targets[i % task.targets.size()], outputs[i], targets[i]);
        squares += error * error;
    }
    const double loss = squares / static_cast<double>(targets.size());
    return targets.empty() ? CurvePoint{} : CurvePoint{loss, 1 - loss};
}

} // namespace

void WeightSums::add(std::span<const float> weights)
{
    for (const float weight : weights) {
        const auto counted = static_cast<double>(weight);
        sum += counted;
        squares += counted * counted;
    }
}

void WeightSums::merge(const WeightSums& other)
{
    sum += other.sum;
    squares += other.squares;
}

double WeightSums::effectiveRecords() const
{
    return squares > 0 ? sum * sum / squares : kUnknown;
}

void Scores::addWeights(std::span<const float> weights)
{
    if (weights.empty())
        return;
    if (!m_weights)
        m_weights.emplace();
    m_weights->add(weights);
}

void Scores::mergeWeights(const Scores& other)
{
    if (!other.m_weights)
        return;
    if (!m_weights)
        m_weights.emplace();
    m_weights->merge(*other.m_weights);
}

void Scores::saveWeights(nlohmann::json& state) const
{
    if (m_weights)
        state["weights"] = {m_weights->sum, m_weights->squares};
}

void Scores::restoreWeights(const nlohmann::json& state)
{
    m_weights.reset();
    if (const auto weights = state.find("weights"); weights != state.end())
        m_weights = {weights->at(0).get<double>(), weights->at(1).get<double>()};
}

std::string whyWeightsSayNothing(const Scores& scores)
{
    if (!scores.weights() || scores.records() == 0)
        return {};
    if (!(scores.weights()->sum > 0))
        return "The weights of the scored records add up to " + shortestDecimal(scores.weights()->sum) +
               ": no score of them has a meaning";
    for (const ScoreRow& row : scores.table())
        if (row.isImpossible)
            return "The negative weights of the scored records outweigh the others, of a class, of what was said or of "
                   "the errors: " +
                   row.kind->word + " would be what it cannot be, and is unknown";
    return {};
}

std::unique_ptr<Scores> makeScores(const Task& task, KeepOutputs keep)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return std::make_unique<BinaryScores>(cutOf(task), keep);
    case TaskKind::MultiClass:
        return std::make_unique<MultiClassScores>(classCount(task), keep);
    case TaskKind::Regression:
        return std::make_unique<RegressionScores>(task.targets, keep);
    }
    return nullptr;
}

std::unique_ptr<Prequential> makePrequential(const Task& task, int window, std::int64_t exactOutputs)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return std::make_unique<BinaryPrequential>(window, exactOutputs, cutOf(task));
    case TaskKind::MultiClass:
        return std::make_unique<MultiClassPrequential>(classCount(task), window, exactOutputs);
    case TaskKind::Regression:
        return std::make_unique<RegressionPrequential>(task, window, exactOutputs);
    }
    return nullptr;
}

CurvePoint curveOf(const Task& task, std::span<const float> outputs, std::span<const float> targets)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return binaryCurve(outputs, targets, cutOf(task));
    case TaskKind::MultiClass:
        return multiClassCurve(outputs, targets);
    case TaskKind::Regression:
        return regressionCurve(task, outputs, targets);
    }
    return {};
}

double errorOf(const Task& task, std::span<const float> outputs, float target)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return predictsPositive(outputs.front(), cutOf(task)) == isPositive(target) ? 0 : 1;
    case TaskKind::MultiClass:
        return classOf(task, outputs) == static_cast<int>(target) ? 0 : 1;
    case TaskKind::Regression: {
        const double error = errorInScales(task.targets.front(), outputs.front(), target);
        return error <= kMostScales ? error : kMostScales; // also of what is no number
    }
    }
    return kUnknown;
}

} // namespace millrace
