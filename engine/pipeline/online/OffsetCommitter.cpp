// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/OffsetCommitter.h"

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
        for (const auto& [partition, place] : m_committing.places)
            if (!m_movedAt.contains(partition))
                positions.push_back({m_topic, partition, place.next});
    }
    auto committed = reader.commit(positions, metadata);
    if (!committed && !committed.error().retriable && !reader.isFenced())
        return fail(committed.error());
    const std::lock_guard lock(m_mutex);
    if (!committed) {
        m_isPending = true;
        return std::vector<PartitionOffset>{};
    }
    if (!positions.empty())
        m_committed = m_committing;
    return positions;
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
