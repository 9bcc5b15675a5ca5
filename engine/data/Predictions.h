// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Task.h"

#include <optional>
#include <span>
#include <string_view>

namespace millrace
{

// What a model's outputs mean, by the task: to people, in messages, and in files.

/// How a prediction is written: of two classes {"probability":0.73,"class":1}, or 0.73,1; the class by its name where
/// it has one. Of more classes the probability is that of the predicted one, and JSON adds "probabilities" by class, of
/// the most probable ones where there are many. Of a regression {"value":12.5}, with several targets an object by name.
enum class PredictionFormat { Json, Csv };
/// A cell of the record that its prediction carries along, as it stands there.
struct CarriedCell {
    std::string column, text;
};
/// What is carried comes last: in JSON as {…,"spectators":{"patient":"A7"}}, in CSV a value each. The view lives until
/// the next call on this thread.
std::string_view predictionText(const Task& task, std::span<const float> outputs, PredictionFormat format,
                                std::span<const CarriedCell> carried = {});

/// What a prediction tells, in order: of classes "probability" (of two that of class 1, of more that of the predicted
/// one) and "class", of a regression each target.
struct PredictionValue {
    std::string name;
    bool isClass = false; ///< an index: classTitle() has its name
};
std::vector<PredictionValue> predictionValues(const Task& task);
std::vector<double> predictionOf(const Task& task, std::span<const float> outputs);

/// The class that the outputs decide for, the first of equals (of two classes by the task's threshold); −1 where the
/// task has none.
int classOf(const Task& task, std::span<const float> outputs);
/// By class; empty where the task has none.
std::vector<double> probabilitiesOf(const Task& task, std::span<const float> outputs);

/// How a file of rows sets its fields and fractions apart. The separator is one of those that quotedField() minds.
struct FieldMarks {
    char separator = ',', decimal = '.';
};

/// A prediction in a file of rows: the names of its columns, and their text with separators between. Of classes
/// "predicted_class" and "probability_no", "probability_yes" by class, of a regression "predicted_value", with several
/// targets "predicted_speed" by target.
std::vector<std::string> predictedNames(const Task& task);
void appendPredicted(std::string& line, const Task& task, std::span<const float> outputs, FieldMarks marks = {});

/// A scored record in a file: the names of target, outputs and what they mean, and their text with commas between. Of
/// two classes label, logit, probability; of more label and logit_0, logit_1, …; of a regression target and output.
/// Numbers are written so that the same floats are read back.
std::vector<std::string> scoredNames(const Task& task);
void appendScored(std::string& line, const Task& task, float target, std::span<const float> outputs);
/// The task of which all names are there, its classes without names; nullopt: of none.
std::optional<Task> taskOfNames(const std::vector<std::string>& names);

} // namespace millrace
