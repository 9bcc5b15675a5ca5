// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/CompactRows.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace millrace
{
namespace
{

/// A negative zero is kept as it is.
bool isZero(float value)
{
    return std::bit_cast<std::uint32_t>(value) == 0;
}

} // namespace

void CompactRows::add(std::span<const float> row)
{
    assert(m_blocks.empty() || row.size() == m_width);
    m_width = row.size();
    if (m_blocks.empty() || m_blocks.back().counts.size() == kBlock)
        m_blocks.emplace_back();
    Block& block = m_blocks.back();
    const auto zeros = static_cast<std::size_t>(std::ranges::count_if(row, isZero));
    if (2 * zeros <= row.size()) { // a place takes as much as a value
        block.values.insert(block.values.end(), row.begin(), row.end());
        block.counts.push_back(row.size());
        return;
    }
    for (std::size_t i = 0; i < row.size(); ++i)
        if (!isZero(row[i])) {
            block.values.push_back(row[i]);
            block.places.push_back(static_cast<std::uint32_t>(i));
        }
    block.counts.push_back(row.size() - zeros);
}

void CompactRows::expand(std::size_t block, std::vector<float>& rows) const
{
    const Block& from = m_blocks[block];
    rows.assign(from.counts.size() * m_width, 0.0F);
    auto value = from.values.begin();
    auto place = from.places.begin();
    auto row = rows.begin();
    for (const std::size_t count : from.counts) {
        const auto end = value + static_cast<std::ptrdiff_t>(count);
        if (count == m_width)
            value = std::ranges::copy(value, end, row).in;
        while (value != end)
            row[*place++] = *value++;
        row += static_cast<std::ptrdiff_t>(m_width);
    }
}

} // namespace millrace
