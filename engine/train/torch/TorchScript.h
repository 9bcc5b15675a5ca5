// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "train/Learner.h"

namespace millrace
{

/// Compiles the source, puts the tensors and the description beside it and writes the archive as a whole. May throw.
Status writeTorchScript(const std::string& source, const std::vector<LearnerModule::NamedTensor>& tensors,
                        const std::string& description, const std::filesystem::path& file);

} // namespace millrace
