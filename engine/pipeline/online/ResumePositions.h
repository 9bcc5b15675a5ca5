// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/online/OnlineConfig.h"
#include "pipeline/online/OnlineStart.h"

namespace millrace
{

/// Decides where a run reads on in a partition that the group assigns to it. The checkpoint is the truth, and the
/// commit follows it: an offset that is not of this run was set by somebody, or, while this run lives, by a member that
/// had the partition for a while. Pure: knows no broker and writes nothing. Not thread-safe.
class ResumePositions
{
public:
    enum class Reason {
        GroupCommitted, ///< the run knows nothing of the partition, and the group has committed there
        AskedStart,     ///< nobody has: where the run was asked to begin, or as the consumer does
        RunReached,     ///< where the run stands
        MemberRead,     ///< another member had the partition, and committed
        FollowedRun,    ///< somebody set the group's offset; the run was asked to follow itself
        FollowedGroup,  ///< somebody set the group's offset; the run was asked to follow that
        Refused,        ///< somebody set the group's offset, and what to follow was not said
    };
    struct Start {
        std::int64_t offset = 0; ///< as Consumer has it; negative: where a reader without offsets begins
        Reason reason = Reason::AskedStart;
        std::int64_t reached = -1; ///< by the run; −1: it knows nothing of the partition
        std::string writer;        ///< the run that committed what the group has; empty: none of ours
        /// The run stood elsewhere: what it saved before must not be committed here.
        [[nodiscard]] bool isMoved() const { return reached >= 0 && reached != offset; }
        /// Somebody set the group's offset.
        [[nodiscard]] bool isForeign() const
        {
            return reason == Reason::Refused || reason == Reason::FollowedRun || reason == Reason::FollowedGroup;
        }
    };

    /// run: its folder, as commits name it.
    ResumePositions(const OnlineStart& start, std::string run, ForeignOffset foreign);

    /// committed: what the group has. In their order; the partitions count as known from now on.
    std::vector<Start> assigned(const std::vector<PartitionOffset>& committed);
    /// Says that what assigned() answered has been noted: the group's offset of now is the one that was there first.
    void note(const PartitionOffset& committed) { m_committed[committed.partition] = committed.offset; }
    /// A commit of this run was answered: from here on an offset that is not this run's was set by somebody, also where
    /// it is the one that was there first. True when that is new.
    bool committed(int partition) { return m_committed.erase(partition) > 0; }
    /// What the run has saved.
    void reached(const Positions& positions);

    [[nodiscard]] bool isFirst() const { return m_known.empty(); }       ///< nothing was assigned yet
    [[nodiscard]] const std::set<int>& known() const { return m_known; } ///< that were ever assigned
    [[nodiscard]] const Positions& positions() const { return m_positions; }

private:
    [[nodiscard]] Start startOf(const PartitionOffset& committed, bool isFirst);
    [[nodiscard]] Start startOfUnknown(const PartitionOffset& committed) const;
    Start foreign(const PartitionOffset& committed);

    Positions m_positions;
    std::map<int, std::int64_t> m_first, m_committed, m_beyondEnd; ///< by partition, see OnlineStart
    std::set<int> m_lost, m_known;
    std::string m_run;
    bool m_resumed, m_reproduces;
    ForeignOffset m_foreign;
};

} // namespace millrace
