// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "train/Learner.h"

namespace millrace
{

/// Views of the flat buffers, all of `count` elements; the moments are null where the optimizer has none.
struct FlatParameters {
    float* weights = nullptr;
    const float* gradients = nullptr;
    float* firstMoments = nullptr;
    float* secondMoments = nullptr;
    std::int64_t count = 0;
};

/// The update of a row of the optimizer table. `step` counts from 1; the rate stands beside the spec because it can
/// change while training.
struct OptimizerUpdate {
    const char* name;
    bool hasMoments;
    void (*update)(const FlatParameters& parameters, const OptimizerSpec& spec, double learningRate, std::int64_t step);
};

/// Null when the module has no update of this name.
const OptimizerUpdate* findOptimizerUpdate(const std::string& name);

} // namespace millrace
