// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/Graph.h"

#include <cmath>
#include <map>

namespace millrace
{

/// A value for a parameter of a layer that stands before `width` numbers.
inline nlohmann::json exampleValue(const ParameterInfo& info, int width)
{
    if (info.type == "integer")
        return 7;
    if (info.type == "number")
        return 0.4;
    if (info.type == "choice")
        return info.choices.front();
    if (info.type == "flag")
        return false;
    std::vector<double> numbers;
    for (int i = 0; i < width; ++i)
        numbers.push_back((info.name == "low" ? -0.5 : 0.5) + 0.25 * i);
    return numbers;
}

/// Small models that between them hold every row of the layer table with every choice and flag of its parameters, by
/// name, so that a new kind of layer is tested by itself: "dense relu". A transform stands before a hidden layer, a
/// layer behind one and, since what is first of all is handled for itself, also alone before the output (but with no
/// flag: it may be about what stands before).
inline std::map<std::string, ModelSpec> modelsOfEveryLayer(int width)
{
    constexpr int kHidden = 6;
    const LayerSpec hidden{"dense", {{"units", kHidden}, {"activation", "tanh"}}};
    const LayerSpec output{"dense", {{"units", 1}}};
    std::map<std::string, ModelSpec> models;
    const auto add = [&](const LayerKind& kind, const std::string& name, const nlohmann::json& changed,
                         bool alsoFirst = true) {
        for (const bool isFirst : {false, true}) {
            if (isFirst && !alsoFirst)
                continue;
            LayerSpec layer{kind.name};
            for (const ParameterInfo& info : kind.parameters)
                layer.parameters[info.name] = exampleValue(info, isFirst || kind.isTransform ? width : kHidden);
            layer.parameters.update(changed);
            ModelSpec model{name, {}, {}, {}};
            for (int i = 0; i < width; ++i)
                model.features.push_back("x" + std::to_string(i));
            if (kind.isTransform)
                model.preprocessing = {layer};
            if (!isFirst)
                model.layers.push_back(hidden);
            if (!kind.isTransform)
                model.layers.push_back(layer);
            model.layers.push_back(output);
            models[name + (isFirst ? ", first" : "")] = std::move(model);
        }
    };
    for (const LayerKind& kind : layerKinds()) {
        add(kind, kind.name, nlohmann::json::object());
        for (const ParameterInfo& info : kind.parameters) {
            for (const std::string& choice : info.choices)
                add(kind, kind.name + " " + choice, {{info.name, choice}});
            if (info.type == "flag")
                add(kind, kind.name + " with " + info.name, {{info.name, true}}, false);
        }
    }
    return models;
}

} // namespace millrace
