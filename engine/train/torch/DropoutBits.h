// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "train/torch/Kernels.h"

namespace millrace
{

/// Random numbers of 16 bits are made in groups of 32, so a row takes groupsOf(columns) groups.
constexpr int kGroup = 32;
constexpr int groupsOf(int columns)
{
    return (columns + kGroup - 1) / kGroup;
}

/// The numbers of one row of a mask, 32 · groupsOf(columns) of them. Group g of row r comes from the four Philox blocks
/// 4 (r · groups + g) + lane, of 32-bit words that hold two numbers each, the lower half first: word 2 · lane of the
/// group's first half is word 0 of the block and 2 · lane + 1 is word 2, the second half has words 1 and 3. (This order
/// costs a vector unit no shuffles.) The same on every processor.
void dropoutBits(const DropoutMask& mask, int row, int groups, std::uint16_t* bits);

} // namespace millrace
