// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/OffsetCommitter.h"

#include <algorithm>

namespace millrace
{

OffsetCommitter::OffsetCommitter(std::string topic, SavedState begin, bool isPending)
    : m_topic(std::move(topic)), m_saved(begin), m_committed(std::move(begin)), m_isPending(isPending)
{
}

void OffsetCommitter::saved(const SavedState& state)
{
    {
        const std::lock_guard lock(m_mutex);
        m_saved = state;
        m_isPending = true;
    }
    m_changed.notify_all();
}

std::set<std::int64_t> OffsetCommitter::neededCheckpoints()
{
    const std::lock_guard lock(m_mutex);
    return {m_committed.checkpoint, m_committing.checkpoint};
}

void OffsetCommitter::close()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isClosed = true;
    }
    m_changed.notify_all();
}

Result<std::vector<PartitionOffset>> OffsetCommitter::commit(GroupReader& reader)
{
    std::vector<PartitionOffset> positions;
    std::string metadata;
    {
        const std::lock_guard lock(m_mutex);
        std::erase_if(m_movedAt, [this](const auto& moved) { return m_saved.miniDatasets > moved.second; });
        if (!std::exchange(m_isPending, false))
            return positions;
        m_committing = m_saved;
        metadata = m_committing.metadata;
        for (const auto& [partition, position] : m_committing.positions)
            if (!m_movedAt.contains(partition))
                positions.push_back({m_topic, partition, position.next});
    }
    for (const int partition : reader.partitions())
        m_committedNext.try_emplace(partition, -1);
    auto committed = reader.commit(positions, metadata);
    if (!committed && !committed.error().retriable && !reader.isFenced())
        return fail(committed.error());
    const std::lock_guard lock(m_mutex);
    if (!committed) {
        m_isPending = true;
        return std::vector<PartitionOffset>{};
    }
    m_isPending = m_isPending || !noteCommitted(positions, reader);
    if (!positions.empty() && !m_isPending)
        m_committed = m_committing;
    return positions;
}

/// Of a partition that was given up meanwhile only what was committed before is committed; one that this life never had
/// is another member's. False where some are still to be committed.
bool OffsetCommitter::noteCommitted(const std::vector<PartitionOffset>& positions, const GroupReader& reader)
{
    for (const PartitionOffset& position : positions)
        if (reader.holds(position.partition))
            m_committedNext[position.partition] = position.offset;
    return std::ranges::none_of(positions, [this](const PartitionOffset& position) {
        const auto known = m_committedNext.find(position.partition);
        return known != m_committedNext.end() && known->second < position.offset;
    });
}

bool OffsetCommitter::isPending()
{
    const std::lock_guard lock(m_mutex);
    return m_isPending;
}

SavedState OffsetCommitter::lastSaved()
{
    const std::lock_guard lock(m_mutex);
    return m_saved;
}

SavedState OffsetCommitter::lastCommitted()
{
    const std::lock_guard lock(m_mutex);
    return m_committed;
}

bool OffsetCommitter::waitUntilSaved(std::int64_t miniDatasets, std::chrono::milliseconds timeout)
{
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, timeout, [&] { return m_isClosed || m_saved.miniDatasets >= miniDatasets; });
}

bool OffsetCommitter::waitUntilClosed(std::chrono::milliseconds timeout)
{
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, timeout, [this] { return m_isClosed; });
}

} // namespace millrace
