// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/MiniDatasetQueue.h"

namespace millrace
{

bool MiniDatasetQueue::takeWithin(std::chrono::milliseconds timeout, MiniDataset& dataset)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_cut.take(dataset))
            return true;
    }
    auto block = m_blocks.popWithin(timeout);
    if (!block)
        return false;
    const std::lock_guard lock(m_mutex);
    m_cut = std::move(*block);
    return m_cut.take(dataset);
}

std::vector<RecordBlock> MiniDatasetQueue::drain()
{
    std::vector<RecordBlock> blocks;
    const std::lock_guard lock(m_mutex);
    if (m_cut.miniDatasets() > 0)
        blocks.push_back(std::exchange(m_cut, {}));
    for (RecordBlock& block : m_blocks.drain())
        blocks.push_back(std::move(block));
    return blocks;
}

bool MiniDatasetQueue::isEmpty() const
{
    const std::lock_guard lock(m_mutex);
    return m_cut.miniDatasets() == 0 && m_blocks.size() == 0;
}

bool MiniDatasetQueue::isOver() const
{
    const std::lock_guard lock(m_mutex);
    return m_cut.miniDatasets() == 0 && m_blocks.isOver();
}

} // namespace millrace
