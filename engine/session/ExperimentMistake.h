// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace millrace
{

/// ErrorCode::Usage about a JSON path of an experiment file; path empty: the file as a whole.
Error experimentMistake(const std::string& path, const std::string& what, const std::string& advice);
/// The error of a job's section, which the file has under another key.
Error underKey(Error error, const std::string& section, const std::string& key);
/// The object at the path holds only keys that are known.
Status checkKeys(const nlohmann::json& object, const std::string& path, const std::vector<std::string>& known);

} // namespace millrace
