// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"
#include "data/Task.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace millrace
{

/// What a person wants records to count for in the loss, by their class.
struct ClassWeightWish {
    bool isBalanced = false;                ///< each class as much as the others, however rare it is
    std::map<std::string, double> byName{}; ///< else by these; a class that is not named counts 1
    [[nodiscard]] bool isNone() const { return !isBalanced && byName.empty(); }
};

/// "none", "balanced", or {"yes": 10}. ErrorCode::Usage for what is none of these, or no weight.
Result<ClassWeightWish> parseClassWeights(const std::string& text);
/// By class; empty where all count alike. counts: of the records to learn, by their weights;
/// balanced weights are all / (classes that occur × those of the class), whose mean over the records is 1 (King and
/// Zeng 2001: "Logistic regression in rare events data"; as scikit-learn's). ErrorCode::Usage for a class that the task
/// does not have, and for a task without classes.
Result<std::vector<double>> classWeightsOf(const ClassWeightWish& wish, const Task& task,
                                           const std::vector<double>& counts);

/// The threshold of two classes: "0.5", another number between 0 and 1, or "auto" (nullopt): that of the best F1 on the
/// validation part.
Result<std::optional<double>> parseThreshold(const std::string& text);

} // namespace millrace
