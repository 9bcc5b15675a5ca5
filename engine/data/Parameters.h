// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace millrace
{

/// A parameter of a row of a table (a layer, a transform, an encoder, an optimizer): forms, help and validation are
/// made from these.
struct ParameterInfo {
    std::string name;
    std::string type; ///< "integer", "number", "choice", "numbers"
    nlohmann::json minimum, maximum, defaultValue;
    std::vector<std::string> choices;
    std::string help;
};

/// What is given with the defaults filled in, of a row called `kind`. The error names the parameter and, when it is
/// unknown, the nearest known one.
Result<nlohmann::json> resolveParameters(const std::string& kind, const std::vector<ParameterInfo>& known,
                                         const nlohmann::json& given);

} // namespace millrace
