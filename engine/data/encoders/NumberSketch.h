// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Rng.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <unordered_set>
#include <vector>

namespace millrace
{

/// Mean and spread of numbers (Welford 1962: "Note on a method for calculating corrected sums of squares and products",
/// with weights by West 1979: "Updating mean and variance estimates"). NaN where there is no number.
struct NumberMoments {
    std::int64_t count = 0;
    double mean = 0;
    double squares = 0; ///< sum of the squared distances to the mean
    double minimum = std::numeric_limits<double>::quiet_NaN(), maximum = minimum;

    void add(double value, std::int64_t times = 1);
    /// Of these numbers, divided by their count, as scikit-learn's StandardScaler does.
    [[nodiscard]] double deviation() const;
};

/// The p-quantile of sorted values, linear between order statistics (type 7 of Hyndman and Fan 1996, as numpy has it);
/// NaN of none.
double quantileOf(std::span<const double> sorted, double p);

/// What is known of a column's numbers after one pass. NumberMoments are exact; quantiles are of a sample of at most
/// 20,000 values, or so many as are asked for, each equally likely in it (Vitter 1985: "Random sampling with a
/// reservoir", algorithm R), the same for the same seed and order.
class NumberSketch
{
public:
    static constexpr std::size_t kSampleSize = 20'000;

    NumberSketch(std::uint64_t seed, std::uint64_t column, std::size_t sampleSize = kSampleSize)
        : m_sampleSize(sampleSize), m_rng(seed, Purpose::ColumnSample, column)
    {
    }

    void add(double value);

    [[nodiscard]] std::int64_t count() const;
    [[nodiscard]] std::int64_t countOf(double sentinel) const;
    [[nodiscard]] bool areWhole() const { return m_areWhole; }
    /// Whole numbers of which none came twice, as far as 100,000 of them tell.
    [[nodiscard]] bool areDifferent() const { return m_areWhole && m_areDifferent; }
    /// Each of the first 500 is one more than the one before, or each one less: row numbers. Of a long file some rows
    /// are passed over later on.
    [[nodiscard]] bool stepByOne() const { return m_stepsUp || m_stepsDown; }
    /// Of the numbers, leaving these sentinels out.
    [[nodiscard]] NumberMoments moments(std::span<const double> without = {}) const;
    /// In ascending order.
    [[nodiscard]] std::vector<double> sample(std::span<const double> without = {}) const;
    /// Those of −9999, −999, 999 and 9999 that stand for a missing value: in at least 1 % of so many rows and three of
    /// them, and farther from all other numbers than these are from each other, from their 1st percentile to the 99th.
    [[nodiscard]] std::vector<double> sentinels(std::int64_t rows) const;

private:
    static constexpr std::array<double, 4> kSentinels = {-9999, -999, 999, 9999};

    void lookForOrder(double value);

    NumberMoments m_others; ///< of the numbers that are none of kSentinels
    std::array<std::int64_t, kSentinels.size()> m_sentinels{};
    std::vector<double> m_sample;
    std::size_t m_sampleSize;
    Rng m_rng;
    std::unordered_set<double> m_seen; ///< while none came twice
    double m_previous = std::numeric_limits<double>::quiet_NaN();
    bool m_areWhole = true, m_areDifferent = true, m_stepsUp = true, m_stepsDown = true;
};

} // namespace millrace
