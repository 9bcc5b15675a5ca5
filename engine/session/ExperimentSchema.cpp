// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/ExperimentSchema.h"

#include "model/ModelSpec.h"
#include "session/Experiment.h"
#include "session/ExperimentSteps.h"
#include "session/Sections.h"

#include <algorithm>

namespace millrace
{
namespace
{

using nlohmann::json;
using Type = SectionKey::Type;

/// null stands for the default.
json typesOf(const SectionKey& key)
{
    switch (key.type) {
    case Type::Integer:
        return {"integer", "null"};
    case Type::Number:
        return {"number", "null"};
    case Type::Flag:
        return {"boolean", "null"};
    case Type::Object:
        return key.defaultValue.is_string() ? json{"object", "string", "null"} : json{"object", "null"};
    case Type::Text:
        break;
    }
    return {"string", "integer", "null"};
}

json keySchema(const SectionKey& key)
{
    json schema = {{"description", key.help}, {"type", typesOf(key)}};
    if (!key.choices.empty()) {
        schema.erase("type");
        schema["enum"] = key.choices;
        schema["enum"].push_back(nullptr);
    }
    if (!key.offered.empty() && key.type == Type::Text)
        schema["examples"] = key.offered;
    if (!key.defaultValue.is_null())
        schema["default"] = key.defaultValue;
    if (key.minimum > -kNoBound)
        schema["minimum"] = key.minimum;
    if (key.maximum < kNoBound)
        schema["maximum"] = key.maximum;
    return schema;
}

json closedObject(json properties, const json& required = json::array())
{
    json schema = {{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
    if (!required.empty())
        schema["required"] = required;
    return schema;
}

/// What a step takes from elsewhere need not be said: a file that was read, the run of a training.
bool comesFromElsewhere(const ExperimentStep& step, const SectionKey& key)
{
    return (step.fromExperiment != nullptr && key.name == "file") || (!step.runOf.empty() && key.name == "run");
}

json sectionSchema(const ExperimentStep& step)
{
    const Section& section = *findSection(step.job);
    json properties = json::object(), required = json::array();
    for (const SectionKey& key : section.keys) {
        properties[key.name] = keySchema(key);
        if (key.required && !comesFromElsewhere(step, key))
            required.push_back(key.name);
    }
    json schema = closedObject(std::move(properties), required);
    schema["description"] = section.help;
    return schema;
}

json clusterSchema()
{
    const json texts = {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}};
    return {{"description", "where: the local Kafka, or another by its brokers"},
            {"anyOf",
             {{{"const", "local"}},
              closedObject({{"local", {{"type", "boolean"}}},
                            {"brokers", {{"type", "string"}}},
                            {"port", {{"type", "integer"}, {"minimum", 0}, {"maximum", 65535}}},
                            {"properties", texts}})}}};
}

json topicsSchema()
{
    const json topic =
        closedObject({{"name", {{"type", "string"}}}, {"partitions", {{"type", "integer"}, {"minimum", 1}}}}, {"name"});
    return {{"description", "topics to make"}, {"type", "array"}, {"items", topic}};
}

json modelSchema()
{
    json properties = {{"preset", {{"enum", presetNames()}}}};
    for (const std::string& key : modelKeys())
        properties[key] = json::object();
    json schema = closedObject(std::move(properties));
    schema["description"] = "what is trained: a preset, or a model";
    return schema;
}

json stepSchema(const ExperimentStep& step)
{
    switch (step.work) {
    case ExperimentStep::Work::Cluster:
        return clusterSchema();
    case ExperimentStep::Work::Topics:
        return topicsSchema();
    case ExperimentStep::Work::Exports:
        return {{"type", "array"}, {"items", sectionSchema(step)}};
    case ExperimentStep::Work::Job:
        break;
    }
    return sectionSchema(step);
}

} // namespace

json experimentSchema()
{
    json seed = keySchema(sectionKey("train", "seed"));
    seed["type"] = "integer";
    seed["description"] = "of all steps that name none";
    json properties = {{"$schema", {{"type", "string"}, {"description", "this schema, for editors"}}},
                       {"millrace", {{"const", 1}, {"description", "the version of the format"}}},
                       {"name", {{"type", "string"}}},
                       {"seed", std::move(seed)},
                       {"model", modelSchema()}};
    for (const ExperimentStep& step : experimentSteps())
        properties[step.key] = stepSchema(step);
    json schema = closedObject(std::move(properties), {"millrace"});
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    schema["title"] = "Millrace experiment";
    return schema;
}

} // namespace millrace
