// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/LayerTable.h"

#include <algorithm>

namespace millrace
{

std::int64_t Parameter::count() const
{
    std::int64_t product = 1;
    for (const std::int64_t extent : shape)
        product *= extent;
    return product;
}

GraphBuilder::GraphBuilder(int inputs) : m_width(inputs)
{
    m_graph.inputs = inputs;
}

Op& GraphBuilder::append(OpKind kind)
{
    Op op;
    op.kind = kind;
    op.inputs = op.outputs = m_width;
    op.layer = m_layer;
    return m_graph.ops.emplace_back(std::move(op));
}

int GraphBuilder::addParameter(const std::string& name, std::vector<std::int64_t> shape)
{
    std::string prefix = "layers." + std::to_string(m_layer) + ".";
    Parameter parameter{prefix + name, std::move(shape), m_graph.parameterCount};
    m_graph.parameterCount += parameter.count();
    m_graph.parameters.push_back(std::move(parameter));
    return static_cast<int>(m_graph.parameters.size()) - 1;
}

void GraphBuilder::affine(std::vector<float> scale, std::vector<float> shift)
{
    Op& op = append(OpKind::Affine);
    op.scale = std::move(scale);
    op.shift = std::move(shift);
}

void GraphBuilder::linear(int outputs)
{
    Op& op = append(OpKind::Linear);
    op.outputs = outputs;
    op.weight = addParameter("weight", {outputs, m_width});
    op.bias = addParameter("bias", {outputs});
    m_width = outputs;
}

void GraphBuilder::clip(std::vector<float> low, std::vector<float> high)
{
    Op& op = append(OpKind::Clip);
    op.low = std::move(low);
    op.high = std::move(high);
}

bool GraphBuilder::skip()
{
    const auto first = std::ranges::find(m_graph.ops, OpKind::Linear, &Op::kind);
    Op& op = m_graph.ops.back();
    if (&*first == &op)
        return false;
    op.skipInputs = first->inputs;
    op.skip = addParameter("skip", {op.outputs, op.skipInputs});
    return true;
}

void GraphBuilder::activation(OpKind kind)
{
    append(kind);
}

void GraphBuilder::dropout(float rate)
{
    append(OpKind::Dropout).rate = rate;
}

namespace
{

Status lowerLayer(const LayerSpec& layer, std::size_t index, bool isTransform, GraphBuilder& builder)
{
    Result<const LayerRow*> row = requireLayerRow(layer, index, isTransform);
    if (!row)
        return fail(row.error());
    builder.beginLayer(isTransform ? -1 : static_cast<int>(index));
    Result<nlohmann::json> parameters = resolveParameters((*row)->kind.name, (*row)->kind.parameters, layer.parameters);
    Status status = parameters ? (*row)->lower(*parameters, builder) : Status(fail(parameters.error()));
    if (!status)
        status.error().message = layerTitle(layer, index, isTransform) + ": " + status.error().message;
    return status;
}

Status checkEnd(const ModelSpec& spec, const Graph& graph)
{
    const TaskInfo& task = infoOf(spec.task);
    const int outputs = outputsOf(spec.task);
    const std::string advice = "End with a dense layer of width " + std::to_string(outputs) +
                               " and no activation: a model of the task " + task.name + " " + task.help;
    const std::string title = layerTitle(spec.layers.back(), spec.layers.size() - 1, false);
    const Op& last = graph.ops.back();
    if (last.outputs != outputs)
        return fail(ErrorCode::Usage,
                    title + ": the last layer must yield as many numbers as the task wants, " +
                        std::to_string(outputs) + ", but yields " + std::to_string(last.outputs),
                    advice);
    if (last.kind != OpKind::Linear)
        return fail(ErrorCode::Usage, title + ": the last layer must yield plain numbers", advice);
    return {};
}

/// A regression is learnt on (value − mean) / scale, and told in the target's unit.
void restoreUnits(const Task& task, GraphBuilder& builder)
{
    if (task.kind != TaskKind::Regression)
        return;
    std::vector<float> scale, shift;
    for (const Target& target : task.targets) {
        scale.push_back(static_cast<float>(target.scale));
        shift.push_back(static_cast<float>(target.mean));
    }
    builder.beginLayer(-1);
    builder.affine(std::move(scale), std::move(shift));
}

} // namespace

Result<Graph> lower(const ModelSpec& spec)
{
    if (spec.features.empty())
        return fail(ErrorCode::Usage, "the model has no features", "Name at least one input column");
    if (spec.layers.empty())
        return fail(ErrorCode::Usage, "the model has no layers", "Add a dense layer of 1 unit, or start from a preset");
    const auto inputs = RowEncoder::make(spec.features, spec.encoders);
    if (!inputs)
        return fail(inputs.error());
    GraphBuilder builder(static_cast<int>(inputs->names().size()));
    for (std::size_t index = 0; index < spec.preprocessing.size(); ++index)
        if (Status status = lowerLayer(spec.preprocessing[index], index, true, builder); !status)
            return fail(status.error());
    for (std::size_t index = 0; index < spec.layers.size(); ++index)
        if (Status status = lowerLayer(spec.layers[index], index, false, builder); !status)
            return fail(status.error());
    if (Status status = checkEnd(spec, builder.graph()); !status)
        return fail(status.error());
    restoreUnits(spec.task, builder);
    Graph graph = builder.take();
    graph.task = spec.task;
    return graph;
}

} // namespace millrace
