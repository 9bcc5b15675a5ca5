// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/Safetensors.h"
#include "base/Files.h"
#include "base/Text.h"
#include "export/Formats.h"

namespace millrace
{

Status writeSafetensorsModel(const ModelSpec& model, const LearnerState& state, const std::filesystem::path& file)
{
    Result<Graph> graph = lowerFor(model, state);
    if (!graph)
        return fail(graph.error());
    std::vector<SafetensorsEntry> tensors;
    for (const Parameter& parameter : graph->parameters)
        tensors.push_back({parameter.name, parameter.shape, valuesOf(parameter, state)});
    return writeFileAtomically(
        file, writeSafetensors(tensors, {{"format", "pt"}, {"model", dumpJson(toJson(model))}}, false));
}

} // namespace millrace
