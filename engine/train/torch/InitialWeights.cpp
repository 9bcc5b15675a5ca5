// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/torch/InitialWeights.h"

#include "base/Rng.h"

#include <algorithm>
#include <cmath>

namespace millrace
{

void drawInitialWeights(const Graph& graph, std::uint64_t seed, std::span<float> weights)
{
    std::ranges::fill(weights, 0.0F);
    for (const Op& op : graph.ops) {
        if (op.weight < 0 || op.skip >= 0)
            continue;
        const Parameter& parameter = graph.parameters[static_cast<std::size_t>(op.weight)];
        const double limit = std::sqrt(6.0 / (op.inputs + op.outputs));
        Rng rng(seed, Purpose::InitialWeights, static_cast<std::uint64_t>(op.weight));
        for (float& weight :
             weights.subspan(static_cast<std::size_t>(parameter.offset), static_cast<std::size_t>(parameter.count())))
            weight = static_cast<float>((2 * rng.uniform() - 1) * limit);
    }
}

} // namespace millrace
