// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <bitset>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <vector>

namespace millrace
{

/// The records that an online run has learnt from, each with its label, as scores.csv tells them: what a later pass
/// learns again. An offset takes a bit, and as many as the number of different targets has: two in all where there are
/// two classes. Not thread-safe.
class LearntRecords
{
public:
    /// What the first `bytes` bytes of the run's scores.csv tell; errors are those of ScoreLog::read().
    static Result<LearntRecords> read(const std::filesystem::path& scores, std::int64_t bytes);

    void add(int partition, std::int64_t offset, float target);
    /// Of a record that was learnt; nullopt of any other.
    [[nodiscard]] std::optional<float> targetOf(int partition, std::int64_t offset) const;
    [[nodiscard]] std::int64_t count() const { return m_count; }

    /// Offsets of the first record, and behind the last one.
    struct Range {
        std::int64_t first = 0, end = 0;
    };
    [[nodiscard]] const std::map<int, Range>& ranges() const { return m_ranges; } ///< by partition

private:
    static constexpr std::int64_t kBlock = 4096; ///< offsets
    struct Block {
        std::bitset<kBlock> learnt;
        std::vector<std::bitset<kBlock>> target; ///< bits of the target's place in m_targets, the lowest first
    };
    std::size_t placeOf(float target);

    std::vector<float> m_targets; ///< different ones, as they came
    std::map<float, std::size_t> m_places;
    std::map<std::pair<int, std::int64_t>, Block> m_blocks; ///< by partition and offset / kBlock
    std::map<int, Range> m_ranges;
    std::int64_t m_count = 0;
};

} // namespace millrace
