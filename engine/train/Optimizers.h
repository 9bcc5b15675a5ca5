// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "train/Learner.h"

namespace millrace
{

struct OptimizerParameter : ParameterInfo {
    double OptimizerSpec::*value = nullptr; ///< where it is kept
};

/// A row of the optimizer table (train/registry.cpp). The update itself is in train/torch/Optimizers.cpp.
struct OptimizerKind {
    std::string name;
    std::string help;
    bool hasMoments = false;
    std::vector<OptimizerParameter> parameters;
};
const std::vector<OptimizerKind>& optimizerKinds();

} // namespace millrace
