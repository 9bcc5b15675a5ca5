// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

namespace millrace
{

/// A sum of doubles without rounding, so that sums of parts add up to that of the whole, in any order: kept as partials
/// that do not overlap (Shewchuk 1997: "Adaptive precision floating-point arithmetic and fast robust geometric
/// predicates"), as Python's math.fsum does. Takes finite numbers whose sum is finite.
class ExactSum
{
public:
    void add(double number);
    void merge(const ExactSum& other);
    [[nodiscard]] double value() const; ///< rounded once, to the nearest
    /// The same for the same sum, whatever the order in which it was added up; restore() goes on exactly.
    [[nodiscard]] nlohmann::json state() const;
    void restore(const nlohmann::json& state); ///< may throw what nlohmann-json throws

private:
    std::vector<double> m_partials; ///< rising
};

} // namespace millrace
