// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/DriftDetector.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>

namespace millrace
{

/// Where a detector fired on recorded predictions.
struct ReplayedDrift {
    std::string detector;
    std::int64_t record = 0; ///< from 1, in arrival order
    int partition = 0;
    std::int64_t offset = 0;
    bool rose = false; ///< the error got worse
};

struct DetectorReplay {
    std::int64_t records = 0;
    double errors = 0;                 ///< their sum, as errorOf() has it
    std::vector<ReplayedDrift> drifts; ///< in arrival order
};
nlohmann::json toJson(const DetectorReplay& replay);

/// Shows the 0/1 errors of an online run to detectors that did not see them then. `scores` is a CSV with the columns
/// partition, offset, label and logit, a line a record in arrival order. ErrorCode::BadData names file and line;
/// ErrorCode::Cancelled after a stop request.
Result<DetectorReplay> replayDetectors(const std::filesystem::path& scores, const std::vector<std::string>& detectors,
                                       const std::stop_token& stop, const std::function<void(double)>& progress);

} // namespace millrace
