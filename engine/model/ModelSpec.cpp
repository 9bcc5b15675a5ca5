// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ModelSpec.h"

#include "base/Text.h"
#include "model/LayerTable.h"

#include <algorithm>

namespace millrace
{
namespace
{

nlohmann::json entryOf(const std::string& kind, const nlohmann::json& parameters)
{
    nlohmann::json entry = parameters.is_object() ? parameters : nlohmann::json::object();
    entry["kind"] = kind;
    return entry;
}

nlohmann::json layersToJson(const std::vector<LayerSpec>& layers)
{
    nlohmann::json list = nlohmann::json::array();
    for (const LayerSpec& layer : layers)
        list.push_back(entryOf(layer.kind, layer.parameters));
    return list;
}

nlohmann::json encodersToJson(const EncoderSpecs& encoders)
{
    nlohmann::json object = nlohmann::json::object();
    for (const auto& [column, encoder] : encoders)
        object[column] = entryOf(encoder.kind, encoder.parameters);
    return object;
}

tl::unexpected<Error> wrong(const std::string& path, const std::string& what, const std::string& advice = {})
{
    return fail(ErrorCode::Usage, (path.empty() ? "/" : path) + ": " + what, advice);
}

Status checkKeys(const nlohmann::json& json)
{
    for (const auto& [key, value] : json.items()) {
        if (std::ranges::find(modelKeys(), key) != modelKeys().end())
            continue;
        return wrong("/" + key, "unknown key", didYouMeanOneOf(key, modelKeys()));
    }
    return {};
}

Result<std::vector<std::string>> featuresFromJson(const nlohmann::json& json)
{
    if (!json.is_array())
        return wrong("/features", "must be a list of column names");
    std::vector<std::string> features;
    for (const nlohmann::json& name : json) {
        if (!name.is_string())
            return wrong("/features/" + std::to_string(features.size()), "must be the name of a column");
        features.push_back(name.get<std::string>());
    }
    return features;
}

Result<EncoderSpecs> encodersFromJson(const nlohmann::json& json)
{
    if (!json.is_object())
        return wrong("/encoders", "must be an object of encoders by column");
    EncoderSpecs encoders;
    for (const auto& [column, entry] : json.items()) {
        if (!entry.is_object() || !entry.contains("kind") || !entry["kind"].is_string())
            return wrong("/encoders/" + column, "must be an object with the kind of the encoder");
        EncoderSpec encoder{entry["kind"].get<std::string>(), entry};
        encoder.parameters.erase("kind");
        encoders.emplace(column, std::move(encoder));
    }
    return encoders;
}

Result<LayerSpec> layerFromJson(const nlohmann::json& json, const std::string& path, std::size_t index,
                                bool isTransform)
{
    if (!json.is_object() || !json.contains("kind") || !json["kind"].is_string())
        return wrong(path, "must be an object with the kind of the layer",
                     R"(For example {"kind": "dense", "units": 32})");
    LayerSpec layer{json["kind"].get<std::string>(), json};
    layer.parameters.erase("kind");
    Result<const LayerRow*> row = requireLayerRow(layer, index, isTransform);
    if (!row)
        return wrong(path + "/kind", row.error().message, row.error().advice);
    // Before the fit a transform has no numbers yet, so they may be missing here; lower() asks for them.
    if (isTransform && layer.parameters.empty())
        return layer;
    if (Result<nlohmann::json> resolved =
            resolveParameters((*row)->kind.name, (*row)->kind.parameters, layer.parameters);
        !resolved)
        return wrong(path, layerTitle(layer, index, isTransform) + ": " + resolved.error().message,
                     resolved.error().advice);
    return layer;
}

Result<std::vector<LayerSpec>> layersFromJson(const nlohmann::json& json, const std::string& key)
{
    const nlohmann::json list = json.value(key, nlohmann::json::array());
    if (!list.is_array())
        return wrong("/" + key, "must be a list of layers");
    std::vector<LayerSpec> layers;
    for (const nlohmann::json& entry : list) {
        const std::string path = "/" + key + "/" + std::to_string(layers.size());
        Result<LayerSpec> layer = layerFromJson(entry, path, layers.size(), key == "preprocessing");
        if (!layer)
            return fail(layer.error());
        layers.push_back(std::move(*layer));
    }
    return layers;
}

} // namespace

const std::vector<std::string>& modelKeys()
{
    static const std::vector<std::string> keys = {"name", "task", "features", "encoders", "preprocessing", "layers"};
    return keys;
}

nlohmann::json toJson(const ModelSpec& spec)
{
    nlohmann::json json = {{"name", spec.name},
                           {"task", toJson(spec.task)},
                           {"features", spec.features},
                           {"layers", layersToJson(spec.layers)}};
    if (!spec.encoders.empty())
        json["encoders"] = encodersToJson(spec.encoders);
    if (!spec.preprocessing.empty())
        json["preprocessing"] = layersToJson(spec.preprocessing);
    return json;
}

std::vector<std::string> inputNames(const ModelSpec& spec)
{
    auto encoder = RowEncoder::make(spec.features, spec.encoders);
    return encoder ? encoder->names() : spec.features;
}

Result<ModelSpec> modelFromJson(const nlohmann::json& json)
{
    if (!json.is_object())
        return wrong("", "the model must be a JSON object");
    if (Status status = checkKeys(json); !status)
        return fail(status.error());
    ModelSpec spec;
    if (json.contains("name") && !json["name"].is_string())
        return wrong("/name", "must be a text");
    spec.name = json.value("name", "");
    Result<Task> task = taskFromJson(json.value("task", nlohmann::json()));
    if (!task)
        return wrong("/task", task.error().message, task.error().advice);
    spec.task = *task;
    Result<std::vector<std::string>> features = featuresFromJson(json.value("features", nlohmann::json::array()));
    if (!features)
        return fail(features.error());
    spec.features = std::move(*features);
    auto encoders = encodersFromJson(json.value("encoders", nlohmann::json::object()));
    if (!encoders)
        return fail(encoders.error());
    spec.encoders = std::move(*encoders);
    // A model without features is not whole yet, and whoever needs it whole says so.
    if (auto inputs = RowEncoder::make(spec.features, spec.encoders); !inputs && !spec.features.empty())
        return wrong("/encoders", inputs.error().message, inputs.error().advice);
    for (auto [key, target] : {std::pair{"preprocessing", &spec.preprocessing}, std::pair{"layers", &spec.layers}}) {
        Result<std::vector<LayerSpec>> layers = layersFromJson(json, key);
        if (!layers)
            return fail(layers.error());
        *target = std::move(*layers);
    }
    return spec;
}

} // namespace millrace
