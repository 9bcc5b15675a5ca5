// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Task.h"
#include "data/encoders/Encoder.h"

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
/// and yield as many numbers as its task wants: for two classes one, the logit of class 1, for more one logit each, for
/// a regression one standardized value a target. Predictions and exports make probabilities and values of them.
struct ModelSpec {
    std::string name;
    std::vector<std::string> features;    ///< the columns that it reads, in order
    std::vector<LayerSpec> preprocessing; ///< fitted transforms of the numbers (e.g. "standardize" with mean and scale)
    std::vector<LayerSpec> layers;
    Task task{};
    EncoderSpecs encoders{}; ///< of the features that are no plain numbers; their numbers go through the preprocessing
};

nlohmann::json toJson(const ModelSpec& spec);
/// What the numbers of a row are, in order: one a feature, or more where its encoder makes more. Of a model that
/// lower() takes.
std::vector<std::string> inputNames(const ModelSpec& spec);
/// The keys of its JSON.
const std::vector<std::string>& modelKeys();
/// The error names the JSON path, the unknown key or kind, and the nearest known one.
Result<ModelSpec> modelFromJson(const nlohmann::json& json);

/// A row of the table of built-in models (model/presets.cpp).
struct PresetInfo {
    std::string name; ///< "tutorial"
    std::string help;
    bool takesRaw = false; ///< every column is a number, taken as it is, unless somebody says otherwise
};
std::vector<PresetInfo> presetTable();
/// That of a training of which nobody says more: its widths follow from the data.
const std::string& defaultPreset();
/// False for a name that is none.
bool takesRawColumns(const std::string& preset);
std::vector<std::string> presetNames();
/// The model of a name, for the columns, the task and the encoders of those that are no plain numbers. rows: that there
/// are to learn, −1 where nobody knows.
Result<ModelSpec> presetModel(const std::string& name, std::vector<std::string> features, const Task& task = {},
                              const EncoderSpecs& encoders = {}, std::int64_t rows = -1);

} // namespace millrace
