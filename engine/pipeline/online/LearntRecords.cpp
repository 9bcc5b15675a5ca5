// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/LearntRecords.h"

#include "data/Binary.h"
#include "pipeline/online/ScoreLog.h"

#include <algorithm>

namespace millrace
{

Result<LearntRecords> LearntRecords::read(const std::filesystem::path& scores, std::int64_t bytes)
{
    LearntRecords records;
    const auto add = [&](const Score& score) { records.add(score.partition, score.offset, isPositive(score.label)); };
    if (auto done = ScoreLog::read(scores, bytes, add); !done)
        return fail(done.error());
    return records;
}

void LearntRecords::add(int partition, std::int64_t offset, bool label)
{
    Block& block = m_blocks[{partition, offset / kBlock}];
    const auto bit = static_cast<std::size_t>(offset % kBlock);
    m_count += block.learnt[bit] ? 0 : 1;
    block.learnt[bit] = true;
    block.labels[bit] = label;
    Range& range = m_ranges.try_emplace(partition, Range{offset, offset + 1}).first->second;
    range = {std::min(range.first, offset), std::max(range.end, offset + 1)};
}

std::optional<bool> LearntRecords::labelOf(int partition, std::int64_t offset) const
{
    const auto block = m_blocks.find({partition, offset / kBlock});
    const auto bit = static_cast<std::size_t>(offset % kBlock);
    if (block == m_blocks.end() || !block->second.learnt[bit])
        return std::nullopt;
    return block->second.labels[bit];
}

} // namespace millrace
