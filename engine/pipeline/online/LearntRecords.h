// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <bitset>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>

namespace millrace
{

/// The records that an online run has learnt from, each with its label, as scores.csv tells them: what a later pass
/// learns again. Two bits an offset. Not thread-safe.
class LearntRecords
{
public:
    /// What the first `bytes` bytes of the run's scores.csv tell; errors are those of ScoreLog::read().
    static Result<LearntRecords> read(const std::filesystem::path& scores, std::int64_t bytes);

    void add(int partition, std::int64_t offset, bool label);
    /// Of a record that was learnt; nullopt of any other.
    [[nodiscard]] std::optional<bool> labelOf(int partition, std::int64_t offset) const;
    [[nodiscard]] std::int64_t count() const { return m_count; }

    /// Offsets of the first record, and behind the last one.
    struct Range {
        std::int64_t first = 0, end = 0;
    };
    [[nodiscard]] const std::map<int, Range>& ranges() const { return m_ranges; } ///< by partition

private:
    static constexpr std::int64_t kBlock = 4096; ///< offsets
    struct Block {
        std::bitset<kBlock> learnt, labels;
    };
    std::map<std::pair<int, std::int64_t>, Block> m_blocks; ///< by partition and offset / kBlock
    std::map<int, Range> m_ranges;
    std::int64_t m_count = 0;
};

} // namespace millrace
