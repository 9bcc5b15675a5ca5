// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/TransactionalProducer.h"
#include "pipeline/reading/GroupReader.h"
#include "pipeline/reading/LastCommit.h"
#include "pipeline/reading/MemberSlot.h"
#include "pipeline/reading/PartitionWatch.h"
#include "pipeline/reading/Throttle.h"

#include <map>

namespace millrace
{

struct TransactionalConfig {
    Connection connection;
    std::filesystem::path home;
    std::string topic, group;
    StreamEnd until;
    std::string to;                     ///< the topic that is written
    std::chrono::milliseconds interval; ///< a transaction commits so often
    std::string metadata;               ///< stands beside the committed offsets
    /// By partition: a committed offset that means nothing. Where it still stands the partition is read from its
    /// beginning.
    std::map<int, std::int64_t> beyondEnd{};
};

/// A member of a consumer group that writes what it makes of the records in the same transaction as their offsets: a
/// reader of committed records sees both or neither, and each exactly once, however often members are killed, join or
/// leave. One transaction an interval. When Kafka refuses a transaction, or takes the partitions away, all that was not
/// committed is forgotten and read again from what the group committed; three refusals in a row are an error, and
/// brokers that are away are waited for. Used by one thread.
class TransactionalReader
{
public:
    TransactionalReader(TransactionalConfig config, RecordSource& source, RunFolder& run, JobContext& context);

    std::function<Status(const RecordSource::Row&)> onRow = [](const auto&) { return Status(); };
    /// Partitions gained, with the next offset and what stands beside it; may take its time, looking for a stop.
    std::function<Status(std::vector<PartitionOffset>&)> onAssigned = [](auto&) { return Status(); };
    /// Send now what was made of all rows handed out so far.
    std::function<Status()> beforeCommit = [] { return Status(); };
    std::function<void()> onCommitted = [] {};
    /// These are given up, after their commit.
    std::function<void(const std::vector<int>&)> onRevoked = [](const auto&) {};
    /// What was handed out since the last commit never happened; all partitions are assigned anew.
    std::function<void()> onForgotten = [] {};
    /// What onCommitted told of last was not committed, as the group's offsets show, and its rows come again.
    std::function<void()> onUncommitted = [] {};
    /// After each poll.
    std::function<void()> onPoll = [] {};

    /// From beforeCommit or a row's handler; begins a transaction where none is open.
    Status send(std::string_view key, std::string_view value, int partition, std::span<const MessageHeader> headers);
    /// The position of a partition that the next commit will hold.
    [[nodiscard]] std::int64_t position(int partition) const { return m_source.nextOffset(partition); }

    /// Runs until the stream is over or a stop is requested.
    Status run();
    /// Leaves the group.
    void leave();
    [[nodiscard]] bool isMember() const { return m_reader.has_value(); } ///< false after a stop that Kafka did not hear
    [[nodiscard]] std::int64_t rows() const { return m_committedRows; }  ///< handed out and committed
    [[nodiscard]] std::int64_t read() const { return m_rowsBefore + m_source.rows(); } ///< handed out so far
    /// The offsets that were committed last, of the partitions that we hold.
    [[nodiscard]] std::vector<PartitionOffset> committed() const;
    /// None once it has left.
    [[nodiscard]] HeldPartitions held() const { return m_reader ? m_reader->held() : HeldPartitions{}; }
    [[nodiscard]] std::int64_t transactions() const { return m_transactions; }
    /// Since the first message.
    [[nodiscard]] double seconds() const;

private:
    Status join();
    Status readOn();
    Result<bool> pollOnce();
    Status commit();
    void cutRejected();
    void takeBack(const LastCommit& commit);
    Status patiently(const std::function<Status()>& call) const;
    [[nodiscard]] std::vector<PartitionOffset> changed() const;
    void forget();
    [[nodiscard]] Error causeOf(const Error& error) const;
    void tellRefusal(const Error& error);

    TransactionalConfig m_config;
    RecordSource& m_source;
    RunFolder& m_run;
    JobContext& m_context;
    SameTopic m_same;
    Throttle m_throttle;
    PartitionWatch m_watch;
    std::optional<MemberSlot> m_slot;
    std::optional<TransactionalProducer> m_producer;
    std::optional<GroupReader> m_reader;
    std::map<int, std::int64_t> m_committed; ///< of the partitions that we hold: next offset, −1 unknown
    Status m_inCallback;                     ///< what failed while polling
    std::chrono::steady_clock::time_point m_lastCommit;
    std::optional<std::chrono::steady_clock::time_point> m_firstRow;
    std::int64_t m_committedRows = 0, m_rowsBefore = 0, m_transactions = 0;
    RejectionState m_rejected; ///< committed
    std::optional<LastCommit> m_lastCommitted;
    std::int64_t m_deletedCommitted = 0; ///< offsets that were deleted unread, in what is committed
    int m_refusals = 0;                  ///< since the last commit
    bool m_everJoined = false, m_hasToldRefused = false;
};

/// For judgeReading().
WhatWasRead whatWasRead(const std::string& topic, const TransactionalReader& reader, const RecordSource& source,
                        const JobContext& context);

} // namespace millrace
