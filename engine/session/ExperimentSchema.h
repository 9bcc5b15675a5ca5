// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

namespace millrace
{

/// The JSON Schema (draft 2020-12) of an experiment file, made from the tables of steps and sections: types, ranges,
/// choices, defaults and help. What one key means for another is checked when the file is read.
nlohmann::json experimentSchema();

} // namespace millrace
