// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Text.h"
#include "model/LayerTable.h"

#include <cctype>

namespace millrace
{
namespace
{

/// "Dense 128 relu": the kind and the parameters that differ from their defaults.
std::string layerLabel(const LayerSpec& layer, const LayerKind& kind)
{
    std::string label = kind.name;
    label[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(label[0])));
    for (const ParameterInfo& info : kind.parameters) {
        const nlohmann::json value = layer.parameters.value(info.name, info.defaultValue);
        if (value.is_string() && value != info.defaultValue)
            label += " " + value.get<std::string>();
        else if (value == true)
            label += " " + info.name;
        else if (value.is_number())
            label += " " + dumpJson(value);
    }
    return label;
}

} // namespace

Result<std::vector<SummaryRow>> summarize(const ModelSpec& spec)
{
    Result<Graph> graph = lower(spec);
    if (!graph)
        return fail(graph.error());
    std::vector<SummaryRow> rows;
    for (const LayerSpec& layer : spec.layers)
        rows.push_back({layerLabel(layer, findLayerRow(layer.kind)->kind), {}, 0});
    for (const Op& op : graph->ops) {
        if (op.layer < 0)
            continue;
        SummaryRow& row = rows[static_cast<std::size_t>(op.layer)];
        row.output = std::to_string(op.outputs);
        for (const int parameter : {op.weight, op.bias, op.skip})
            if (parameter >= 0)
                row.parameters += graph->parameters[static_cast<std::size_t>(parameter)].count();
    }
    return rows;
}

} // namespace millrace
