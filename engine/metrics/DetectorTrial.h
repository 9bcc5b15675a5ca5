// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/DriftDetector.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <stop_token>

namespace millrace
{

/// How a detector does on 0/1 errors that are drawn here, so that the truth is known: how often it fires while nothing
/// changes, and how soon after the error rate rose.
struct DetectorTrial {
    /// Streams with one rate from beginning to end: each alarm is a false one.
    struct Steady {
        double rate = 0;
        int streams = 0;
        std::int64_t records = 0; ///< of all its streams
        std::int64_t alarms = 0;
    };
    /// Streams whose rate rises after 5,000 records and stays there for at least 5,000. Found is one where an alarm
    /// says in these that the error rose; its delay is from the first record at which the rate was another.
    struct Rising {
        std::string name;
        double from = 0, to = 0;
        int over = 0; ///< records over which the rate rises; 0 at once
        int streams = 0, found = 0;
        std::int64_t early = 0;                                      ///< alarms before the rise
        double meanDelay = std::numeric_limits<double>::quiet_NaN(); ///< records, of the found ones
    };
    std::string detector;
    std::vector<Steady> steady;
    std::vector<Rising> rising;

    [[nodiscard]] double falseAlarmsPer100000() const;
};
nlohmann::json toJson(const DetectorTrial& trial);

/// Called with the share that is done.
using TrialProgress = std::function<void(double fraction)>;

/// Tries each detector ("adwin", or an object as makeDetector() takes it) on the same streams: 20 steady ones of four
/// rates, and 20 of each kind of rise. The seed alone decides. ErrorCode::Cancelled after a stop request.
Result<std::vector<DetectorTrial>> tryDetectors(const std::vector<std::string>& detectors, std::uint64_t seed,
                                                const std::stop_token& stop, const TrialProgress& progress);

} // namespace millrace
