// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/LayerTable.h"

namespace millrace
{
namespace
{

Status lowerClip(const nlohmann::json& parameters, GraphBuilder& builder)
{
    for (const char* name : {"low", "high"})
        if (Status status = checkLength(parameters.at(name), name, builder.width()); !status)
            return status;
    auto low = parameters.at("low").get<std::vector<float>>(), high = parameters.at("high").get<std::vector<float>>();
    for (std::size_t column = 0; column < low.size(); ++column)
        if (!(low[column] <= high[column]))
            return fail(ErrorCode::Usage,
                        "low must not be above high, but number " + std::to_string(column + 1) + " is");
    builder.clip(std::move(low), std::move(high));
    return {};
}

} // namespace

LayerRow clipTransform()
{
    ParameterInfo low{"low", "numbers", nullptr, nullptr, nullptr, {}, "The least that each feature counts as"};
    ParameterInfo high{"high", "numbers", nullptr, nullptr, nullptr, {}, "The most that it counts as"};
    return {{"clip",
             "Each feature between two bounds: a number far outside all that was learnt counts as the nearest "
             "that was",
             true,
             {low, high}},
            lowerClip};
}

} // namespace millrace
