// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

namespace millrace
{

/// A column of both tables.
struct ComparedColumn {
    std::string name;
    bool isText = false; ///< its numbers are those of levels
};

/// How near drawn rows are to real ones: 0 is alike, as far as the numbers tell, and 1 has nothing in common.
struct Nearness {
    struct Column {
        std::string name;
        /// Of numbers the largest difference of the distribution functions (Kolmogorov and Smirnov), of levels the
        /// total variation; at least the difference of the shares that are missing.
        double distance = 0;
    };
    std::vector<Column> columns;
    /// Over all pairs of columns: how far the correlations of the normal scores are from each other. 0 of one column.
    double meanCorrelationError = 0, largestCorrelationError = 0;
};

/// Both are [rows, columns], NaN where a value is missing.
Nearness nearnessOf(const std::vector<ComparedColumn>& columns, std::span<const double> real,
                    std::span<const double> drawn);
nlohmann::json toJson(const Nearness& nearness); ///< session/README.md has the fields

} // namespace millrace
