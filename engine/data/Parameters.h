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
    /// "integer", "number", "numbers", "flag", "text", "texts", "choice", "choices" (a list of them), "object"
    std::string type;
    nlohmann::json minimum, maximum, defaultValue; ///< the range also of each number of a list
    std::vector<std::string> choices;
    std::string help;
    bool isOptional = false;              ///< it may be null, and is null where it is not given
    std::vector<ParameterInfo> members{}; ///< of an "object"
};

/// What is given with the defaults filled in, of a row called `kind`. The error names the parameter and, when it is
/// unknown, the nearest known one.
Result<nlohmann::json> resolveParameters(const std::string& kind, const std::vector<ParameterInfo>& known,
                                         const nlohmann::json& given);

} // namespace millrace
