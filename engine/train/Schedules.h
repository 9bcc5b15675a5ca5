// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace millrace
{

/// How the learning rate changes while training.
struct ScheduleSpec {
    std::string kind = "constant"; ///< a row of the schedule table: "constant", "cosine"
};
nlohmann::json toJson(const ScheduleSpec& spec);
Result<ScheduleSpec> scheduleFromJson(const nlohmann::json& json);

/// A row of the schedule table (train/registry.cpp).
struct ScheduleKind {
    std::string name;
    std::string help;
    /// Gets a step from 0 to steps, of at least one.
    double (*factorAt)(std::int64_t step, std::int64_t steps);
};
const std::vector<ScheduleKind>& scheduleKinds();

/// The learning rate of the step after `step` updates of `steps` planned ones, where `base` is the optimizer's. A
/// function of these alone, so that a resumed run goes on with the same rates. Beyond the last step it is that of the
/// end. Where no end is planned (steps < 1) it is `base`, and so it is for a kind that is not in the table.
double rateAt(const ScheduleSpec& spec, double base, std::int64_t step, std::int64_t steps);

} // namespace millrace
