// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/ExperimentMistake.h"

#include "base/Text.h"

#include <algorithm>

namespace millrace
{

Error experimentMistake(const std::string& path, const std::string& what, const std::string& advice)
{
    return {ErrorCode::Usage, (path.empty() ? "The experiment" : path) + " " + what, advice, false};
}

Error underKey(Error error, const std::string& section, const std::string& key)
{
    if (error.message.starts_with(section + ".") || error.message.starts_with(section + " "))
        error.message.replace(0, section.size(), key);
    else
        error.message.insert(0, key + ": ");
    return error;
}

Status checkKeys(const nlohmann::json& object, const std::string& path, const std::vector<std::string>& known)
{
    if (!object.is_object())
        return fail(experimentMistake(path, "must be an object", ""));
    for (const auto& [key, value] : object.items())
        if (std::ranges::find(known, key) == known.end()) {
            return fail(
                experimentMistake(path.empty() ? key : path + "." + key, "is not known", didYouMean(key, known)));
        }
    return {};
}

} // namespace millrace
