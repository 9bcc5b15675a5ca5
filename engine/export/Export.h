// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "train/Checkpoint.h"

namespace millrace
{

/// A row of the exporter table (export/registry.cpp).
struct ExportFormat {
    std::string name;      ///< "torchscript"
    std::string extension; ///< ".pt"
    std::string help;
    Status (*write)(const ModelSpec& model, const LearnerState& state, const std::filesystem::path& file);
};
const std::vector<ExportFormat>& exportFormats();

/// Writes a trained model: features in [rows, inputs], preprocessing inside. Out come of two classes the probability of
/// class 1 [rows, 1], of more that of each [rows, classes], of a regression the values in their units [rows, targets].
/// The error of an unknown format names the known ones.
Status exportModel(const ModelSpec& model, const LearnerState& state, const std::string& format,
                   const std::filesystem::path& file);

/// The TorchScript of a model: forward(self, x: Tensor) -> Tensor over attributes named as Graph::parameters with '.'
/// replaced by '_'.
std::string torchScriptSource(const Graph& graph);

} // namespace millrace
