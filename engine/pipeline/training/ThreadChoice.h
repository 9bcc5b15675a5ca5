// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "train/Learner.h"

#include <map>

namespace millrace
{

/// How many threads a training step is quickest with on this machine, now.
struct ThreadChoice {
    int threads = 1;
    std::map<int, double> seconds; ///< a step, by number of threads; empty when nothing was measured
};

/// Below this batch nothing is measured and one thread trains: a step of the usual networks is over before a second
/// thread pays, and runs of a seed stay bit-identical among each other.
inline constexpr int kSmallestSharedBatch = 256;

/// Trains copies of the model with 1, 2, 4, … threads on noise for some hundred milliseconds, in turns. More threads
/// are taken only where they are clearly quicker, since Kafka's side needs some of the machine, too.
Result<ThreadChoice> measureThreads(LearnerModule& module, const LearnerSetup& setup, int batch);

} // namespace millrace
