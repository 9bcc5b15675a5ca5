// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/BoundedQueue.h"
#include "pipeline/online/RecordBlock.h"

namespace millrace
{

/// Mini-datasets on their way to the learner. They cross in blocks and are cut off one by one when they are taken; what
/// is not taken can be drained, in the middle of a block too. Full means backpressure, as in BoundedQueue. Thread-safe,
/// with one thread that takes.
class MiniDatasetQueue
{
public:
    explicit MiniDatasetQueue(std::size_t blocks) : m_blocks(blocks) {}

    bool waitForRoom(std::chrono::milliseconds timeout) { return m_blocks.waitForRoom(timeout); }
    /// False when the queue was closed; the block is dropped then.
    bool push(RecordBlock block) { return m_blocks.push(std::move(block)); }
    /// The next one, as RecordBlock::take(); waits for it, but not longer than so. False when none came, or isOver().
    bool takeWithin(std::chrono::milliseconds timeout, MiniDataset& dataset);
    /// All that is not taken. One that takeWithin() is just fetching is not among it: drain again.
    std::vector<RecordBlock> drain();
    void close() { m_blocks.close(); }
    [[nodiscard]] bool isClosed() const { return m_blocks.isClosed(); }
    /// All that was handed over so far is taken.
    [[nodiscard]] bool isEmpty() const;
    /// Closed, and nothing is left.
    [[nodiscard]] bool isOver() const;

    [[nodiscard]] std::size_t size() const { return m_blocks.size(); } ///< blocks of which nothing is taken
    [[nodiscard]] std::size_t capacity() const { return m_blocks.capacity(); }

private:
    BoundedQueue<RecordBlock> m_blocks;
    mutable std::mutex m_mutex; ///< of the one that is cut
    RecordBlock m_cut;
};

} // namespace millrace
