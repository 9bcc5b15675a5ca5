// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>

namespace millrace
{

/// Counts of which most are 0, for a state: for each other one how many zeros are passed over, then the count.
nlohmann::json sparseCounts(std::span<const std::int64_t> counts);
/// Writes them into counts that are all 0. May throw what nlohmann-json throws, or std::out_of_range.
void readSparseCounts(const nlohmann::json& sparse, std::span<std::int64_t> counts);

} // namespace millrace
