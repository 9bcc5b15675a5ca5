// SPDX-License-Identifier: GPL-3.0-or-later
// The task table: a new task is one row here, its loss (train/registry.cpp) and its scores (metrics/Scores.cpp).
#include "data/Task.h"

#include "base/Json.h"
#include "base/Text.h"

#include <algorithm>

namespace millrace
{

const std::vector<TaskInfo>& taskTable()
{
    static const std::vector<TaskInfo> table = {
        {TaskKind::Binary, "binary", "tells two classes apart by one logit, that of class 1", 1, "binary-cross-entropy",
         "accuracy", "majority", "no_change"},
    };
    return table;
}

const TaskInfo& infoOf(const Task& task)
{
    return *std::ranges::find(taskTable(), task.kind, &TaskInfo::kind);
}

nlohmann::json toJson(const Task& task)
{
    return {{"kind", infoOf(task).name}};
}

Result<Task> taskFromJson(const nlohmann::json& json)
{
    if (json.is_null())
        return Task{};
    const std::string name = textIn(json, "kind");
    const auto row = std::ranges::find(taskTable(), name, &TaskInfo::name);
    if (row == taskTable().end())
        return fail(ErrorCode::BadData, "There is no task \"" + name + "\"",
                    "The model may be of a newer Millrace, or of none");
    return Task{row->kind};
}

} // namespace millrace
