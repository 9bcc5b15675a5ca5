// SPDX-License-Identifier: GPL-3.0-or-later
// The task table: a new task is one row here, its loss (train/registry.cpp) and its scores (metrics/Scores.cpp).
#include "data/Task.h"

#include "base/Json.h"
#include "base/Text.h"
#include "data/Binary.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace millrace
{
namespace
{

tl::unexpected<Error> incomplete(const TaskInfo& task, const std::string& what)
{
    return fail(ErrorCode::BadData, "The task " + task.name + " " + what, "The model may be of a newer Millrace");
}

Result<std::vector<std::string>> classesFromJson(const nlohmann::json& json, const TaskInfo& task)
{
    std::vector<std::string> classes;
    for (const nlohmann::json& name : listIn(json, "classes")) {
        if (!name.is_string())
            return incomplete(task, "has a class whose name is no text");
        classes.push_back(name.get<std::string>());
    }
    if (std::set<std::string>(classes.begin(), classes.end()).size() != classes.size())
        return incomplete(task, "has two classes of one name");
    const bool twoUnnamed = task.kind == TaskKind::Binary && classes.empty();
    const bool enough = task.kind == TaskKind::Binary ? classes.size() == 2 : classes.size() > 2;
    if (!twoUnnamed && !enough)
        return incomplete(task, "has " + countOf(static_cast<std::int64_t>(classes.size()), "class", "classes"));
    return classes;
}

Result<std::vector<Target>> targetsFromJson(const nlohmann::json& json, const TaskInfo& task)
{
    std::vector<Target> targets;
    for (const nlohmann::json& each : listIn(json, "targets")) {
        const double scale = numberIn(each, "scale", 1), mean = numberIn(each, "mean", 0);
        if (!(scale > 0) || !std::isfinite(scale) || !std::isfinite(mean))
            return incomplete(task, "has a target whose mean or scale is no sound number");
        targets.push_back({textIn(each, "name"), textIn(each, "unit"), mean, scale});
    }
    if (targets.empty())
        return incomplete(task, "has no target");
    return targets;
}

} // namespace

const std::vector<TaskInfo>& taskTable()
{
    static const std::vector<TaskInfo> table = {
        {TaskKind::Binary, "binary", "tells two classes apart by one logit, that of class 1", "binary-cross-entropy",
         "accuracy", "majority", "no_change", "accuracy", "average_precision"},
        {TaskKind::MultiClass, "multi-class", "tells classes apart by one logit for each", "softmax-cross-entropy",
         "accuracy", "majority", "no_change", "accuracy", "macro_f1"},
        {TaskKind::Regression, "regression", "foretells a number", "squared-error", "r2", "mean_value", "last_value",
         "r2", ""},
    };
    return table;
}

const TaskInfo& infoOf(const Task& task)
{
    return *std::ranges::find(taskTable(), task.kind, &TaskInfo::kind);
}

nlohmann::json toJson(const Task& task)
{
    nlohmann::json json = {{"kind", infoOf(task).name}};
    if (!task.classes.empty())
        json["classes"] = task.classes;
    for (const Target& target : task.targets)
        json["targets"].push_back(
            {{"name", target.name}, {"unit", target.unit}, {"mean", target.mean}, {"scale", target.scale}});
    if (task.threshold != kEvenThreshold)
        json["threshold"] = task.threshold;
    return json;
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
    Task task{row->kind};
    if (row->kind == TaskKind::Regression) {
        auto targets = targetsFromJson(json, *row);
        if (!targets)
            return fail(targets.error());
        task.targets = std::move(*targets);
        return task;
    }
    auto classes = classesFromJson(json, *row);
    if (!classes)
        return fail(classes.error());
    task.classes = std::move(*classes);
    task.threshold = numberIn(json, "threshold", kEvenThreshold);
    if (!(task.threshold > 0 && task.threshold < 1) ||
        (task.kind != TaskKind::Binary && task.threshold != kEvenThreshold))
        return incomplete(*row, "has a threshold that is no probability between 0 and 1 of one of two classes");
    return task;
}

double cutOf(const Task& task)
{
    return task.threshold == kEvenThreshold ? 0 : logitOf(task.threshold);
}

int outputsOf(const Task& task)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return 1;
    case TaskKind::MultiClass:
        return static_cast<int>(task.classes.size());
    case TaskKind::Regression:
        return static_cast<int>(task.targets.size());
    }
    return 0;
}

int targetsOf(const Task& task)
{
    switch (task.kind) {
    case TaskKind::Binary:
    case TaskKind::MultiClass:
        break;
    case TaskKind::Regression:
        return static_cast<int>(task.targets.size());
    }
    return 1;
}

int classCount(const Task& task)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return 2;
    case TaskKind::MultiClass:
        return static_cast<int>(task.classes.size());
    case TaskKind::Regression:
        break;
    }
    return 0;
}

std::string classTitle(const Task& task, int index)
{
    const auto slot = static_cast<std::size_t>(index);
    if (index >= 0 && slot < task.classes.size() && !task.classes[slot].empty())
        return printable(task.classes[slot]);
    return "class " + std::to_string(index);
}

} // namespace millrace
