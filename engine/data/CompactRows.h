// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace millrace
{

/// Rows of numbers that are kept for long, bit by bit: of those that are mostly zeros (levels of text columns, one
/// number each) only the others take room. They come back in blocks. Not thread-safe.
class CompactRows
{
public:
    static constexpr std::size_t kBlock = 1024; ///< rows

    /// width: numbers of a row, of all alike.
    void add(std::span<const float> row);
    [[nodiscard]] std::size_t blocks() const { return m_blocks.size(); }
    /// The rows of a block, [rows, width]: kBlock of them, in the last block those that are left.
    void expand(std::size_t block, std::vector<float>& rows) const;

private:
    struct Block {
        std::vector<float> values;
        std::vector<std::uint32_t> places; ///< in its row, of the values of rows that are mostly zeros
        std::vector<std::size_t> counts;   ///< by row: of such values; the whole width where it is dense
    };
    std::size_t m_width = 0;
    std::vector<Block> m_blocks;
};

/// A batch that is kept for long (Batch.h).
struct CompactBatch {
    CompactRows features;
    std::vector<float> targets, weights{};
    std::size_t targetsOfRow = 1;
    [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(targets.size() / targetsOfRow); }
};

} // namespace millrace
