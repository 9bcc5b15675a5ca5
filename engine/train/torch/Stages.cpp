// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/torch/Stages.h"

namespace millrace
{

std::vector<Stage> makeStages(const Graph& graph)
{
    std::vector<Stage> stages;
    bool trainable = false;
    for (std::size_t index = 0; index < graph.ops.size(); ++index) {
        const Op& op = graph.ops[index];
        const bool afterLinear = !stages.empty() && stages.back().op.kind == OpKind::Linear;
        if (op.kind == OpKind::Dropout && op.rate <= 0)
            continue;
        if (op.kind == OpKind::Relu && afterLinear && !stages.back().relu) {
            stages.back().relu = true;
            continue;
        }
        if (op.kind == OpKind::Dropout && afterLinear && stages.back().relu && stages.back().rate <= 0) {
            stages.back().rate = op.rate;
            stages.back().dropoutIndex = static_cast<std::uint32_t>(index);
            continue;
        }
        Stage stage;
        stage.op = op;
        stage.rate = op.rate;
        stage.dropoutIndex = static_cast<std::uint32_t>(index);
        stage.needsGradient = trainable;
        stages.push_back(std::move(stage));
        trainable = trainable || op.kind == OpKind::Linear;
    }
    return stages;
}

} // namespace millrace
