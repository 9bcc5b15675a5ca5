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

Status checkNumber(const ParameterInfo& info, const nlohmann::json& value)
{
    if (!isFinite(value))
        return wrong(info, "must be a number");
    if (info.type == "integer" && !value.is_number_integer())
        return wrong(info, "must be a whole number");
    return checkRange(info, value.get<double>());
}

bool isText(const nlohmann::json& value)
{
    return value.is_string();
}

/// `isItem` says what each value of the list must be, in the plural `items`; `check`, whether it is allowed.
Status checkList(const ParameterInfo& info, const nlohmann::json& value, bool (*isItem)(const nlohmann::json&),
                 const std::string& items, Status (*check)(const ParameterInfo&, const nlohmann::json&))
{
    if (!value.is_array() || !std::ranges::all_of(value, isItem))
        return wrong(info, "must be a list of " + items);
    for (const nlohmann::json& item : value)
        if (Status status = check(info, item); !status)
            return status;
    return {};
}

Status checkValue(const ParameterInfo& info, const nlohmann::json& value)
{
    constexpr auto kAnything = [](const ParameterInfo&, const nlohmann::json&) { return Status(); };
    if (info.type == "choice")
        return checkChoice(info, value);
    if (info.type == "choices")
        return checkList(info, value, isText, "some of: " + joined(info.choices), checkChoice);
    if (info.type == "numbers")
        return checkList(info, value, isFinite, "numbers", checkNumber);
    if (info.type == "texts")
        return checkList(info, value, isText, "texts", kAnything);
    if (info.type == "flag")
        return value.is_boolean() ? Status() : wrong(info, "must be true or false");
    if (info.type == "text")
        return value.is_string() ? Status() : wrong(info, "must be a text");
    return checkNumber(info, value);
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

/// A value that was given, or its default, checked; the members of an object with their defaults.
Result<nlohmann::json> resolveValue(const ParameterInfo& info, const nlohmann::json& value)
{
    if (value.is_null() && info.isOptional)
        return value;
    if (value.is_null())
        return wrong(info, "must be given");
    if (info.type != "object") {
        if (Status status = checkValue(info, value); !status)
            return fail(status.error());
        return value;
    }
    if (!value.is_object())
        return wrong(info, "must be an object");
    auto members = resolveParameters(info.name, info.members, value);
    if (!members)
        return fail(ErrorCode::Usage, info.name + ": " + members.error().message, members.error().advice);
    return members;
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
        const auto found = given.find(info.name);
        auto value = resolveValue(info, found == given.end() ? info.defaultValue : *found);
        if (!value)
            return fail(value.error());
        resolved[info.name] = std::move(*value);
    }
    return resolved;
}

} // namespace millrace
