// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/DetectorTrial.h"

#include "base/Rng.h"

#include <array>
#include <cmath>

namespace millrace
{
namespace
{

constexpr int kSteadyRecords = 50000, kRise = 5000, kAfter = 5000;
constexpr int kStreams = 20;
constexpr std::array kSteadyRates = {0.05, 0.1, 0.2, 0.4};
constexpr int kPerRate = kStreams / static_cast<int>(kSteadyRates.size());

struct RisingKind {
    const char* name;
    double from, to;
    int over;
};
constexpr std::array<RisingKind, 3> kRising = {{
    {"abrupt", 0.2, 0.4, 0},
    {"small", 0.2, 0.25, 0},
    {"gradual", 0.2, 0.4, 2000},
}};
constexpr int kAllStreams = kStreams * (1 + static_cast<int>(kRising.size()));

/// The error rate of a record.
double rateAt(const RisingKind& kind, int record)
{
    if (record < kRise)
        return kind.from;
    if (record >= kRise + kind.over)
        return kind.to;
    return kind.from + (kind.to - kind.from) * (record - kRise + 1) / (kind.over + 1);
}

template <class Rate>
std::vector<double> draw(std::uint64_t seed, int stream, int records, Rate rate)
{
    Rng rng(seed, Purpose::DetectorTrial, static_cast<std::uint64_t>(stream));
    std::vector<double> errors(static_cast<std::size_t>(records));
    for (int i = 0; i < records; ++i)
        errors[static_cast<std::size_t>(i)] = rng.uniform() < rate(i) ? 1 : 0;
    return errors;
}

void watchSteady(DriftDetector& detector, const std::vector<double>& errors, DetectorTrial::Steady& steady)
{
    ++steady.streams;
    steady.records += static_cast<std::int64_t>(errors.size());
    for (const double error : errors)
        steady.alarms += detector.update(error) ? 1 : 0;
}

/// Looks until the rise is found; delays holds the sum so far.
void watchRising(DriftDetector& detector, const std::vector<double>& errors, DetectorTrial::Rising& rising,
                 double& delays)
{
    ++rising.streams;
    for (std::size_t i = 0; i < errors.size(); ++i) {
        if (!detector.update(errors[i]))
            continue;
        if (i < kRise) {
            ++rising.early;
        } else if (detector.rose()) {
            ++rising.found;
            delays += static_cast<double>(i - kRise);
            return;
        }
    }
}

Result<std::vector<std::unique_ptr<DriftDetector>>> makeDetectors(const std::vector<std::string>& kinds)
{
    std::vector<std::unique_ptr<DriftDetector>> detectors;
    for (const std::string& kind : kinds) {
        auto detector = makeDetector(kind);
        if (!detector)
            return fail(detector.error());
        detectors.push_back(std::move(*detector));
    }
    return detectors;
}

} // namespace

double DetectorTrial::falseAlarmsPer100000() const
{
    std::int64_t alarms = 0, records = 0;
    for (const Steady& each : steady) {
        alarms += each.alarms;
        records += each.records;
    }
    return records == 0 ? std::nan("") : static_cast<double>(alarms) * 1e5 / static_cast<double>(records);
}

nlohmann::json toJson(const DetectorTrial& trial)
{
    const auto orNull = [](double value) { return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(); };
    nlohmann::json steady = nlohmann::json::array(), rising = nlohmann::json::array();
    for (const auto& each : trial.steady)
        steady.push_back({{"rate", each.rate},
                          {"streams", each.streams},
                          {"records", each.records},
                          {"alarms", each.alarms},
                          {"per_100000", static_cast<double>(each.alarms) * 1e5 / static_cast<double>(each.records)}});
    for (const auto& each : trial.rising)
        rising.push_back({{"name", each.name},
                          {"from", each.from},
                          {"to", each.to},
                          {"over", each.over},
                          {"streams", each.streams},
                          {"missed", each.streams - each.found},
                          {"early", each.early},
                          {"mean_delay", orNull(each.meanDelay)}});
    return {{"detector", trial.detector},
            {"false_alarms_per_100000", orNull(trial.falseAlarmsPer100000())},
            {"steady", std::move(steady)},
            {"rising", std::move(rising)}};
}

Result<std::vector<DetectorTrial>> tryDetectors(const std::vector<std::string>& detectors, std::uint64_t seed,
                                                const std::stop_token& stop, const TrialProgress& progress)
{
    std::vector<DetectorTrial> trials;
    for (const std::string& detector : detectors)
        trials.push_back({detector, {}, {}});
    int stream = 0;
    /// Draws the next stream and shows it to a new detector of each kind.
    const auto eachDetector = [&](int records, const auto& rate, const auto& watch) -> Status {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Comparing detectors was cancelled");
        auto fresh = makeDetectors(detectors);
        if (!fresh)
            return fail(fresh.error());
        const auto errors = draw(seed, stream, records, rate);
        for (std::size_t i = 0; i < fresh->size(); ++i)
            watch(i, *(*fresh)[i], errors);
        progress(static_cast<double>(++stream) / kAllStreams);
        return {};
    };
    for (const double rate : kSteadyRates) {
        for (DetectorTrial& trial : trials)
            trial.steady.push_back({rate, 0, 0, 0});
        for (int i = 0; i < kPerRate; ++i)
            if (auto done = eachDetector(
                    kSteadyRecords, [rate](int) { return rate; },
                    [&](std::size_t which, DriftDetector& detector, const auto& errors) {
                        watchSteady(detector, errors, trials[which].steady.back());
                    });
                !done)
                return fail(done.error());
    }
    for (const RisingKind& kind : kRising) {
        for (DetectorTrial& trial : trials)
            trial.rising.push_back({kind.name, kind.from, kind.to, kind.over});
        std::vector<double> delays(trials.size(), 0);
        for (int i = 0; i < kStreams; ++i)
            if (auto done = eachDetector(
                    kRise + kind.over + kAfter, [&kind](int record) { return rateAt(kind, record); },
                    [&](std::size_t which, DriftDetector& detector, const auto& errors) {
                        watchRising(detector, errors, trials[which].rising.back(), delays[which]);
                    });
                !done)
                return fail(done.error());
        for (std::size_t which = 0; which < trials.size(); ++which)
            if (auto& rising = trials[which].rising.back(); rising.found > 0)
                rising.meanDelay = delays[which] / rising.found;
    }
    return trials;
}

} // namespace millrace
