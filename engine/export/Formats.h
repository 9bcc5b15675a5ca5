// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "export/Export.h"

namespace millrace
{

Status writeTorchScriptModel(const ModelSpec& model, const LearnerState& state, const std::filesystem::path& file);
Status writeSafetensorsModel(const ModelSpec& model, const LearnerState& state, const std::filesystem::path& file);
Status writeSpec(const ModelSpec& model, const LearnerState& state, const std::filesystem::path& file);

/// The graph of the model, when the state's weights are as many as it has parameters.
Result<Graph> lowerFor(const ModelSpec& model, const LearnerState& state);

/// A parameter's numbers within the flat weights.
std::span<const float> valuesOf(const Parameter& parameter, const LearnerState& state);

} // namespace millrace
