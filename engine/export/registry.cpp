// SPDX-License-Identifier: GPL-3.0-or-later
// The exporter table: a new format is one file that makes a write function, and one row here.
#include "base/Text.h"
#include "export/Formats.h"

namespace millrace
{

const std::vector<ExportFormat>& exportFormats()
{
    static const std::vector<ExportFormat> formats = {
        {"torchscript", ".pt", "For torch.jit.load in Python or C++: features in, probabilities or values out",
         writeTorchScriptModel},
        {"safetensors", ".safetensors", "The weights by name, with the model's description in the metadata",
         writeSafetensorsModel},
        {"spec", ".json", "The model's description without weights, as experiment files hold it", writeSpec},
    };
    return formats;
}

Result<Graph> lowerFor(const ModelSpec& model, const LearnerState& state)
{
    Result<Graph> graph = lower(model);
    if (graph && static_cast<std::int64_t>(state.weights.size()) != graph->parameterCount)
        return fail(ErrorCode::BadData, "the model has " + formatCount(graph->parameterCount) +
                                            " parameters, but there are " +
                                            formatCount(static_cast<std::int64_t>(state.weights.size())) + " weights");
    return graph;
}

std::span<const float> valuesOf(const Parameter& parameter, const LearnerState& state)
{
    return std::span(state.weights)
        .subspan(static_cast<std::size_t>(parameter.offset), static_cast<std::size_t>(parameter.count()));
}

Status exportModel(const ModelSpec& model, const LearnerState& state, const std::string& format,
                   const std::filesystem::path& file)
{
    std::vector<std::string> names;
    for (const ExportFormat& row : exportFormats()) {
        if (row.name == format)
            return row.write(model, state, file);
        names.push_back(row.name);
    }
    return fail(ErrorCode::Usage, "there is no export format \"" + format + "\", only " + joined(names),
                didYouMean(format, names));
}

} // namespace millrace
