// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Json.h"
#include "base/Text.h"
#include "data/splits/SplitSpec.h"
#include "session/Sections.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

using Type = SectionKey::Type;

Error usage(const std::string& path, const std::string& what, const std::string& advice)
{
    return {ErrorCode::Usage, path + " " + what, advice, false};
}

/// What must be given, or what takes its place.
Error missingKey(const Section& section, const SectionKey& key)
{
    const std::string path = section.name + "." + key.name;
    if (key.unless.empty())
        return usage(path, "is missing", "Give it: " + key.help);
    const std::string other = section.name + "." + key.unless;
    return usage(path, "is missing, and " + other + " too",
                 "Give " + path + ", " + key.help + "; or " + other + ", " + sectionKey(section.name, key.unless).help);
}

std::string numberText(double value)
{
    return value == static_cast<double>(static_cast<std::int64_t>(value))
               ? formatCount(static_cast<std::int64_t>(value))
               : shortestDecimal(value);
}

/// What is no number at all is outside of each range, though no comparison says so.
Status checkRange(const std::string& path, const SectionKey& key, double given)
{
    if (std::isfinite(given) && given >= key.minimum && given <= key.maximum)
        return {};
    std::string range = "must be a finite number";
    if (key.minimum > -kNoBound && key.maximum < kNoBound)
        range = "must be from " + numberText(key.minimum) + " to " + numberText(key.maximum);
    else if (key.minimum > -kNoBound)
        range = "must be a number of at least " + numberText(key.minimum);
    else if (key.maximum < kNoBound)
        range = "must be a number of at most " + numberText(key.maximum);
    return fail(usage(path, range, key.help));
}

Status checkValue(const std::string& path, const SectionKey& key, const nlohmann::json& value)
{
    if (key.type == Type::Object) {
        const bool mayBeNamed = key.defaultValue.is_string(); // a schema
        return value.is_object() || (mayBeNamed && value.is_string())
                   ? Status{}
                   : fail(usage(path, "must be an object", "It is " + key.help));
    }
    if (key.type == Type::Text) {
        if (!value.is_string() && !value.is_number_integer())
            return fail(usage(path, "must be a text", key.help));
        const std::string given = asText(value);
        if (!key.choices.empty() && std::ranges::find(key.choices, given) == key.choices.end())
            return fail(usage(path, "cannot be '" + given + "'", "It is one of: " + joined(key.choices)));
        if (key.form == nullptr)
            return {};
        if (auto formed = key.form(given); !formed)
            return fail(usage(path + ":", formed.error().message, formed.error().advice));
        return {};
    }
    if (key.type == Type::Flag)
        return value.is_boolean() ? Status{} : fail(usage(path, "must be true or false", key.help));
    if (!value.is_number() || (key.type == Type::Integer && !value.is_number_integer()))
        return fail(usage(path, key.type == Type::Integer ? "must be a whole number" : "must be a number", key.help));
    return checkRange(path, key, value.get<double>());
}

bool saysNothing(const nlohmann::json& value)
{
    return value.is_null() || value == "" || value == false;
}

/// Whether somebody gave this key. What was resolved before holds each key: there a default says nothing.
bool isGiven(const Section& section, const SectionKey& key, const nlohmann::json& given)
{
    if (saysNothing(given.value(key.name, nlohmann::json())))
        return false;
    const bool byHand = given.size() < section.keys.size();
    return byHand || given[key.name] != key.defaultValue;
}

/// Two keys of which the one takes the other's place.
Status checkOneOf(const Section& section, const nlohmann::json& given, const char* one, const char* other)
{
    for (const char* name : {one, other})
        if (!isGiven(section, sectionKey(section.name, name), given))
            return {};
    return fail(usage(section.name + "." + one, "is given, and " + section.name + "." + other + " with it",
                      "Leave out one of them"));
}

Status checkTwoTopics(const Section& section, const nlohmann::json& resolved, const char* one, const char* other,
                      const std::string& advice)
{
    if (resolved[one] != resolved[other] || resolved[one].is_null())
        return {};
    return fail(usage(section.name + "." + one,
                      "and " + section.name + "." + other + " are both " + asText(resolved[one]), advice));
}

/// Column, last rows and file belong to kinds of split of their own.
Status checkSplit(const Section& section, const nlohmann::json& given)
{
    const std::string kind = textIn(given, "split", infoOf(SplitKind::Random).name);
    const SplitKindInfo* info = splitKind(kind);
    const auto has = [&](const char* key) { return isGiven(section, sectionKey("publish", key), given); };
    const bool needsColumn = info != nullptr && info->needsColumn;
    if (needsColumn && !has("split-column"))
        return fail(usage("publish.split", "is " + kind + ", and publish.split-column is missing",
                          "Name the column that the split goes by"));
    if (!needsColumn && has("split-column"))
        return fail(usage("publish.split-column", "is of no use: publish.split is " + kind,
                          "Give publish.split as time, group or column, or leave this out"));
    struct Own {
        const char* key;
        SplitKind kind;
    };
    for (const Own& own : {Own{"test-last", SplitKind::Last}, Own{"test-file", SplitKind::File}}) {
        const std::string& name = infoOf(own.kind).name;
        if (kind == name && !has(own.key))
            return fail(usage("publish.split", "is " + name + ", and publish." + own.key + " is missing",
                              "Give it: " + sectionKey("publish", own.key).help));
        if (kind != name && kind != infoOf(SplitKind::Random).name && has(own.key))
            return fail(usage(std::string("publish.") + own.key, "is of no use: publish.split is " + kind,
                              "Leave out one of them"));
    }
    if (auto one = checkOneOf(section, given, "test-last", "test-file"); !one)
        return one;
    for (const char* other : {"test-last", "test-file"})
        if (auto one = checkOneOf(section, given, other, "test-fraction"); !one)
            return one;
    if (info != nullptr && !info->takesShare && has("test-fraction"))
        return fail(usage("publish.test-fraction", "is of no use: publish.split is " + kind, "Leave out one of them"));
    return {};
}

