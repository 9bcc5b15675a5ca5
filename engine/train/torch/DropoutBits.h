// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "train/torch/Kernels.h"

namespace millrace
{

/// Random words are made in groups of 16, so a row takes groupsOf(columns) groups.
constexpr int kGroup = 16;
constexpr int groupsOf(int columns)
{
    return (columns + kGroup - 1) / kGroup;
}

/// The words of one row of a mask, 16 · groupsOf(columns) of them. Group g of row r comes from the four Philox blocks
/// 4 (r · groups + g) + lane: word 2 · lane of its first half is word 0 of the block and 2 · lane + 1 is word 2, the
/// second half has words 1 and 3. (This order costs a vector unit no shuffles.) The same on every processor.
void dropoutBits(const DropoutMask& mask, int row, int groups, std::uint32_t* words);

} // namespace millrace
