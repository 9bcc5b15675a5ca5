// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/reading/GroupRows.h"
#include "pipeline/reading/RecordSource.h"
#include "pipeline/reading/SameTopic.h"
#include "pipeline/reading/StreamBounds.h"

#include <set>

namespace millrace
{

/// Reads a topic as a member of a consumer group until the asked end. Used by the thread that polls.
class GroupReader
{
public:
    /// same: which topic it is, also when it is joined again. instanceId: the name that a run keeps in the group, so
    /// that it is back at once after a kill; empty: none.
    static Result<GroupReader> join(const Connection& connection, const std::string& topic, const std::string& group,
                                    StreamEnd until, SameTopic& same, RecordSource& source, JobContext& context,
                                    const std::string& instanceId = {});

    /// Polls once; rows go to the source's handler. False when the stream is over.
    Result<bool> poll(std::chrono::milliseconds timeout, int maxMessages = kPollMessages);
    /// For a caller that has no room for records now: call it again and again while waiting. Keeps the member in the
    /// group, however long that takes: after some seconds the partitions are paused and polled on (not
    /// before, since pausing throws away what was fetched). The next poll() reads on.
    Status keepAlive();
    /// Reads on from there in one of its partitions.
    Status moveTo(const PartitionOffset& to);
    /// A partition's end as the last fetch told it; nullopt before the first.
    [[nodiscard]] std::optional<std::int64_t> knownEnd(const PartitionOffset& of) const
    {
        return m_consumer.knownEnd(of.topic, of.partition);
    }
    /// A stream that ends after a number of rows ends so many later: they come again.
    void expectMore(std::int64_t rows);
    /// Instead of poll() while the user pauses: reads nothing, and stays a member that takes part in rebalances.
    Status pollPaused(std::chrono::milliseconds timeout);
    /// Commits those positions that are of partitions which it has.
    Status commit(const std::vector<PartitionOffset>& positions, const std::string& metadata = {});
    [[nodiscard]] bool holds(int partition) const { return m_assigned->contains(partition); }
    /// Called when partitions were gained, with what the group committed: may move the offsets to start at.
    std::function<void(std::vector<PartitionOffset>&)> onAssigned = [](auto&) {};
    /// Called before partitions are given up: finish with their rows and commit.
    std::function<void()> beforeRevoke = [] {};
    /// Called when partitions are somebody else's already: nothing can be committed any more. Also by each poll of a
    /// member that is fenced. When empty, lost partitions go as revoked ones do, and fencing is an error.
    std::function<void()> onLost;
    /// The group has put this member out; the next poll calls onLost.
    [[nodiscard]] bool isLost() const { return m_consumer.isLost(); }
    /// Another member of the instance's name has taken its place.
    [[nodiscard]] bool isFenced() const { return m_consumer.isFenced(); }
    void leave(std::chrono::milliseconds deadline = std::chrono::seconds(1)) { m_consumer.close(deadline); }
    [[nodiscard]] const std::set<int>& partitions() const { return *m_assigned; }
    /// For TransactionalProducer::sendOffsets().
    [[nodiscard]] Membership membership() const { return m_consumer.membership(); }
    /// What it has now, and how far it has come.
    [[nodiscard]] HeldPartitions held() const { return {m_assigned->size(), isAtEnds(), m_hadRevoked}; }
    [[nodiscard]] bool hasPartitions() const { return !m_assigned->empty(); }

private:
    GroupReader(Consumer consumer, SameTopic& same, StreamEnd until, RecordSource& source, JobContext& context);
    Status serve(std::chrono::milliseconds timeout, int maxMessages);
    [[nodiscard]] bool isOver() const;
    [[nodiscard]] bool isAtEnds() const;
    Consumer m_consumer;
    SameTopic* m_topic;
    StreamEnd m_until;
    RecordSource* m_source;
    JobContext* m_context;
    std::chrono::steady_clock::time_point m_joined; ///< or when the brokers were last away
    Silence m_silence;
    bool m_hasToldWaiting = false, m_paused = false, m_hadPartitions = false, m_hadRevoked = false;
    std::chrono::steady_clock::time_point m_polled;
    // Shared with the source's handlers, which outlive a move of the reader.
    std::shared_ptr<std::set<int>> m_assigned = std::make_shared<std::set<int>>(),
                                   m_ended = std::make_shared<std::set<int>>();
};

} // namespace millrace
