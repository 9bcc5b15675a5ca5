// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Task.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace millrace
{

/// One layer as data: its kind (a row of the layer table) and the parameters that differ from the row's defaults.
struct LayerSpec {
    std::string kind;
    nlohmann::json parameters = nlohmann::json::object();
};

/// A model as data: what the window edits, experiment files hold and checkpoints carry. The last layer must be linear
/// and yield as many numbers as its task wants: for two classes one, the logit of class 1; predictions and exports put
/// the sigmoid behind it.
struct ModelSpec {
    std::string name;
    std::vector<std::string> features;    ///< names of the inputs, in order; their count is the input width
    std::vector<LayerSpec> preprocessing; ///< fitted transforms (e.g. "standardize" with mean and scale), applied first
    std::vector<LayerSpec> layers;
    Task task{};
};

nlohmann::json toJson(const ModelSpec& spec);
/// The keys of its JSON.
const std::vector<std::string>& modelKeys();
/// The error names the JSON path, the unknown key or kind, and the nearest known one.
Result<ModelSpec> modelFromJson(const nlohmann::json& json);

/// Names of the built-in models ("tutorial", "logistic", …) and the model of a name, for the given inputs and the task.
std::vector<std::string> presetNames();
Result<ModelSpec> presetModel(const std::string& name, std::vector<std::string> features, const Task& task = {});

} // namespace millrace
