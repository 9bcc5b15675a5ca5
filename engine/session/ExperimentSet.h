// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Experiment.h"

namespace millrace
{

/// The experiment with keys set as "train.epochs=5", "seed=2", "train.optimizer.learning-rate=0.01", one after the
/// other; nothing behind the = takes the key away. A section that was not there begins with its first key. All is
/// checked as a file is: ErrorCode::Usage names the key, and for an unknown one the nearest known.
Result<Experiment> withKeysSet(const Experiment& experiment, const std::vector<std::string>& assignments);

} // namespace millrace
