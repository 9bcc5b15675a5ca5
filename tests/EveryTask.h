// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Task.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace millrace
{

/// An example of each kind of task by name, and of a regression also one of several targets, whose units differ.
inline std::map<std::string, Task> everyTask()
{
    const Target speed{"speed", "m/s", 12, 2}, mass{"mass", "kg", -0.4, 0.05}, count{"count", "", 700, 300};
    return {
        {"binary", {TaskKind::Binary, {"background", "signal"}, {}}},
        {"multi-class", {TaskKind::MultiClass, {"<=10", "11–50", "\"many\"", "other"}, {}}},
        {"regression", {TaskKind::Regression, {}, {speed}}},
        {"regression of three targets", {TaskKind::Regression, {}, {speed, mass, count}}},
    };
}

/// Targets of the task for rows whose strength is about standard normal: higher classes and values for stronger rows.
inline std::vector<float> targetsFor(const Task& task, const std::vector<double>& strengths)
{
    std::vector<float> targets;
    for (const double strength : strengths) {
        const int classes = classCount(task);
        for (int i = 0; i < targetsOf(task); ++i) {
            if (classes > 0) {
                const double part = 1 / (1 + std::exp(-2 * strength));
                targets.push_back(static_cast<float>(std::min(classes - 1, static_cast<int>(part * classes))));
                continue;
            }
            const Target& target = task.targets[static_cast<std::size_t>(i)];
            targets.push_back(static_cast<float>(target.mean + target.scale * (i % 2 == 0 ? strength : -strength)));
        }
    }
    return targets;
}

} // namespace millrace
