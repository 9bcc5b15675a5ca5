// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/ExperimentSet.h"

#include "base/Json.h"
#include "base/Text.h"
#include "session/ExperimentMistake.h"
#include "session/ExperimentSteps.h"
#include "session/KeyText.h"

#include <algorithm>
#include <optional>

namespace millrace
{
namespace
{

using nlohmann::json;

struct Assignment {
    std::vector<std::string> path; ///< "train", "epochs"
    std::string key;               ///< the same as it was written
    std::string text;
};

std::vector<std::string> splitAtPoints(const std::string& text)
{
    std::vector<std::string> parts(1);
    for (const char letter : text)
        if (letter == '.')
            parts.emplace_back();
        else
            parts.back() += letter;
    return parts;
}

Result<Assignment> parseAssignment(const std::string& text)
{
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        return fail(ErrorCode::Usage, "--set " + text + " sets nothing", "Write KEY=VALUE, for example train.epochs=5");
    const std::string key = text.substr(0, equals);
    return Assignment{splitAtPoints(key), key, text.substr(equals + 1)};
}

Error unknownKey(const std::string& path, const std::string& name, const std::vector<std::string>& known)
{
    return experimentMistake(path, "is not known", didYouMean(name, known));
}

/// The row of the key, where it is one of a step's section; else nullptr: what stands there is JSON. ErrorCode::Usage
/// for a key that is none.
Result<const SectionKey*> rowOf(const Assignment& set)
{
    const std::vector<std::string> top = experimentKeys();
    const std::string& first = set.path.front();
    if (std::ranges::find(top, first) == top.end())
        return fail(unknownKey(set.key, first, top));
    const auto step = std::ranges::find(experimentSteps(), first, &ExperimentStep::key);
    if (step == experimentSteps().end() || step->work != ExperimentStep::Work::Job || set.path.size() == 1)
        return nullptr;
    const std::vector<SectionKey>& keys = findSection(step->job)->keys;
    const auto key = std::ranges::find(keys, set.path[1], &SectionKey::name);
    if (key != keys.end())
        return &*key;
    std::vector<std::string> names;
    for (const SectionKey& each : keys)
        names.push_back(each.name);
    return fail(unknownKey(set.key, set.path[1], names));
}

/// JSON where it is some, else the text itself.
json plainValue(const std::string& text)
{
    const auto value = json::parse(text, nullptr, false);
    return value.is_discarded() ? json(text) : value;
}

Result<json> valueOf(const Assignment& set, const SectionKey* row)
{
    const bool isWhole = row != nullptr && set.path.size() == 2;
    return isWhole ? valueFromText(*row, set.text, set.key + " =") : Result<json>(plainValue(set.text));
}

Status apply(const Assignment& set, json& file)
{
    const auto row = rowOf(set);
    if (!row)
        return fail(row.error());
    json* object = &file;
    for (std::size_t i = 0; i + 1 < set.path.size(); ++i) {
        json& next = (*object)[set.path[i]];
        if (next.is_null())
            next = json::object();
        if (!next.is_object())
            return fail(experimentMistake(set.key, "cannot be set: " + set.path[i] + " is no object", "Set all of it"));
        object = &next;
    }
    if (set.text.empty()) {
        object->erase(set.path.back());
        return {};
    }
    auto value = valueOf(set, *row);
    if (!value)
        return fail(value.error());
    (*object)[set.path.back()] = std::move(*value);
    return {};
}

} // namespace

Result<Experiment> withKeysSet(const Experiment& experiment, const std::vector<std::string>& assignments)
{
    json file = toJson(experiment);
    for (const std::string& text : assignments) {
        const auto set = parseAssignment(text);
        if (!set)
            return fail(set.error());
        if (auto applied = apply(*set, file); !applied)
            return fail(applied.error());
    }
    return experimentFromJson(file);
}

} // namespace millrace
