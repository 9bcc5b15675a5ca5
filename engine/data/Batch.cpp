// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/Batch.h"

#include <algorithm>

namespace millrace
{

ShuffleBuffer::ShuffleBuffer(int width, int capacity, std::uint64_t seed, std::uint64_t epoch, bool weighted,
                             std::size_t targets)
    : m_width(width), m_capacity(std::max(capacity, 0)), m_targetsOfRow(targets),
      m_features(static_cast<std::size_t>(width) * static_cast<std::size_t>(m_capacity)),
      m_targets(static_cast<std::size_t>(m_capacity) * targets), m_isWeighted(weighted),
      m_weights(weighted ? static_cast<std::size_t>(m_capacity) : 0), m_rng(seed, Purpose::ShuffleOrder, epoch)
{
}

void ShuffleBuffer::restart(std::uint64_t seed, std::uint64_t epoch)
{
    m_size = 0;
    m_rng = Rng(seed, Purpose::ShuffleOrder, epoch);
}

std::ptrdiff_t ShuffleBuffer::targetsAt(int index) const
{
    return static_cast<std::ptrdiff_t>(static_cast<std::size_t>(index) * m_targetsOfRow);
}

bool ShuffleBuffer::push(std::span<const float> features, std::span<const float> targets, Batch& out, float weight)
{
    if (m_capacity == 0) {
        out.features.insert(out.features.end(), features.begin(), features.end());
        out.targets.insert(out.targets.end(), targets.begin(), targets.end());
        if (m_isWeighted)
            out.weights.push_back(weight);
        return true;
    }
    const bool full = m_size == m_capacity;
    const int index = full ? static_cast<int>(m_rng.below(static_cast<std::uint32_t>(m_size))) : m_size++;
    if (full)
        handOut(index, out);
    std::copy(features.begin(), features.end(), m_features.begin() + static_cast<std::ptrdiff_t>(index) * m_width);
    std::ranges::copy(targets, m_targets.begin() + targetsAt(index));
    if (m_isWeighted)
        m_weights[static_cast<std::size_t>(index)] = weight;
    return full;
}

bool ShuffleBuffer::drain(Batch& out)
{
    if (m_size == 0)
        return false;
    const int index = static_cast<int>(m_rng.below(static_cast<std::uint32_t>(m_size)));
    handOut(index, out);
    --m_size;
    if (index != m_size) {
        const auto last = m_features.begin() + static_cast<std::ptrdiff_t>(m_size) * m_width;
        std::copy(last, last + m_width, m_features.begin() + static_cast<std::ptrdiff_t>(index) * m_width);
        std::copy_n(m_targets.begin() + targetsAt(m_size), m_targetsOfRow, m_targets.begin() + targetsAt(index));
        if (m_isWeighted)
            m_weights[static_cast<std::size_t>(index)] = m_weights[static_cast<std::size_t>(m_size)];
    }
    return true;
}

void ShuffleBuffer::handOut(int index, Batch& out)
{
    const auto row = m_features.begin() + static_cast<std::ptrdiff_t>(index) * m_width;
    out.features.insert(out.features.end(), row, row + m_width);
    const auto targets = m_targets.begin() + targetsAt(index);
    out.targets.insert(out.targets.end(), targets, targets + targetsAt(1));
    if (m_isWeighted)
        out.weights.push_back(m_weights[static_cast<std::size_t>(index)]);
}

ShuffleBuffer::State ShuffleBuffer::state() const
{
    const auto end = static_cast<std::ptrdiff_t>(m_size);
    State state{{{m_features.begin(), m_features.begin() + end * m_width},
                 {m_targets.begin(), m_targets.begin() + targetsAt(m_size)}},
                m_rng.drawn()};
    state.rows.targetsOfRow = m_targetsOfRow;
    if (m_isWeighted)
        state.rows.weights.assign(m_weights.begin(), m_weights.begin() + end);
    return state;
}

void ShuffleBuffer::restore(const State& state)
{
    m_size = state.rows.rows();
    std::ranges::copy(state.rows.features, m_features.begin());
    std::ranges::copy(state.rows.targets, m_targets.begin());
    if (m_isWeighted)
        std::ranges::copy(state.rows.weights, m_weights.begin());
    m_rng.goTo(state.drawn);
}

SplitSelector::SplitSelector(std::int64_t total, std::int64_t testRows, std::uint64_t seed)
    : m_left(total), m_wanted(std::clamp<std::int64_t>(testRows, 0, std::max<std::int64_t>(total, 0))),
      m_rng(seed, Purpose::Split)
{
}

SplitSelector SplitSelector::ofLast(std::int64_t total, std::int64_t testRows)
{
    SplitSelector selector(total, testRows, 0);
    selector.m_isOfLast = true;
    return selector;
}

/// 53 random bits, so that files of more than 2^32 rows are split as evenly; below 1, so that the last ones wanted are
/// always taken.
bool SplitSelector::drawn()
{
    const std::uint64_t high = m_rng.bits();
    const double uniform = static_cast<double>((high << 21U) | (m_rng.bits() >> 11U)) * 0x1p-53;
    return uniform * static_cast<double>(m_left) < static_cast<double>(m_wanted);
}

bool SplitSelector::isTest()
{
    if (m_left <= 0)
        return false;
    const bool taken = m_isOfLast ? m_left <= m_wanted : drawn();
    --m_left;
    m_wanted -= taken ? 1 : 0;
    return taken;
}

} // namespace millrace
