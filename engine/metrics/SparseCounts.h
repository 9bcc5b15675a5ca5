// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>

namespace millrace
{

/// A number of records, or the sum of their weights: whole ones are written as whole numbers.
nlohmann::json countJson(double count);
nlohmann::json countsJson(std::span<const double> counts);

/// Counts of which most are 0, for a state: for each other one how many zeros are passed over, then the count.
nlohmann::json sparseCounts(std::span<const std::int64_t> counts);
nlohmann::json sparseCounts(std::span<const double> counts);
/// Writes them into counts that are all 0. May throw what nlohmann-json throws, or std::out_of_range.
void readSparseCounts(const nlohmann::json& sparse, std::span<std::int64_t> counts);
void readSparseCounts(const nlohmann::json& sparse, std::span<double> counts);

} // namespace millrace
