// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/Graph.h"

#include <cstdint>
#include <vector>

namespace millrace
{

/// What the learner runs as one piece: an operation of the graph, and for a linear one also the relu and the dropout
/// that follow it, so that the matrix is walked through once.
struct Stage {
    Op op;
    std::uint32_t dropoutIndex = 0; ///< of the dropout in the graph's operations: names its masks
    bool relu = false;              ///< fused; a relu between the linear operation and the dropout
    float rate = 0;                 ///< of the dropout: fused, or of a Dropout stage
    bool needsGradient = false;     ///< a linear operation comes before it, so its input's gradient is asked for
};

/// Dropout with rate 0 vanishes.
std::vector<Stage> makeStages(const Graph& graph);

} // namespace millrace
