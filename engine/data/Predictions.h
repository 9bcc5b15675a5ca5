// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Task.h"

#include <span>
#include <string_view>

namespace millrace
{

// What a model's outputs mean, by the task: to people, in messages, and in files.

/// How a prediction is written: of two classes {"probability":0.73,"class":1}, or 0.73,1.
enum class PredictionFormat { Json, Csv };
/// The view lives until the next call on this thread.
std::string_view predictionText(const Task& task, std::span<const float> outputs, PredictionFormat format);

/// What a prediction tells, in order: of two classes "probability" (of class 1) and "class".
struct PredictionValue {
    const char* name;
    bool isClass;
};
const std::vector<PredictionValue>& predictionValues(const Task& task);
std::vector<double> predictionOf(const Task& task, std::span<const float> outputs);

/// Classes of the task; 0 where it has none.
int classCount(const Task& task);
/// The class that the outputs decide for.
int classOf(const Task& task, std::span<const float> outputs);

/// A scored record in a file: the names of target, outputs and what they mean, and their text with commas between. Of
/// two classes label, logit, probability. Numbers are written so that the same floats are read back.
const std::vector<std::string>& scoredNames(const Task& task);
void appendScored(std::string& line, const Task& task, float target, std::span<const float> outputs);
/// The task of which all names are there; nullptr: of none.
const TaskInfo* taskOfNames(const std::vector<std::string>& names);

} // namespace millrace
