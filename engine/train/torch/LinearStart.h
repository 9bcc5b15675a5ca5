// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/Graph.h"

#include <span>
#include <vector>

namespace millrace
{

/// A model without hidden layers, of standardized targets.
struct LinearModel {
    std::vector<float> weights; ///< [outputs, numbers that the first Linear takes]
    std::vector<float> bias;    ///< [outputs]
};

/// The one that fits the rows best, with half the squared weights as penalty: of a regression the ridge solution (Hoerl
/// and Kennard 1970), of two classes logistic regression by Newton's steps (iteratively reweighted least squares), of
/// more by L-BFGS. The same as scikit-learn's Ridge(alpha=1) and LogisticRegression(C=1). features is [rows, inputs],
/// targets [rows, targets], weights [rows] or none; negative ones count as 0; classWeights by class, or none. May
/// throw.
LinearModel fitLinear(const Graph& graph, std::span<const float> features, std::span<const float> targets,
                      std::span<const float> weights, std::span<const float> classWeights);

} // namespace millrace
