// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/simulator/Simulator.h"

#include <array>
#include <charconv>

namespace millrace
{
namespace
{

constexpr int kVersion = 1;

/// Six significant digits: a profile stays small, and no table is more exact than that.
double rounded(double value)
{
    std::array<char, 32> text{};
    const auto written = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific, 5);
    double result = value;
    std::from_chars(text.data(), written.ptr, result);
    return result;
}

nlohmann::json roundedArray(const std::vector<double>& values)
{
    nlohmann::json result = nlohmann::json::array();
    for (const double value : values)
        result.push_back(rounded(value));
    return result;
}

nlohmann::json levelsJson(const std::vector<TextLevels>& levels)
{
    nlohmann::json list = nlohmann::json::array();
    for (const TextLevels& each : levels)
        list.push_back(each.texts.empty()
                           ? nlohmann::json()
                           : nlohmann::json{{"texts", each.texts}, {"shares", roundedArray(each.shares)}});
    return list;
}

/// What profiles of numbers and two classes lack. Throws as nlohmann does.
void readMore(const nlohmann::json& json, SimulatorProfile& profile)
{
    if (json.at("output-bias").is_number())
        profile.outputBias = {json.at("output-bias").get<double>()};
    else
        json.at("output-bias").get_to(profile.outputBias);
    if (json.contains("levels"))
        for (const nlohmann::json& each : json.at("levels")) {
            TextLevels& levels = profile.levels.emplace_back();
            if (each.is_null())
                continue;
            each.at("texts").get_to(levels.texts);
            each.at("shares").get_to(levels.shares);
        }
    if (json.contains("missing"))
        json.at("missing").get_to(profile.missing);
    if (json.contains("whole"))
        json.at("whole").get_to(profile.whole);
    if (json.contains("residuals"))
        json.at("residuals").get_to(profile.residuals);
}

} // namespace

nlohmann::json toJson(const SimulatorProfile& profile)
{
    nlohmann::json quantiles = nlohmann::json::array();
    for (const std::vector<double>& table : profile.quantiles)
        quantiles.push_back(roundedArray(table));
    nlohmann::json json = {{"millrace-profile", kVersion},
                           {"schema", toJson(profile.schema)},
                           {"attribution", profile.attribution},
                           {"prior", profile.prior},
                           {"quantiles", std::move(quantiles)},
                           {"correlation", roundedArray(profile.correlation)},
                           {"mean", roundedArray(profile.mean)},
                           {"scale", roundedArray(profile.scale)},
                           {"hidden-weights", roundedArray(profile.hiddenWeights)},
                           {"hidden-bias", roundedArray(profile.hiddenBias)},
                           {"output-weights", roundedArray(profile.outputWeights)},
                           {"output-bias", profile.outputBias.size() == 1
                                               ? nlohmann::json(rounded(profile.outputBias.front()))
                                               : roundedArray(profile.outputBias)}};
    if (!profile.levels.empty())
        json["levels"] = levelsJson(profile.levels);
    if (!profile.missing.empty())
        json["missing"] = roundedArray(profile.missing);
    if (!profile.whole.empty())
        json["whole"] = profile.whole;
    if (!profile.residuals.empty())
        json["residuals"] = roundedArray(profile.residuals);
    return json;
}

Result<SimulatorProfile> profileFromJson(const nlohmann::json& json)
{
    if (!json.is_object() || json.value("millrace-profile", nlohmann::json()) != kVersion)
        return fail(ErrorCode::BadData,
                    "This is no simulator profile that this version reads "
                    "(\"millrace-profile\": 1 is missing)",
                    "Make one with millrace simulate --fit");
    try {
        auto schema = schemaFromJson(json.at("schema"));
        if (!schema)
            return fail(ErrorCode::BadData, "The simulator profile: " + schema.error().message, schema.error().advice);
        SimulatorProfile profile;
        if (auto one = oneLabel(*schema); !one)
            return fail(one.error());
        profile.schema = std::move(*schema);
        profile.attribution = json.value("attribution", "");
        profile.prior = json.at("prior").get<double>();
        json.at("quantiles").get_to(profile.quantiles);
        json.at("correlation").get_to(profile.correlation);
        json.at("mean").get_to(profile.mean);
        json.at("scale").get_to(profile.scale);
        json.at("hidden-weights").get_to(profile.hiddenWeights);
        json.at("hidden-bias").get_to(profile.hiddenBias);
        json.at("output-weights").get_to(profile.outputWeights);
        readMore(json, profile);
        return profile;
    } catch (const nlohmann::json::exception& error) {
        return fail(ErrorCode::BadData, std::string("The simulator profile cannot be read: ") + error.what(),
                    "Fit it again with millrace simulate --fit");
    }
}

} // namespace millrace
