// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/reading/ValidationPart.h"

namespace millrace
{

/// What the targets of the records to learn are.
struct TargetSketch {
    std::int64_t records = 0;
    std::vector<double> classes;   ///< records by class, each times its weight; empty: a task without
    double weights = 0, sizes = 0; ///< sums of the weights, and of what they are without their sign
};

/// Of about 100,000 of them at most, in seeded blocks, none of the validation part.
Result<TargetSketch> sketchTargets(const RecordInput& input, const ValidationSource& source, JobContext& context);

} // namespace millrace
