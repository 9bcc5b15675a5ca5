// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/LayerTable.h"

namespace millrace
{
namespace
{

template <OpKind kind>
Status lowerActivation(const nlohmann::json&, GraphBuilder& builder)
{
    builder.activation(kind);
    return {};
}

} // namespace

LayerRow reluLayer()
{
    return {{"relu", "max(0, x)", false, {}}, lowerActivation<OpKind::Relu>};
}

LayerRow tanhLayer()
{
    return {{"tanh", "Hyperbolic tangent, between −1 and 1", false, {}}, lowerActivation<OpKind::Tanh>};
}

LayerRow sigmoidLayer()
{
    return {{"sigmoid", "1 / (1 + exp(−x)), between 0 and 1", false, {}}, lowerActivation<OpKind::Sigmoid>};
}

} // namespace millrace
