// SPDX-License-Identifier: GPL-3.0-or-later
// The built-in models: a new preset is one row.
#include "base/Text.h"
#include "model/ModelSpec.h"

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

struct Preset {
    std::string name;
    std::vector<LayerSpec> layers; ///< before the last one, which is the task's
};

const std::vector<Preset>& presets()
{
    static const std::vector<Preset> rows = {
        {"tutorial", {denseRelu(128), dropout(0.2), denseRelu(256), dropout(0.4), denseRelu(128), dropout(0.4)}},
        {"small", {denseRelu(32)}},
        {"logistic", {}},
    };
    return rows;
}

} // namespace

std::vector<std::string> presetNames()
{
    std::vector<std::string> names;
    for (const Preset& preset : presets())
        names.push_back(preset.name);
    return names;
}

Result<ModelSpec> presetModel(const std::string& name, std::vector<std::string> features, const Task& task)
{
    for (const Preset& preset : presets())
        if (preset.name == name) {
            ModelSpec model{name, std::move(features), {}, preset.layers, task};
            model.layers.push_back(dense(outputsOf(task)));
            return model;
        }
    return fail(ErrorCode::Usage, "there is no preset \"" + name + "\"", didYouMeanOneOf(name, presetNames()));
}

} // namespace millrace
