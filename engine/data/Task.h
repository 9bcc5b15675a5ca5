// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace millrace
{

enum class TaskKind { Binary, MultiClass, Regression };

/// A number that a regression foretells. Learning works on (value − mean) / scale; what a model yields is in the unit
/// again.
struct Target {
    std::string name, unit;     ///< "speed" and "m/s"; the unit may be empty
    double mean = 0, scale = 1; ///< of the training part
};

/// Of two classes, where the more probable one is predicted.
inline constexpr double kEvenThreshold = 0.5;

/// What a model is asked for. From it follow how many numbers it yields, the loss that it is trained with, and the
/// scores that tell how good it is. A target is the index of a class, or a value in its unit.
struct Task {
    TaskKind kind = TaskKind::Binary;
    std::vector<std::string> classes{}; ///< names by index; empty, of two classes: they are 0 and 1
    std::vector<Target> targets{};      ///< of a regression
    double threshold = kEvenThreshold;  ///< of two classes: the second is predicted where its probability is above
};
/// The logit of the threshold.
double cutOf(const Task& task);
nlohmann::json toJson(const Task& task);
/// ErrorCode::BadData for a task that is not in the table, or that lacks classes or targets; what was written before
/// there were tasks is the first.
Result<Task> taskFromJson(const nlohmann::json& json);

/// Numbers that a model yields for a record.
int outputsOf(const Task& task);
/// Numbers that a record's target is: the class, or of a regression one for each of its targets.
int targetsOf(const Task& task);
/// Classes of the task; 0 where it has none.
int classCount(const Task& task);
/// "signal", or "class 1" where they have no names.
std::string classTitle(const Task& task, int index);

/// A row of the task table (data/Task.cpp).
struct TaskInfo {
    TaskKind kind;
    std::string name; ///< "binary"
    std::string help;
    std::string loss; ///< a row of the loss table (train/Losses.h)
    /// Rows of the score table (metrics/ScoreTable.h): what is drawn beside the loss of each step, and what a stream's
    /// models have to beat.
    std::string curve, majority, noChange;
    /// Likewise: what tells a model's worth first, and what does where most records are of one class (ScoreTable.h);
    /// empty where there are no classes.
    std::string headline, imbalancedHeadline;
};
const std::vector<TaskInfo>& taskTable();
const TaskInfo& infoOf(const Task& task);

} // namespace millrace
