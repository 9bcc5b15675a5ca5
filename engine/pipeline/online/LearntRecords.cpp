// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/LearntRecords.h"

#include "pipeline/online/ScoreLog.h"

#include <algorithm>
#include <bit>

namespace millrace
{

Result<LearntRecords> LearntRecords::read(const std::filesystem::path& scores, std::int64_t bytes)
{
    LearntRecords records;
    const auto add = [&](const Score& score) { records.add(score.partition, score.offset, score.target); };
    if (auto done = ScoreLog::read(scores, bytes, add); !done)
        return fail(done.error());
    return records;
}

std::size_t LearntRecords::placeOf(float target)
{
    const auto [entry, isNew] = m_places.try_emplace(target, m_targets.size());
    if (isNew)
        m_targets.push_back(target);
    return entry->second;
}

void LearntRecords::add(int partition, std::int64_t offset, float target)
{
    Block& block = m_blocks[{partition, offset / kBlock}];
    const auto at = static_cast<std::size_t>(offset % kBlock);
    m_count += block.learnt[at] ? 0 : 1;
    block.learnt[at] = true;
    const std::size_t place = placeOf(target);
    if (const auto bits = static_cast<std::size_t>(std::bit_width(place)); block.target.size() < bits)
        block.target.resize(bits);
    for (std::size_t bit = 0; bit < block.target.size(); ++bit)
        block.target[bit][at] = ((place >> bit) & 1U) != 0;
    Range& range = m_ranges.try_emplace(partition, Range{offset, offset + 1}).first->second;
    range = {std::min(range.first, offset), std::max(range.end, offset + 1)};
}

std::optional<float> LearntRecords::targetOf(int partition, std::int64_t offset) const
{
    const auto block = m_blocks.find({partition, offset / kBlock});
    const auto at = static_cast<std::size_t>(offset % kBlock);
    if (block == m_blocks.end() || !block->second.learnt[at])
        return std::nullopt;
    std::size_t place = 0;
    for (std::size_t bit = 0; bit < block->second.target.size(); ++bit)
        place |= block->second.target[bit][at] ? std::size_t{1} << bit : 0;
    return m_targets[place];
}

} // namespace millrace
