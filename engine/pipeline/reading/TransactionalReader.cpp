// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/TransactionalReader.h"

#include "base/Clock.h"
#include "base/Text.h"

namespace millrace
{
namespace
{

using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds kSlice{250};            ///< between looks at the stop request
constexpr Milliseconds kFarewell{250};         ///< for the last commit once a stop was requested
constexpr std::chrono::seconds kOpening{20};   ///< longer than the broker lets a dead one's transaction live
constexpr std::chrono::seconds kAwayAfter{2};  ///< so long no answer to a commit: no broker answers
constexpr std::chrono::seconds kCommitTime{5}; ///< to commit in; whoever takes over from a killed member waits for it
constexpr std::chrono::seconds kAnswerTime{5}; ///< for what the broker says of a transaction whose time is over
constexpr int kMostRefusals = 3;
constexpr std::int64_t kFromTheBeginning = -2;

/// A topic that is not there, data that cannot be used, a right that is missing: beginning anew does not help.
bool isLasting(const Error& error)
{
    return error.code == ErrorCode::Usage || error.code == ErrorCode::BadData ||
           (error.code == ErrorCode::Unreachable && !error.retriable);
}

} // namespace

TransactionalReader::TransactionalReader(TransactionalConfig config, RecordSource& source, RunFolder& run,
                                         JobContext& context)
    : m_config(std::move(config)), m_source(source), m_run(run), m_context(context),
      m_same(m_config.connection, m_config.topic), m_throttle(context), m_watch(m_config.connection, m_config.topic)
{
}

Status TransactionalReader::send(std::string_view key, std::string_view value, int partition,
                                 std::span<const MessageHeader> headers)
{
    if (!m_producer->isOpen())
        if (auto begun = m_producer->begin(); !begun)
            return begun;
    return m_producer->send(key, value, partition, headers, m_context.stop());
}

double TransactionalReader::seconds() const
{
    return m_firstRow ? secondsSince(*m_firstRow) : 0;
}

WhatWasRead whatWasRead(const std::string& topic, const TransactionalReader& reader, const RecordSource& source,
                        const JobContext& context)
{
    WhatWasRead read;
    read.topic = topic;
    read.records = reader.read();
    read.rejected = source.rejected();
    read.deleted = source.deleted();
    read.now = read.records + read.rejected;
    read.stopped = context.stopRequested();
    return read;
}

void TransactionalReader::leave()
{
    m_reader.reset();
    m_producer.reset();
}

Status TransactionalReader::run()
{
    auto slot = MemberSlot::take(m_config.home, m_config.group);
    if (!slot)
        return fail(slot.error());
    m_slot.emplace(std::move(*slot));
    m_source.onRow = [this](const RecordSource::Row& row) {
        if (m_inCallback)
            m_inCallback = onRow(row);
    };
    while (true) {
        auto done = join();
        const bool joined = done.has_value();
        if (joined) {
            m_source.onBrokersAway(false); // they have answered
            done = readOn();
        }
        if (done)
            return {};
        const Error error = done.error();
        const bool first = !m_everJoined && !joined;
        m_everJoined = m_everJoined || joined;
        if (m_context.stopRequested()) {
            if (joined)
                m_context.note(Note::Severity::Warning,
                               "What was not committed is read again next time: " + describe(error));
            forget();
            return {};
        }
        m_refusals += error.retriable ? 0 : 1;
        if (first || m_source.error() || m_refusals >= kMostRefusals || isLasting(error))
            return fail(causeOf(error));
        tellRefusal(error);
        forget();
    }
}

/// The topic that is written to was there when it was joined first. Where it is not any more, that is the reason,
/// whatever the call said that met it.
Error TransactionalReader::causeOf(const Error& error) const
{
    if (!m_everJoined || error.code == ErrorCode::BadData)
        return error;
    auto admin = Admin::open(m_config.connection);
    const auto target = admin ? admin->topic(m_config.to) : fail(admin.error());
    if (target || target.error().code != ErrorCode::Usage)
        return error;
    return {ErrorCode::Failed,
            "Topic " + m_config.to + " was deleted while it was written to: what stood in it is gone, and group " +
                m_config.group + " stays where it had committed, so that it is not written again",
            "Begin anew as another group (--group), or as this one after: millrace groups delete " + m_config.group};
}

void TransactionalReader::tellRefusal(const Error& error)
{
    m_run.log(describe(error));
    if (!std::exchange(m_hasToldRefused, true))
        m_context.note(Note::Severity::Warning, describe(error) + ". Going on from the last commit");
}

Status TransactionalReader::join()
{
    Connection writing = m_config.connection;
    const std::string patience = std::to_string((m_config.interval + kCommitTime).count());
    for (const char* setting : {"transaction.timeout.ms", "socket.timeout.ms"}) // the second may not be longer
        writing.properties.try_emplace(setting, patience);
    auto producer = TransactionalProducer::open(writing, m_config.to, m_slot->id(), kOpening, m_context.stop());
    if (!producer)
        return fail(producer.error());
    m_producer.emplace(std::move(*producer));
    StreamEnd until = m_config.until;
    if (until.kind == StreamEnd::Kind::Count)
        until.value -= m_committedRows;
    auto reader = GroupReader::join(m_config.connection, m_config.topic, m_config.group, until, m_same, m_source,
                                    m_context, m_slot->id());
    if (!reader)
        return fail(reader.error());
    m_reader.emplace(std::move(*reader));
    m_reader->onAssigned = [this](std::vector<PartitionOffset>& partitions) {
        for (PartitionOffset& each : partitions) {
            const auto beyond = m_config.beyondEnd.find(each.partition);
            if (beyond != m_config.beyondEnd.end() && beyond->second == each.offset) // nobody has read on since
                each = {each.topic, each.partition, kFromTheBeginning};
            m_committed[each.partition] = each.offset;
        }
        if (m_lastCommitted && m_lastCommitted->isUndoneBy(partitions))
            takeBack(*std::exchange(m_lastCommitted, std::nullopt));
        if (auto taken = onAssigned(partitions); m_inCallback && !taken)
            m_inCallback = std::move(taken);
    };
    m_reader->beforeRevoke = [this] {
        if (auto committed = commit(); m_inCallback && !committed)
            m_inCallback = std::move(committed);
        std::vector<int> given;
        for (const auto& [partition, offset] : std::exchange(m_committed, {}))
            given.push_back(partition);
        m_source.forgetPositions();
        m_source.setDeleted(m_deletedCommitted); // what was not committed the next owner finds, too
        onRevoked(given);
    };
    m_lastCommit = Clock::now();
    return {};
}

/// False when the stream is over.
Result<bool> TransactionalReader::pollOnce()
{
    if (m_context.paused()) {
        auto polled = m_reader->pollPaused(kPollTimeout);
        return polled ? Result<bool>(true) : Result<bool>(fail(polled.error()));
    }
    const int allowed = m_throttle.allow(kPollMessages);
    if (allowed == 0)
        return true;
    const std::int64_t before = read();
    auto polled = m_reader->poll(kPollTimeout, allowed);
    m_throttle.spend(read() - before);
    return polled;
}

Status TransactionalReader::readOn()
{
    bool more = true;
    while (more && !m_context.stopRequested()) {
        const auto polled = pollOnce();
        if (!polled)
            return fail(polled.error());
        more = *polled;
        m_watch.tell(m_run, m_context);
        if (!m_inCallback)
            return m_inCallback;
        if (!m_firstRow && !changed().empty())
            m_firstRow = Clock::now();
        if (Clock::now() - m_lastCommit >= m_config.interval)
            if (auto committed = commit(); !committed)
                return committed;
        onPoll();
    }
    auto committed = commit();
    m_reader->beforeRevoke = [] {};
    return committed;
}

std::vector<PartitionOffset> TransactionalReader::changed() const
{
    std::vector<PartitionOffset> offsets;
    for (const auto& [partition, committed] : m_committed)
        if (const std::int64_t next = m_source.nextOffset(partition); next >= 0 && next != committed)
            offsets.push_back({m_config.topic, partition, next, m_config.metadata});
    return offsets;
}

std::vector<PartitionOffset> TransactionalReader::committed() const
{
    std::vector<PartitionOffset> offsets;
    for (const auto& [partition, next] : m_committed)
        if (next >= 0)
            offsets.push_back({m_config.topic, partition, next});
    return offsets;
}

Status TransactionalReader::commit()
{
    m_lastCommit = Clock::now();
    const auto offsets = changed();
    if (offsets.empty() || read() == 0) // where nothing could be used yet, nothing is committed
        return {};
    if (auto sent = beforeCommit(); !sent)
        return sent;
    if (!m_producer->isOpen()) // all were rejected: only offsets to commit
        if (auto begun = m_producer->begin(); !begun)
            return begun;
    const Membership member = m_reader->membership();
    if (auto sent = patiently([&] { return m_producer->sendOffsets(offsets, member, kSlice); }); !sent)
        return sent;
    if (auto committed = patiently([&] { return m_producer->commit(kSlice); }); !committed)
        return committed;
    m_lastCommitted = {{}, m_committedRows, m_deletedCommitted, m_rejected};
    for (const PartitionOffset& each : offsets) {
        m_lastCommitted->before[each.partition] = std::exchange(m_committed[each.partition], each.offset);
        m_config.beyondEnd.erase(each.partition);
    }
    m_committedRows = read();
    m_rejected = m_run.rejected().state();
    m_deletedCommitted = m_source.deleted();
    m_refusals = 0;
    m_hasToldRefused = false;
    ++m_transactions;
    onCommitted();
    return {};
}

/// Its rows are handed out again.
void TransactionalReader::takeBack(const LastCommit& commit)
{
    const std::int64_t rows = m_committedRows - commit.rows;
    m_run.log("The last commit, of " + countOf(rows, "record") + ", was none: the group stands before it");
    m_committedRows -= rows;
    m_rowsBefore -= rows;
    m_reader->expectMore(rows);
    m_source.setDeleted(m_source.deleted() - (m_deletedCommitted - commit.deleted));
    m_deletedCommitted = commit.deleted;
    m_rejected = commit.rejected;
    cutRejected();
    --m_transactions;
    onUncommitted();
}

/// Rejections that were not committed come again.
void TransactionalReader::cutRejected()
{
    if (m_run.rejected().count() <= m_rejected.count)
        return;
    if (auto cut = m_run.rejected().cutTo(m_rejected); !cut)
        m_context.note(Note::Severity::Warning, describe(cut.error()));
}

/// Calls again while only time is missing.
Status TransactionalReader::patiently(const std::function<Status()>& call) const
{
    const auto began = Clock::now();
    // No longer than the broker lets a transaction live: afterwards there is nothing to wait for, and all begins anew.
    const Milliseconds lifetime = m_config.interval + kCommitTime + kAnswerTime;
    bool isAway = false;
    while (true) {
        auto done = call();
        if (const bool waits = !done && done.error().retriable; waits != isAway && Clock::now() - began > kAwayAfter)
            m_source.onBrokersAway(isAway = waits);
        const auto patience = m_context.stopRequested() ? kFarewell : lifetime;
        const bool again = !done && done.error().retriable &&
                           m_producer->condition() == TransactionalProducer::Condition::Good &&
                           Clock::now() - began < patience;
        if (!again)
            return done;
    }
}

void TransactionalReader::forget()
{
    if (m_reader) {
        m_reader->beforeRevoke = [] {};
        m_reader->leave(kSlice);
    }
    m_reader.reset();
    if (m_producer && m_producer->isOpen() && !m_context.stopRequested()) // so that readers need not wait for it
        static_cast<void>(m_producer->abort(kSlice));
    if (m_producer)
        m_producer->close(kSlice);
    m_producer.reset();
    m_inCallback = {};
    m_committed.clear();
    m_source.beginPass(m_deletedCommitted);
    m_rowsBefore = m_committedRows;
    cutRejected();
    onForgotten();
}

} // namespace millrace
