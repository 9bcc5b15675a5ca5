// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

namespace millrace
{

/// Mean and variance of each column of a stream, record by record (Welford 1962: "Note on a method for calculating
/// corrected sums of squares and products"). Not thread-safe.
class RunningMoments
{
public:
    explicit RunningMoments(std::size_t columns) : m_mean(columns), m_squares(columns) {}

    /// Takes a row in, then makes it (x − mean) / deviation with the moments of all rows so far, this one included, as
    /// River's StandardScaler does. A column that never changed becomes 0.
    void standardize(std::span<float> row);
    /// Standardizes with the moments as they are.
    void apply(std::span<float> row) const;

    [[nodiscard]] std::int64_t count() const { return m_count; }
    [[nodiscard]] const std::vector<double>& mean() const { return m_mean; }
    [[nodiscard]] std::vector<double> deviation() const; ///< of the population; 1 for a column that never changed

    [[nodiscard]] nlohmann::json state() const;
    void restore(const nlohmann::json& state); ///< may throw what nlohmann-json throws

private:
    std::int64_t m_count = 0;
    std::vector<double> m_mean, m_squares; ///< sums of squared deviations from the mean
};

} // namespace millrace
