// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/DriftWatch.h"

#include "base/Text.h"

#include <algorithm>

namespace millrace
{

const std::vector<std::string>& driftActionNames()
{
    static const std::vector<std::string> names = {"annotate", "raise-rate", "reset-optimizer", "reset-model",
                                                   "snapshot"};
    return names;
}

DriftAction driftActionOf(const std::string& name)
{
    const auto found = std::ranges::find(driftActionNames(), name);
    return found == driftActionNames().end() ? DriftAction::Annotate
                                             : static_cast<DriftAction>(found - driftActionNames().begin());
}

nlohmann::json toJson(const Drift& drift)
{
    nlohmann::json json = {{"detector", drift.detector}, {"record", drift.record}};
    if (drift.column.empty())
        json["error_rose"] = drift.rose;
    else
        json.update({{"column", drift.column}, {"rose", drift.rose}});
    return json;
}

Note noteOf(const Drift& drift)
{
    const bool ofError = drift.column.empty();
    return {ofError && !drift.rose ? Note::Severity::Info : Note::Severity::Warning,
            drift.detector + ": " + (ofError ? "the error" : drift.column) + (drift.rose ? " rose" : " fell"),
            drift.record,
            !ofError     ? Note::Kind::Other
            : drift.rose ? Note::Kind::ErrorRose
                         : Note::Kind::ErrorFell,
            drift.detector};
}

Result<DriftWatch> DriftWatch::make(const DriftSettings& settings, const std::vector<std::string>& features)
{
    DriftWatch watch;
    for (const std::string& kind : settings.detectors) {
        auto detector = makeDetector(kind);
        if (!detector)
            return fail(detector.error());
        watch.m_watchers.push_back({kind, {}, -1, std::move(*detector)});
    }
    for (const std::string& column : settings.columns) {
        const auto found = std::ranges::find(features, column);
        if (found == features.end()) {
            return fail(ErrorCode::Usage, "There is no feature '" + column + "' to watch",
                        didYouMean(column, features));
        }
        for (const DetectorKind& kind : detectorKinds())
            if (!kind.binaryOnly && std::ranges::find(settings.detectors, kind.name) != settings.detectors.end())
                watch.m_watchers.push_back(
                    {kind.name, column, static_cast<int>(found - features.begin()), *makeDetector(kind.name)});
    }
    return watch;
}

std::vector<Drift> DriftWatch::onError(double error, std::int64_t record)
{
    std::vector<Drift> drifts;
    for (Watcher& watcher : m_watchers)
        if (watcher.column < 0 && watcher.detector->update(error))
            drifts.push_back({watcher.kind, watcher.name, record, watcher.detector->rose()});
    return drifts;
}

std::vector<Drift> DriftWatch::onArrival(std::span<const float> features, std::int64_t record)
{
    std::vector<Drift> drifts;
    for (Watcher& watcher : m_watchers)
        if (watcher.column >= 0 && watcher.detector->update(features[static_cast<std::size_t>(watcher.column)]))
            drifts.push_back({watcher.kind, watcher.name, record, watcher.detector->rose()});
    return drifts;
}

nlohmann::json DriftWatch::state() const
{
    nlohmann::json states = nlohmann::json::array();
    for (const Watcher& watcher : m_watchers)
        states.push_back(watcher.detector->state());
    return states;
}

void DriftWatch::restore(const nlohmann::json& state)
{
    for (std::size_t i = 0; i < m_watchers.size(); ++i)
        m_watchers[i].detector->restore(state.at(i));
}

} // namespace millrace
