// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Clock.h"
#include "pipeline/online/AssignmentLog.h"
#include "pipeline/online/LagSkip.h"
#include "pipeline/online/LaterPasses.h"
#include "pipeline/online/MiniDatasetBuilder.h"
#include "pipeline/online/MiniDatasetQueue.h"
#include "pipeline/online/OffsetCommitter.h"
#include "pipeline/online/OnlinePhase.h"
#include "pipeline/online/ResumePositions.h"
#include "pipeline/reading/PartitionWatch.h"
#include "pipeline/reading/Throttle.h"

#include <thread>

namespace millrace
{

/// The ingest side of online learning: polls as a member of the group, divides the stream into mini-datasets, hands
/// over at once what a poll has completed, commits what the training thread has saved. A full queue is backpressure: it
/// stops polling, and stays in the group. Partitions that are revoked are finished with, saved and committed first.
/// Later passes are read without the group.
class OnlineIngest
{
public:
    OnlineIngest(const OnlineConfig& config, OnlineStart start, RecordDecoder decoder, RunFolder& run,
                 JobContext& context);
    ~OnlineIngest();

    MiniDatasetQueue& queue() { return m_queue; }
    /// What was saved, and is to be committed.
    OffsetCommitter& offsets() { return m_offsets; }
    /// The group has evicted the run, and others go on from what it had committed: so must this run. The journal has
    /// it.
    [[nodiscard]] bool isLost() const { return m_isLost; }
    /// And by a member of the run's own name: itself after a stall, or another process that goes on with the run.
    [[nodiscard]] bool isFenced() const { return m_isFenced; }
    /// A checkpoint is waited for: of all that was handed over, so not before it is learnt.
    [[nodiscard]] bool wantsCheckpoint() const
    {
        const OnlinePhase phase = m_phase;
        return (phase == OnlinePhase::Revoking || phase == OnlinePhase::Draining) && m_queue.isEmpty();
    }
    [[nodiscard]] std::int64_t rejected() const { return m_rejected; }
    [[nodiscard]] std::int64_t skipped() const { return m_lagSkip.skipped(); }
    /// Offsets that retention took before they were read, of the records' and of the labels' topic.
    [[nodiscard]] std::int64_t deleted() const { return m_deleted; }
    [[nodiscard]] std::int64_t labelsDeleted() const { return m_labelsDeleted; }
    [[nodiscard]] std::int64_t consumed() const { return m_consumed; }
    [[nodiscard]] bool joined() const { return m_phase != OnlinePhase::Joining; }
    /// When the group's stream was over; after finish().
    [[nodiscard]] const HeldPartitions& held() const { return m_heldAtEnd; }
    /// Nothing more will be saved: commits what is, leaves the group, joins the thread. The error that ended it, if one
    /// did.
    Status finish();

private:
    /// For a commit that has to be.
    static constexpr std::chrono::milliseconds kRejoinPatience{5000};

    void run();
    void enter(OnlinePhase phase);
    // The first pass.
    Status readAsMember();
    Status readStream(GroupReader& reader);
    Result<bool> pollOnce(GroupReader& reader);
    void lookForLag(GroupReader& reader);
    Status drainPass(GroupReader& reader);
    void finishAsMember(GroupReader& reader);
    // Later ones.
    Status readAgain();
    Status readPass();
    // Records, labels, mini-datasets.
    void takeRow(const RecordSource::Row& row);
    Status openLabels();
    Result<std::int64_t> takeLabels(int atMost);
    void close(MiniDataset::Closed closed);
    void closeFull(const RecordSource::Row& row);
    void closeIfLingered();
    [[nodiscard]] Positions positionsNow() const;
    void pushReady(GroupReader* reader);
    void waitForRoom(GroupReader& reader);
    // Offsets.
    Status commitSaved(GroupReader& reader);
    void commitLast(GroupReader& reader);
    void commitWhenRevoked(GroupReader& reader);
    // Partitions that come and go: OnlineIngestPartitions.cpp.
    void takeAssigned(std::vector<PartitionOffset>& partitions);
    Status noteAssigned(const PartitionOffset& committed, const ResumePositions::Start& start);
    void finishRevoked(GroupReader& reader);
    void lose();
    Status dropPlan();
    void forgetUntaken();
    void forgetRejected(const RejectionState& from);
    void waitUntilSaved();
    /// What a callback decided ends the loop; the first error counts.
    void decide(Status status);
    [[nodiscard]] std::chrono::milliseconds pollTimeout() const;
    [[nodiscard]] bool isAbandoned() const { return m_context.stopRequested() || m_queue.isClosed(); }

    const OnlineConfig& m_config;
    OnlineStart m_start;
    RunFolder& m_run;
    JobContext& m_context;
    RecordSource m_source;
    Throttle m_throttle;
    PartitionWatch m_watch;
    MiniDatasetQueue m_queue{2};
    OffsetCommitter m_offsets;
    std::atomic<OnlinePhase> m_phase{OnlinePhase::Joining};
    std::atomic<bool> m_isLost{false}, m_isFenced{false}; ///< also when the phase is over
    std::atomic<std::int64_t> m_rejected{0}, m_consumed{0}, m_deleted{0}, m_labelsDeleted{0};

    // Of the ingest thread alone.
    MiniDatasetBuilder m_miniDatasets;
    bool m_isMovedApart = true; ///< since the last mini-dataset the stream has moved by more than its rows
    ResumePositions m_positions;
    LagSkip m_lagSkip;
    AssignmentLog m_assignments;
    std::optional<LabelReader> m_labels;
    JoinKey m_joinKey;
    int m_pass = 1;
    std::optional<LaterPasses> m_laterPasses; ///< once the first is over
    std::int64_t m_handedOut = 0;             ///< mini-datasets, those of earlier lives included
    std::set<int> m_held;                     ///< partitions
    Status m_decided;

    HeldPartitions m_heldAtEnd;
    Status m_status;
    std::jthread m_thread; ///< last: everything it uses is made before it
};

} // namespace millrace
