// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Text.h"
#include "model/LayerTable.h"

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

std::string join(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::string didYouMean(const std::string& word, const std::vector<std::string>& known)
{
    const std::string nearest = nearestWord(word, known);
    return nearest.empty() ? "Known are: " + join(known) : "Did you mean \"" + nearest + "\"?";
}

Status checkChoice(const ParameterInfo& info, const nlohmann::json& value)
{
    if (!value.is_string())
        return wrong(info, "must be one of: " + join(info.choices));
    const auto word = value.get<std::string>();
    if (std::ranges::find(info.choices, word) != info.choices.end())
        return {};
    return fail(ErrorCode::Usage, info.name + " cannot be \"" + word + "\", only one of: " + join(info.choices),
                didYouMean(word, info.choices));
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

Status checkKnown(const LayerKind& kind, const nlohmann::json& given)
{
    std::vector<std::string> known;
    for (const ParameterInfo& info : kind.parameters)
        known.push_back(info.name);
    for (const auto& [key, value] : given.items()) {
        if (std::ranges::find(known, key) != known.end())
            continue;
        const std::string advice = known.empty() ? kind.name + " has no parameters" : didYouMean(key, known);
        return fail(ErrorCode::Usage, "unknown parameter \"" + key + "\"", advice);
    }
    return {};
}

} // namespace

Result<nlohmann::json> resolveParameters(const LayerKind& kind, const nlohmann::json& given)
{
    if (!given.is_object())
        return fail(ErrorCode::Usage, "the parameters must be a JSON object");
    if (Status status = checkKnown(kind, given); !status)
        return fail(status.error());
    nlohmann::json resolved = nlohmann::json::object();
    for (const ParameterInfo& info : kind.parameters) {
        const nlohmann::json value = given.value(info.name, info.defaultValue);
        if (value.is_null())
            return wrong(info, "must be given");
        if (Status status = checkValue(info, value); !status)
            return fail(status.error());
        resolved[info.name] = value;
    }
    return resolved;
}

std::string layerTitle(const LayerSpec& layer, std::size_t index, bool isTransform)
{
    return (isTransform ? "transform " : "layer ") + std::to_string(index + 1) + ", " + layer.kind;
}

Result<const LayerRow*> requireLayerRow(const LayerSpec& layer, std::size_t index, bool isTransform)
{
    const LayerRow* row = findLayerRow(layer.kind);
    if (row != nullptr && row->kind.isTransform == isTransform)
        return row;
    std::vector<std::string> known;
    for (const LayerKind& kind : layerKinds())
        if (kind.isTransform == isTransform)
            known.push_back(kind.name);
    const std::string place = (isTransform ? "transform " : "layer ") + std::to_string(index + 1);
    return fail(ErrorCode::Usage, place + ": there is no kind \"" + layer.kind + "\"", didYouMean(layer.kind, known));
}

} // namespace millrace
