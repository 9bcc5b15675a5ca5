// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/DriftDetector.h"
#include "pipeline/runs/JobContext.h"

#include <cstdint>
#include <span>

namespace millrace
{

/// What an online run does when a detector says that its error rose; nothing of it when the error fell.
enum class DriftAction {
    Annotate,       ///< marks it on the charts, as always
    RaiseRate,      ///< a higher learning rate for a while
    ResetOptimizer, ///< forgets the moments
    ResetModel,     ///< new weights, and no moments
    Snapshot,       ///< keeps the model of that moment in the run's model/
};
/// "annotate", "raise-rate", "reset-optimizer", "reset-model", "snapshot".
const std::vector<std::string>& driftActionNames();
DriftAction driftActionOf(const std::string& name); ///< Annotate where the name is not known

struct DriftSettings {
    std::vector<std::string> detectors; ///< kinds; see detectorKinds()
    std::vector<std::string> columns;   ///< features that are watched beside the error
    DriftAction action = DriftAction::Annotate;
    double factor = 5;         ///< RaiseRate: times the learning rate
    std::int64_t hold = 10000; ///< RaiseRate: for so many records
};

struct Drift {
    std::string detector;
    std::string column;      ///< empty: of the model's error
    std::int64_t record = 0; ///< counts from 1
    bool rose = false;
};
nlohmann::json toJson(const Drift& drift);
Note noteOf(const Drift& drift); ///< "adwin: the error rose"

/// The drift detectors of a run. Each sees every record's error (errorOf() in metrics/Scores.h) in the order in which
/// the labels came; those that take any number also see the watched columns in arrival order, whose drift shows before
/// late labels do. Not thread-safe.
class DriftWatch
{
public:
    /// ErrorCode::Usage where a detector or a column is not known.
    static Result<DriftWatch> make(const DriftSettings& settings, const std::vector<std::string>& features);

    /// The error of the record whose label came, and what fired at it.
    std::vector<Drift> onError(double error, std::int64_t record);
    /// The features of the record that came.
    std::vector<Drift> onArrival(std::span<const float> features, std::int64_t record);

    [[nodiscard]] nlohmann::json state() const;
    void restore(const nlohmann::json& state); ///< may throw what nlohmann-json throws

private:
    struct Watcher {
        std::string kind, name; ///< of the detector, and of the column
        int column = -1;        ///< −1: the error
        std::unique_ptr<DriftDetector> detector;
    };
    std::vector<Watcher> m_watchers;
};

} // namespace millrace
