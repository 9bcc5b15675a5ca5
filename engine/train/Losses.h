// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace millrace
{

/// A row of the loss table (train/registry.cpp): what training makes small. The formula and its gradient are in
/// train/torch/Losses.cpp.
struct LossKind {
    std::string name; ///< "binary-cross-entropy"
    std::string help;
};
const std::vector<LossKind>& lossKinds();

} // namespace millrace
