// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/DriftDetector.h"

#include <limits>

namespace millrace
{

/// The Page–Hinkley test: the sum of deviations from the running mean, with forgetting, moves away from its extreme
/// (Page 1954: "Continuous inspection schemes"). Looks both ways; fires where River's PageHinkley does.
class PageHinkley : public DriftDetector
{
public:
    struct Settings {
        int warmStart = 30;
        double delta = 0.005;       ///< deviations that are tolerated
        double threshold = 50;      ///< how far the sum may move
        double forgetting = 0.9999; ///< of the sum, at each number
    };
    explicit PageHinkley(const Settings& settings) : m_settings(settings) {}

    bool update(double x) override;
    [[nodiscard]] bool rose() const override { return m_rose; }
    [[nodiscard]] nlohmann::json state() const override;
    void restore(const nlohmann::json& state) override;

private:
    Settings m_settings;
    double m_count = 0, m_mean = 0;
    double m_rising = 0, m_falling = 0; ///< sums
    double m_lowestRising = std::numeric_limits<double>::infinity(), m_highestFalling = -1;
    bool m_fired = false, m_rose = false;
};

} // namespace millrace
