// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/bench/InputBench.h"

namespace millrace
{

/// Runs the tools whose jars are in the folder, with this machine's Java. An error when there are none, or no Java.
Result<KafkaTool> kafkaToolOf(const std::filesystem::path& jars);

} // namespace millrace
