// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/DriftDetector.h"

#include <limits>

namespace millrace
{

/// Drift detection method: an error rate that rises above its lowest level by several standard deviations (Gama, Medas,
/// Castillo and Rodrigues 2004: "Learning with drift detection"). For 0/1 errors; fires where River's DDM does.
class Ddm : public DriftDetector
{
public:
    struct Settings {
        int warmStart = 30;
        double warning = 2, drift = 3; ///< standard deviations above the lowest level
    };
    explicit Ddm(const Settings& settings) : m_settings(settings) {}

    bool update(double x) override;
    [[nodiscard]] bool warns() const override { return m_warns; }
    [[nodiscard]] bool rose() const override { return true; }
    [[nodiscard]] nlohmann::json state() const override;
    void restore(const nlohmann::json& state) override;

private:
    Settings m_settings;
    double m_count = 0, m_mean = 0;
    double m_lowestMean = 0, m_lowestDeviation = 0, m_lowest = std::numeric_limits<double>::infinity();
    bool m_fired = false, m_warns = false;
};

} // namespace millrace
