// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Text.h"
#include "metrics/Adwin.h"
#include "metrics/Ddm.h"
#include "metrics/PageHinkley.h"

#include <algorithm>

namespace millrace
{
namespace
{

std::vector<DetectorKind> makeKinds()
{
    return {
        {"adwin",
         "adaptive window: its parts have the same mean, or the older one is dropped",
         {{"delta", "confidence; smaller means fewer false alarms", 0.002, 1e-12, 1},
          {"clock", "looks every so many records", 32, 1, 1e6}},
         [](const std::vector<double>& values) -> std::unique_ptr<DriftDetector> {
             return std::make_unique<Adwin>(Adwin::Settings{values[0], static_cast<int>(values[1]), 5, 5, 10});
         }},
        {"ddm",
         "an error rate some standard deviations above its lowest level; 0/1 errors only",
         {{"warm-start", "records before the first look", 30, 1, 1e6},
          {"warning", "standard deviations to a warning", 2, 0, 100},
          {"drift", "standard deviations to a drift", 3, 0, 100}},
         [](const std::vector<double>& values) -> std::unique_ptr<DriftDetector> {
             return std::make_unique<Ddm>(Ddm::Settings{static_cast<int>(values[0]), values[1], values[2]});
         },
         true},
        {"page-hinkley",
         "the sum of deviations from the mean moves away from its extreme",
         {{"warm-start", "records before the first look", 30, 1, 1e6},
          {"delta", "deviations that are tolerated", 0.005, 0, 1e6},
          {"threshold", "how far the sum may move", 50, 0, 1e9},
          {"forgetting", "of the sum, at each record", 0.9999, 0, 1}},
         [](const std::vector<double>& values) -> std::unique_ptr<DriftDetector> {
             return std::make_unique<PageHinkley>(
                 PageHinkley::Settings{static_cast<int>(values[0]), values[1], values[2], values[3]});
         }},
    };
}

tl::unexpected<Error> usage(const std::string& what, const std::string& advice)
{
    return fail(ErrorCode::Usage, what, advice);
}

std::vector<std::string> namesOf(const std::vector<DetectorParameter>& parameters)
{
    std::vector<std::string> names;
    for (const DetectorParameter& parameter : parameters)
        names.push_back(parameter.name);
    return names;
}

} // namespace

const std::vector<DetectorKind>& detectorKinds()
{
    static const std::vector<DetectorKind> kinds = makeKinds();
    return kinds;
}

std::string detectorNames(const std::string& separator)
{
    std::string names;
    for (const DetectorKind& kind : detectorKinds())
        names += (names.empty() ? "" : separator) + kind.name;
    return names;
}

Result<std::unique_ptr<DriftDetector>> makeDetector(const nlohmann::json& spec)
{
    const nlohmann::json kindName = spec.is_object() ? spec.value("kind", nlohmann::json()) : spec;
    const auto& kinds = detectorKinds();
    const auto kind = std::ranges::find_if(kinds, [&](const DetectorKind& row) { return kindName == row.name; });
    if (kind == kinds.end())
        return usage("There is no detector " + dumpJson(kindName), "There are " + detectorNames());
    std::vector<double> values;
    for (const DetectorParameter& parameter : kind->parameters)
        values.push_back(parameter.defaultValue);
    const nlohmann::json given = spec.is_object() ? spec : nlohmann::json::object();
    for (const auto& [key, value] : given.items()) {
        if (key == "kind")
            continue;
        const auto names = namesOf(kind->parameters);
        const auto found = std::ranges::find(names, key);
        if (found == names.end())
            return usage(kind->name + "." + key + " is not known", didYouMeanOneOf(key, names));
        const auto index = static_cast<std::size_t>(found - names.begin());
        const DetectorParameter& parameter = kind->parameters[index];
        if (!value.is_number() || value.get<double>() < parameter.minimum || value.get<double>() > parameter.maximum)
            return usage(kind->name + "." + key + " is " + dumpJson(value),
                         "It goes from " + shortestDecimal(parameter.minimum) + " to " +
                             shortestDecimal(parameter.maximum));
        values[index] = value.get<double>();
    }
    return kind->make(values);
}

} // namespace millrace
