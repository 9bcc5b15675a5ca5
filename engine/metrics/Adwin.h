// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/DriftDetector.h"

namespace millrace
{

/// Adaptive windowing: keeps a window as long as its parts have the same mean (Bifet and Gavaldà 2007: "Learning from
/// time-changing data with adaptive windowing"), in buckets of 1, 2, 4, … numbers, at most maxBuckets of a size.
/// Variances of merged buckets after Babcock, Datar, Motwani and O'Callaghan 2003. Looks every `clock` numbers, and
/// fires where River's ADWIN does.
class Adwin : public DriftDetector
{
public:
    struct Settings {
        double delta = 0.002; ///< confidence: smaller means fewer false alarms
        int clock = 32;
        int maxBuckets = 5;
        int shortestPart = 5; ///< numbers on either side of a cut
        int gracePeriod = 10; ///< numbers before the first look
    };
    explicit Adwin(const Settings& settings) : m_settings(settings) { m_rows.resize(1); }

    bool update(double x) override;
    [[nodiscard]] bool rose() const override { return m_rose; }
    [[nodiscard]] double width() const { return m_width; } ///< numbers in the window
    [[nodiscard]] nlohmann::json state() const override;
    void restore(const nlohmann::json& state) override;

private:
    struct Bucket {
        double total = 0, variance = 0; ///< variance: sum of squared deviations
    };
    void insert(double x);
    void compress();
    bool look();
    bool cutOnce();
    [[nodiscard]] bool differ(double n0, double n1, double difference) const;
    void dropOldest();

    Settings m_settings;
    std::vector<std::vector<Bucket>> m_rows; ///< [i]: buckets of 2^i numbers, the oldest first
    double m_width = 0, m_total = 0, m_variance = 0;
    std::int64_t m_ticks = 0;
    bool m_fired = false, m_rose = false;
};

} // namespace millrace