Status checkPublication(const Section& section, const nlohmann::json& given, const nlohmann::json& resolved)
{
    if (isGiven(section, sectionKey("publish", "key"), given) && textIn(given, "key") == "label" &&
        textIn(given, "label") == "none")
        return fail(usage("publish.key", "is label, and publish.label is none: there is no label to be the key",
                          "Leave one of them out, or take another key: none, row, or a column's name"));
    if (flagIn(given, "resume") && textIn(given, "existing") == "replace")
        return fail(usage("publish.existing", "is replace, and publish.resume goes on with what is there",
                          "Leave out one of them"));
    if (auto split = checkSplit(section, given); !split)
        return split;
    return checkTwoTopics(section, resolved, "topic", "test-topic", "Give them different names");
}

/// Whoever says what counts for nothing meant something else. A run that goes on has the configuration that it began
/// with, whatever that was.
Status checkConsistent(const Section& section, const nlohmann::json& given, const nlohmann::json& resolved)
{
    for (const char* again : {"resume", "reproduce"})
        if (section.name != "publish" && !textIn(given, again).empty())
            return {};
    for (const SectionKey& key : section.keys) {
        if (key.needs.empty() || !saysNothing(resolved[key.needs]))
            continue;
        if (isGiven(section, key, given))
            return fail(usage(section.name + "." + key.name,
                              "is of no use: " + section.name + "." + key.needs + " is missing",
                              "Give that too, or leave this out"));
    }
    for (const SectionKey& key : section.keys)
        if (!key.unless.empty() && !saysNothing(resolved[key.unless]) && isGiven(section, key, given))
            return fail(usage(section.name + "." + key.name, "is of no use beside " + section.name + "." + key.unless,
                              "Leave out one of them"));
    if (section.name == "publish")
        return checkPublication(section, given, resolved);
    if (section.name == "train")
        return checkOneOf(section, given, "preset", "model");
    if (section.name == "predict")
        return checkTwoTopics(section, resolved, "to", "topic", "Predictions go to a topic of their own");
    if (section.name == "online")
        return checkTwoTopics(section, resolved, "label-topic", "topic", "Labels come on a topic of their own");
    return {};
}

} // namespace

Status checkNumber(const std::string& section, const std::string& key, double value)
{
    return checkRange(section + "." + key, sectionKey(section, key), value);
}

Result<nlohmann::json> resolveSection(const std::string& name, const nlohmann::json& given)
{
    const Section* section = findSection(name);
    return section == nullptr ? fail(usage(name, "is not a section", "")) : resolveSection(*section, given);
}

Result<nlohmann::json> resolveSection(const Section& section, const nlohmann::json& given)
{
    const std::string& name = section.name;
    if (!given.is_object())
        return fail(usage(name, "must be an object", ""));
    std::vector<std::string> names;
    for (const SectionKey& key : section.keys)
        names.push_back(key.name);
    for (const auto& [key, value] : given.items())
        if (std::ranges::find(names, key) == names.end()) {
            return fail(
                usage(name + "." + key, "is not known", didYouMean(key, names, "See: millrace " + name + " --help")));
        }
    nlohmann::json resolved = nlohmann::json::object();
    for (const SectionKey& key : section.keys) {
        const auto value = given.find(key.name);
        const bool isEmpty = value != given.end() && value->is_string() && value->get_ref<const std::string&>().empty();
        if (value == given.end() || value->is_null() || (key.required && isEmpty)) {
            if (key.required && (key.unless.empty() || saysNothing(given.value(key.unless, nlohmann::json()))))
                return fail(missingKey(section, key));
            resolved[key.name] = key.defaultValue;
            continue;
        }
        if (auto checked = checkValue(name + "." + key.name, key, *value); !checked)
            return fail(checked.error());
        resolved[key.name] = key.type == Type::Text ? nlohmann::json(asText(*value)) : *value;
    }
    if (auto consistent = checkConsistent(section, given, resolved); !consistent)
        return fail(consistent.error());
    return resolved;
}

std::string asText(const nlohmann::json& value)
{
    return value.is_string() ? value.get<std::string>() : dumpJson(value);
}

bool needsBroker(const Section& section, const nlohmann::json& resolved)
{
    const bool toFile = section.name == "simulate" && !resolved["out"].is_null();
    const bool ofFile = (section.name == "predict" || section.name == "evaluate") && !resolved["data"].is_null();
    return section.onBroker && !toFile && !ofFile;
}

} // namespace millrace
