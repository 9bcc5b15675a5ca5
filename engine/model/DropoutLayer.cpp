// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/LayerTable.h"

namespace millrace
{
namespace
{

Status lowerDropout(const nlohmann::json& parameters, GraphBuilder& builder)
{
    builder.dropout(parameters.at("rate").get<float>());
    return {};
}

} // namespace

/// Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov: "Dropout", JMLR 15, 2014; scaled while training.
LayerRow dropoutLayer()
{
    ParameterInfo rate{
        "rate", "number", 0, 0.99, 0.5, {}, "The part of the numbers that is set to 0 in a training step"};
    return {{"dropout", "While training, sets numbers to 0 at random, so that none is relied on alone", false, {rate}},
            lowerDropout};
}

} // namespace millrace
