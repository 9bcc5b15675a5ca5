// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Scores.h"

#include "data/Binary.h"
#include "metrics/BinaryPrequential.h"
#include "metrics/BinaryScores.h"

namespace millrace
{

std::unique_ptr<Scores> makeScores(const Task& task, KeepOutputs keep)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return std::make_unique<BinaryScores>(keep);
    case TaskKind::MultiClass:
    case TaskKind::Regression:
        break;
    }
    return nullptr;
}

std::unique_ptr<Prequential> makePrequential(const Task& task, int window, std::int64_t exactOutputs)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return std::make_unique<BinaryPrequential>(window, exactOutputs);
    case TaskKind::MultiClass:
    case TaskKind::Regression:
        break;
    }
    return nullptr;
}

CurvePoint curveOf(const Task& task, std::span<const float> outputs, std::span<const float> targets)
{
    switch (task.kind) {
    case TaskKind::Binary: {
        BinaryMetrics metrics;
        metrics.add(outputs, targets);
        return {metrics.loss(), metrics.accuracy()};
    }
    case TaskKind::MultiClass:
    case TaskKind::Regression:
        break;
    }
    return {};
}

double errorOf(const Task& task, std::span<const float> outputs, float target)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return predictsPositive(outputs.front()) == isPositive(target) ? 0 : 1;
    case TaskKind::MultiClass:
    case TaskKind::Regression:
        break;
    }
    return kUnknown;
}

} // namespace millrace
