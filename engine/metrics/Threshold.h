// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>

namespace millrace
{

/// The threshold above whose probability of class 1 F1 is largest on these records: half-way, in logits, between two
/// that occur (Lipton, Elkan and Naryanaswamy 2014: "Optimal thresholding of classifiers to maximize F1 measure"); of
/// equal ones the highest. weights: of the records, or none. Nullopt without records of class 1, and where an output is
/// no number.
std::optional<double> thresholdOfBestF1(std::span<const float> logits, std::span<const float> labels,
                                        std::span<const float> weights = {});

} // namespace millrace
