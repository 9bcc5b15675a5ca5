// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Consumer.h"
#include "kafka/MessageHeader.h"

#include <span>
#include <stop_token>

namespace millrace
{

/// Writes to one topic, together with the offsets of what it was made of: both are committed, or neither is. A
/// transaction costs about 120 ms, so it should hold an interval's worth of messages. Every call ends within its
/// deadline, also with a frozen broker. Not thread-safe.
///
/// When a call fails, condition() says what helps; a retriable error with a good condition asks for the same call once
/// more. Crash points: transaction.begun, transaction.sent-offsets, transaction.before-commit, transaction.committed.
class TransactionalProducer
{
public:
    using Deadline = std::chrono::milliseconds;
    enum class Condition {
        Good,
        MustAbort, ///< this transaction is lost, the producer is not: abort(), then begin() anew
        Fenced,    ///< somebody else opened a producer of this id, or the broker gave this one up
        Dead,      ///< open another one
    };

    /// Fences the producer that had this id before and aborts what it left open. ErrorCode::Cancelled after a stop.
    static Result<TransactionalProducer> open(const Connection& connection, const std::string& topic,
                                              const std::string& transactionalId, Deadline deadline,
                                              const std::stop_token& stop);
    TransactionalProducer(TransactionalProducer&&) noexcept;
    TransactionalProducer& operator=(TransactionalProducer&&) noexcept;
    ~TransactionalProducer(); ///< without commit: what was open is aborted by the next one with this id

    Status begin();
    [[nodiscard]] bool isOpen() const; ///< between begin() and a good commit() or abort()
    /// Queues a copy; at most four headers. A full local queue is backpressure. key.data() == nullptr is a null key,
    /// partition −1 lets the partitioner choose (murmur2_random, as Java's).
    Status send(std::string_view key, std::string_view value, int partition, std::span<const MessageHeader> headers,
                const std::stop_token& stop);
    /// The next offsets to read, with what should stand beside them; `member` is Consumer::membership() of now. Refused
    /// (MustAbort) when that member no longer has the partitions.
    Status sendOffsets(const std::vector<PartitionOffset>& offsets, const Membership& member, Deadline deadline);
    /// Waits for the messages' acknowledgements, then commits. After a retriable error the outcome is open until the
    /// call succeeds.
    Status commit(Deadline deadline);
    Status abort(Deadline deadline);
    /// Gives the connection up; later destruction, which else waits for half a second, is quick.
    void close(Deadline deadline);
    [[nodiscard]] Condition condition() const;

private:
    struct State;
    explicit TransactionalProducer(std::shared_ptr<State> state);
    std::shared_ptr<State> m_state; ///< shared with a call that does not come back
};

} // namespace millrace
