// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace millrace
{

enum class TaskKind { Binary };

/// What a model is asked for. From it follow how many numbers it yields, the loss that it is trained with, and the
/// scores that tell how good it is.
struct Task {
    TaskKind kind = TaskKind::Binary;
};
nlohmann::json toJson(const Task& task);
/// ErrorCode::BadData for a task that is not in the table; what was written before there were tasks is the first.
Result<Task> taskFromJson(const nlohmann::json& json);

/// A row of the task table (data/Task.cpp).
struct TaskInfo {
    TaskKind kind;
    std::string name; ///< "binary"
    std::string help;
    int outputs = 1;  ///< numbers that a model yields for a record
    std::string loss; ///< a row of the loss table (train/Losses.h)
    /// Rows of the score table (metrics/ScoreTable.h): what is drawn beside the loss of each step, and what a stream's
    /// models have to beat.
    std::string curve, majority, noChange;
};
const std::vector<TaskInfo>& taskTable();
const TaskInfo& infoOf(const Task& task);

} // namespace millrace
