// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace millrace
{

/// Watches a sequence of numbers, such as the 0/1 error of a learner in arrival order, and tells when its mean changed.
/// After a drift it begins anew with the next number, as River's detectors do. Not thread-safe.
class DriftDetector
{
public:
    virtual ~DriftDetector() = default;
    /// Takes the next number; true when this one shows a drift.
    virtual bool update(double x) = 0;
    /// Something may be under way; false for detectors that know no warnings.
    [[nodiscard]] virtual bool warns() const { return false; }
    /// The mean rose at the last drift: of an error, it got worse. Always known at a drift.
    [[nodiscard]] virtual bool rose() const = 0;
    /// Everything it remembers, for a checkpoint; restore() takes it back and goes on bit-identically.
    [[nodiscard]] virtual nlohmann::json state() const = 0;
    virtual void restore(const nlohmann::json& state) = 0;
};

/// A parameter of a detector.
struct DetectorParameter {
    std::string name, help;
    double defaultValue = 0, minimum = 0, maximum = 0;
};

/// A row of the detectors' table; forms, the command line and the experiment file are made from it.
struct DetectorKind {
    std::string name, help;
    std::vector<DetectorParameter> parameters;
    /// values: one for each parameter, in order.
    std::unique_ptr<DriftDetector> (*make)(const std::vector<double>& values);
    bool binaryOnly = false; ///< takes only 0 and 1
};
const std::vector<DetectorKind>& detectorKinds();
/// Their names: "adwin, ddm, page-hinkley".
std::string detectorNames(const std::string& separator = ", ");

/// "adwin", or {"kind": "adwin", "delta": 0.002}. ErrorCode::Usage names what is not known or out of range.
Result<std::unique_ptr<DriftDetector>> makeDetector(const nlohmann::json& spec);

} // namespace millrace
