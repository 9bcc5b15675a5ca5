// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/Graph.h"

#include <span>

namespace millrace
{

/// Weights uniform within ±sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010), biases 0, as Keras does. Each
/// parameter has its own stream, so that a layer added at the end leaves the others' weights as they were. A layer with
/// a skip begins with zeros: what is linear is learnt as soon as what is not.
void drawInitialWeights(const Graph& graph, std::uint64_t seed, std::span<float> weights);

} // namespace millrace
