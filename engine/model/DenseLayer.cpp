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
    if (parameters.at("skip").get<bool>() && !builder.skip())
        return fail(ErrorCode::Usage, "skip: no layer stands before it that could be passed by",
                    "Leave skip out of the first dense layer");
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
    ParameterInfo skip{
        "skip",
        "flag",
        nullptr,
        nullptr,
        false,
        {},
        "It takes the model's numbers, too, past the layers before: what is linear need not go through them"};
    return {{"dense", "Each output is a weighted sum of all inputs and a bias", false, {units, activation, skip}},
            lowerDense};
}

} // namespace millrace
