// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Rng.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace millrace
{

/// Rows on their way to the learner, row-major.
struct Batch {
    std::vector<float> features;  ///< [rows, width]
    std::vector<float> targets;   ///< [rows, targetsOfRow], as the task has them: 0 or 1
    std::vector<float> weights{}; ///< [rows], or none: each counts 1
    std::size_t targetsOfRow = 1;
    [[nodiscard]] int rows() const { return static_cast<int>(targets.size() / targetsOfRow); }
    void clear()
    {
        features.clear();
        targets.clear();
        weights.clear();
    }
};

/// A shuffle buffer as tf.data's: holds `capacity` rows; each new row takes the place of one drawn uniformly, which
/// goes out. Drain gives the rest in random order. Capacity 0 passes rows through. Deterministic by (seed, epoch).
class ShuffleBuffer
{
public:
    /// weighted: its rows have weights. targets: of a row.
    ShuffleBuffer(int width, int capacity, std::uint64_t seed, std::uint64_t epoch, bool weighted = false,
                  std::size_t targets = 1);
    /// As made anew with these, in the room that it has.
    void restart(std::uint64_t seed, std::uint64_t epoch);
    /// Takes a row; appends to `out` the row that leaves, if one does. True when one did.
    bool push(std::span<const float> features, std::span<const float> targets, Batch& out, float weight = 1);
    bool push(std::span<const float> features, float target, Batch& out, float weight = 1)
    {
        return push(features, std::span(&target, 1), out, weight);
    }
    /// Moves one of the remaining rows to `out`; false when none is left.
    bool drain(Batch& out);
    [[nodiscard]] int size() const { return m_size; }

    /// All that it holds: a buffer made with the same arguments and given this goes on in the same way.
    struct State {
        Batch rows; ///< in their places
        std::uint64_t drawn = 0;
    };
    [[nodiscard]] State state() const;
    void restore(const State& state); ///< at most `capacity` rows of `width`

private:
    void handOut(int index, Batch& out);
    [[nodiscard]] std::ptrdiff_t targetsAt(int index) const;
    int m_width, m_capacity, m_size = 0;
    std::size_t m_targetsOfRow;
    std::vector<float> m_features;
    std::vector<float> m_targets;
    bool m_isWeighted;
    std::vector<float> m_weights; ///< where they have some
    Rng m_rng;
};

/// Which rows are test rows: exactly round(total · fraction) of them by selection sampling (Knuth, TAOCP 2, 3.4.2 S),
/// keyed by (seed, row); or the last ones. Ask for rows 0, 1, 2 … in order.
class SplitSelector
{
public:
    SplitSelector(std::int64_t total, std::int64_t testRows, std::uint64_t seed);
    static SplitSelector ofLast(std::int64_t total, std::int64_t testRows);
    bool isTest();

private:
    bool drawn();

    std::int64_t m_left, m_wanted;
    bool m_isOfLast = false;
    Rng m_rng;
};

} // namespace millrace
