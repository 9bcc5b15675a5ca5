// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/LayerTable.h"

namespace millrace
{

Status checkLength(const nlohmann::json& values, const std::string& name, int width)
{
    if (static_cast<int>(values.size()) == width)
        return {};
    return fail(ErrorCode::Usage,
                name + " holds " + std::to_string(values.size()) + " numbers, but the model has " +
                    std::to_string(width) + " features",
                "Give one number a feature, in the order of the features");
}

namespace
{

Status lowerStandardize(const nlohmann::json& parameters, GraphBuilder& builder)
{
    for (const char* name : {"mean", "scale"})
        if (Status status = checkLength(parameters.at(name), name, builder.width()); !status)
            return status;
    std::vector<float> scale, shift;
    for (std::size_t column = 0; column < parameters.at("mean").size(); ++column) {
        const auto mean = parameters.at("mean").at(column).get<double>();
        const auto deviation = parameters.at("scale").at(column).get<double>();
        if (!(deviation > 0))
            return fail(ErrorCode::Usage, "scale must be above 0, but number " + std::to_string(column + 1) + " is not",
                        "A column that never changes takes the scale 1");
        scale.push_back(static_cast<float>(1 / deviation));
        shift.push_back(static_cast<float>(-mean / deviation));
    }
    builder.affine(std::move(scale), std::move(shift));
    return {};
}

} // namespace

LayerRow standardizeTransform()
{
    ParameterInfo mean{"mean", "numbers", nullptr, nullptr, nullptr, {}, "Mean of each feature"};
    ParameterInfo scale{"scale", "numbers", nullptr, nullptr, nullptr, {}, "Standard deviation of each feature"};
    return {{"standardize", "(x − mean) / scale for each feature", true, {mean, scale}}, lowerStandardize};
}

} // namespace millrace
