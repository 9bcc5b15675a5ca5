// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Predictions.h"

#include <QString>

namespace millrace
{

// Predictions as the window shows them, by the task (data/Predictions.h).

/// "Probability", "Class", or the target with its unit.
QString predictionName(const Task& task, const PredictionValue& value);
/// "0.7312", "setosa", "12.50".
QString predictionNumber(const Task& task, const PredictionValue& value, double number);
/// The likeliest classes with their probabilities, "setosa: 0.9412 · virginica: 0.0512"; of numbers each with its name.
QString predictionSummary(const Task& task, std::span<const float> outputs);

} // namespace millrace
