// SPDX-License-Identifier: GPL-3.0-or-later
// The built-in models: a new preset is one row.
#include "base/Text.h"
#include "model/ModelSpec.h"

#include <algorithm>

namespace millrace
{
namespace
{

LayerSpec dense(int units)
{
    return {"dense", {{"units", units}}};
}

LayerSpec denseRelu(int units)
{
    return {"dense", {{"units", units}, {"activation", "relu"}}};
}

LayerSpec dropout(double rate)
{
    return {"dropout", {{"rate", rate}}};
}

using Layers = std::vector<LayerSpec>;

/// Two hidden layers, wider for more rows, lightly regularized: what does well on tables of most kinds. Where nobody
/// knows how many rows there are, wider for wider rows.
Layers sizedByData(std::size_t inputs, std::int64_t rows)
{
    constexpr std::size_t kFew = 20, kMany = 200;
    constexpr std::int64_t kFewRows = 1000, kManyRows = 2000;
    const bool isSmall = rows < 0 ? inputs <= kFew : rows < kFewRows;
    const bool isLarge = rows < 0 ? inputs > kMany : rows >= kManyRows;
    const int units = isSmall ? 64 : isLarge ? 256 : 128;
    return {denseRelu(units), dropout(0.1), denseRelu(units), dropout(0.1)};
}

struct Preset {
    PresetInfo info;
    Layers (*hidden)(std::size_t inputs, std::int64_t rows); ///< before the last layer, which is the task's
    bool skips = false;                                      ///< the last layer takes the inputs, too
};

const std::vector<Preset>& presets()
{
    static const std::vector<Preset> rows = {
        {{"tutorial", "the tutorial's three hidden layers, with much dropout", true},
         [](std::size_t, std::int64_t) -> Layers {
             return {denseRelu(128), dropout(0.2), denseRelu(256), dropout(0.4), denseRelu(128), dropout(0.4)};
         }},
        {{"small", "one hidden layer of 32 units"},
         [](std::size_t, std::int64_t) -> Layers { return {denseRelu(32)}; }},
        {{"logistic", "no hidden layer: logistic regression, or of numbers linear regression"},
         [](std::size_t, std::int64_t) -> Layers { return {}; }},
        {{"auto", "two hidden layers, as wide as the data ask for, beside a linear model"}, sizedByData, true},
    };
    return rows;
}

} // namespace

std::vector<PresetInfo> presetTable()
{
    std::vector<PresetInfo> table;
    for (const Preset& preset : presets())
        table.push_back(preset.info);
    return table;
}

const std::string& defaultPreset()
{
    static const std::string name = "auto";
    return name;
}

bool takesRawColumns(const std::string& preset)
{
    return std::ranges::any_of(presets(),
                               [&](const Preset& each) { return each.info.name == preset && each.info.takesRaw; });
}

std::vector<std::string> presetNames()
{
    std::vector<std::string> names;
    for (const Preset& preset : presets())
        names.push_back(preset.info.name);
    return names;
}

Result<ModelSpec> presetModel(const std::string& name, std::vector<std::string> features, const Task& task,
                              const EncoderSpecs& encoders, std::int64_t rows)
{
    for (const Preset& preset : presets())
        if (preset.info.name == name) {
            ModelSpec model{name, std::move(features), {}, {}, task, encoders};
            model.layers = preset.hidden(inputNames(model).size(), rows);
            model.layers.push_back(dense(outputsOf(task)));
            if (preset.skips)
                model.layers.back().parameters["skip"] = true;
            return model;
        }
    return fail(ErrorCode::Usage, "there is no preset \"" + name + "\"", didYouMeanOneOf(name, presetNames()));
}

} // namespace millrace
