// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/online/OnlineStart.h"
#include "pipeline/reading/GroupReader.h"

#include <condition_variable>
#include <mutex>

namespace millrace
{

/// Commits for the group what the training thread has saved, and nothing before it is saved. saved(),
/// neededCheckpoints() and close() are for any thread, everything else for the thread that polls.
class OffsetCommitter
{
public:
    /// begin: what the run begins with. isPending: whether the group has it is not known.
    OffsetCommitter(std::string topic, SavedState begin, bool isPending);

    void saved(const SavedState& state);
    /// Those that the run may have to go back to.
    [[nodiscard]] std::set<std::int64_t> neededCheckpoints();
    /// Nothing more will be saved.
    void close();

    /// Commits what was saved last, if it is not. The positions that were committed; none when there was nothing to do,
    /// or when it cannot be done now, since the broker is away, the group is just moving members, or this one is
    /// fenced: then it stays pending.
    Result<std::vector<PartitionOffset>> commit(GroupReader& reader);
    [[nodiscard]] bool isPending();
    /// Reading goes on elsewhere in the partition than where the run stood: what is saved of mini-datasets up to this
    /// one does not know of it, and is not committed there.
    void leaveOut(int partition, std::int64_t miniDataset) { m_movedAt[partition] = miniDataset; }

    [[nodiscard]] SavedState lastSaved();
    [[nodiscard]] SavedState lastCommitted();
    /// Waits so long at most. True when so many mini-datasets are saved, or nothing more will be.
    bool waitUntilSaved(std::int64_t miniDatasets, std::chrono::milliseconds timeout);
    /// Waits so long at most. True when nothing more will be saved.
    bool waitUntilClosed(std::chrono::milliseconds timeout);

private:
    std::string m_topic;
    bool noteCommitted(const std::vector<PartitionOffset>& positions, const GroupReader& reader);

    std::map<int, std::int64_t> m_movedAt;       ///< by partition; of the thread that polls
    std::map<int, std::int64_t> m_committedNext; ///< of those that this life has had; −1: nothing; likewise
    std::mutex m_mutex;                          ///< of what follows
    std::condition_variable_any m_changed;
    SavedState m_saved, m_committing, m_committed;
    bool m_isPending = false, m_isClosed = false;
};

} // namespace millrace
