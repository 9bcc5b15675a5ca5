// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/LayerTable.h"

namespace millrace
{
namespace
{

constexpr int kMaximumUnits = 65'536;

Status lowerDense(const nlohmann::json& parameters, GraphBuilder& builder)
{
    builder.linear(parameters.at("units").get<int>());
    const auto activation = parameters.at("activation").get<std::string>();
    if (activation == "relu")
        builder.activation(OpKind::Relu);
    else if (activation == "tanh")
        builder.activation(OpKind::Tanh);
    else if (activation == "sigmoid")
        builder.activation(OpKind::Sigmoid);
    return {};
}

} // namespace

LayerRow denseLayer()
{
    ParameterInfo units{"units", "integer", 1, kMaximumUnits, nullptr, {}, "How many numbers the layer yields"};
    ParameterInfo activation{"activation",
                             "choice",
                             nullptr,
                             nullptr,
                             "none",
                             {"none", "relu", "tanh", "sigmoid"},
                             "What is done to each number at the end"};
    return {{"dense", "Each output is a weighted sum of all inputs and a bias", false, {units, activation}},
            lowerDense};
}

} // namespace millrace
