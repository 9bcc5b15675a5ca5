// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/Parameters.h"

#include "base/Text.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

tl::unexpected<Error> wrong(const ParameterInfo& info, const std::string& what)
{
    return fail(ErrorCode::Usage, info.name + " " + what, info.help);
}

Status checkRange(const ParameterInfo& info, double value)
{
    if (info.minimum.is_number() && value < info.minimum.get<double>())
        return wrong(info, "must be at least " + dumpJson(info.minimum));
    if (info.maximum.is_number() && value > info.maximum.get<double>())
        return wrong(info, "must be at most " + dumpJson(info.maximum));
    return {};
}

bool isFinite(const nlohmann::json& value)
{
    return value.is_number() && std::isfinite(value.get<double>());
}

Status checkChoice(const ParameterInfo& info, const nlohmann::json& value)
{
    if (!value.is_string())
        return wrong(info, "must be one of: " + joined(info.choices));
    const auto word = value.get<std::string>();
    if (std::ranges::find(info.choices, word) != info.choices.end())
        return {};
    return fail(ErrorCode::Usage, info.name + " cannot be \"" + word + "\", only one of: " + joined(info.choices),
                didYouMeanOneOf(word, info.choices));
}

Status checkValue(const ParameterInfo& info, const nlohmann::json& value)
{
    if (info.type == "choice")
        return checkChoice(info, value);
    if (info.type == "numbers") {
        if (!value.is_array() || !std::ranges::all_of(value, isFinite))
            return wrong(info, "must be a list of numbers");
        return {};
    }
    if (!isFinite(value))
        return wrong(info, "must be a number");
    if (info.type == "integer" && !value.is_number_integer())
        return wrong(info, "must be a whole number");
    return checkRange(info, value.get<double>());
}

Status checkKnown(const std::string& kind, const std::vector<ParameterInfo>& known, const nlohmann::json& given)
{
    std::vector<std::string> names;
    for (const ParameterInfo& info : known)
        names.push_back(info.name);
    for (const auto& [key, value] : given.items()) {
        if (std::ranges::find(names, key) != names.end())
            continue;
        return fail(ErrorCode::Usage, "unknown parameter \"" + key + "\"",
                    names.empty() ? kind + " has no parameters" : didYouMeanOneOf(key, names));
    }
    return {};
}

} // namespace

Result<nlohmann::json> resolveParameters(const std::string& kind, const std::vector<ParameterInfo>& known,
                                         const nlohmann::json& given)
{
    if (!given.is_object())
        return fail(ErrorCode::Usage, "the parameters must be a JSON object");
    if (Status status = checkKnown(kind, known, given); !status)
        return fail(status.error());
    nlohmann::json resolved = nlohmann::json::object();
    for (const ParameterInfo& info : known) {
        const nlohmann::json value = given.value(info.name, info.defaultValue);
        if (value.is_null())
            return wrong(info, "must be given");
        if (Status status = checkValue(info, value); !status)
            return fail(status.error());
        resolved[info.name] = value;
    }
    return resolved;
}

} // namespace millrace
