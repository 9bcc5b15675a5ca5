// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Text.h"
#include "export/Formats.h"

#include <algorithm>

namespace millrace
{
namespace
{

/// An attribute of a TorchScript module cannot hold a dot.
std::string attribute(std::string name)
{
    std::ranges::replace(name, '.', '_');
    return name;
}

std::string constantName(std::size_t index, const char* part)
{
    return "constant_" + std::to_string(index) + "_" + part;
}

std::string parameterName(const Graph& graph, int index)
{
    return "self." + attribute(graph.parameters[static_cast<std::size_t>(index)].name);
}

/// The right side of "x = …"; empty where nothing is done to x.
std::string expression(const Graph& graph, std::size_t index)
{
    const Op& op = graph.ops[index];
    switch (op.kind) {
    case OpKind::Affine:
        return "x * self." + constantName(index, "scale") + " + self." + constantName(index, "shift");
    case OpKind::Clip:
        return "torch.minimum(torch.maximum(x, self." + constantName(index, "low") + "), self." +
               constantName(index, "high") + ")";
    case OpKind::Linear:
        return "torch.addmm(" + parameterName(graph, op.bias) + ", x, torch.t(" + parameterName(graph, op.weight) +
               "))" + (op.skip < 0 ? "" : " + torch.mm(first, torch.t(" + parameterName(graph, op.skip) + "))");
    case OpKind::Relu:
        return "torch.relu(x)";
    case OpKind::Tanh:
        return "torch.tanh(x)";
    case OpKind::Sigmoid:
        return "torch.sigmoid(x)";
    case OpKind::Dropout:
        return {};
    }
    return {};
}

/// What the outputs x mean to others: probabilities, or values, which have their units already.
const char* answer(const Task& task)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return "torch.sigmoid(x)";
    case TaskKind::MultiClass:
        return "torch.softmax(x, 1)";
    case TaskKind::Regression:
        break;
    }
    return "x";
}

std::vector<LearnerModule::NamedTensor> tensorsOf(const Graph& graph, const LearnerState& state)
{
    std::vector<LearnerModule::NamedTensor> tensors;
    for (const Parameter& parameter : graph.parameters) {
        const std::span<const float> values = valuesOf(parameter, state);
        tensors.push_back({attribute(parameter.name), parameter.shape, {values.begin(), values.end()}, true});
    }
    for (std::size_t index = 0; index < graph.ops.size(); ++index) {
        const Op& op = graph.ops[index];
        const auto add = [&](const char* part, const std::vector<float>& values) {
            if (!values.empty())
                tensors.push_back({constantName(index, part), {op.outputs}, values, false});
        };
        add("scale", op.scale);
        add("shift", op.shift);
        add("low", op.low);
        add("high", op.high);
    }
    return tensors;
}

/// The model, and what each of the numbers is that its forward() takes: encoders come before the graph.
std::string descriptionOf(const ModelSpec& model)
{
    nlohmann::json json = toJson(model);
    json["inputs"] = inputNames(model);
    return dumpJson(json);
}

} // namespace

std::string torchScriptSource(const Graph& graph)
{
    std::string source = "def forward(self, x: Tensor) -> Tensor:\n";
    const auto first = std::ranges::find(graph.ops, OpKind::Linear, &Op::kind) - graph.ops.begin();
    const bool skips = std::ranges::any_of(graph.ops, [](const Op& op) { return op.skip >= 0; });
    for (std::size_t index = 0; index < graph.ops.size(); ++index) {
        if (skips && static_cast<std::ptrdiff_t>(index) == first)
            source += "    first = x\n";
        if (const std::string value = expression(graph, index); !value.empty())
            source += "    x = " + value + "\n";
    }
    return source + "    return " + answer(graph.task) + "\n";
}

Status writeTorchScriptModel(const ModelSpec& model, const LearnerState& state, const std::filesystem::path& file)
{
    Result<Graph> graph = lowerFor(model, state);
    if (!graph)
        return fail(graph.error());
    Result<LearnerModule*> module = learnerModule();
    if (!module)
        return fail(module.error());
    return (*module)->saveTorchScript(torchScriptSource(*graph), tensorsOf(*graph, state), descriptionOf(model), file);
}

} // namespace millrace
