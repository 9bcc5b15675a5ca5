// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/TransactionalProducer.h"

#include "base/Clock.h"
#include "base/CrashPoint.h"
#include "kafka/ProducerHandle.h"

#include <algorithm>
#include <array>

namespace millrace
{
namespace
{

using namespace kafka;
using Condition = TransactionalProducer::Condition;
using Failure = std::unique_ptr<rd_kafka_error_t, Deleter<rd_kafka_error_destroy>>;
using Membership =
    std::unique_ptr<rd_kafka_consumer_group_metadata_t, Deleter<rd_kafka_consumer_group_metadata_destroy>>;

constexpr TransactionalProducer::Deadline kServeSlice(500); ///< between looks at the stop request

bool isFenced(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED || code == RD_KAFKA_RESP_ERR__FENCED ||
           code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

int milliseconds(TransactionalProducer::Deadline deadline)
{
    return static_cast<int>(deadline.count());
}

} // namespace

struct TransactionalProducer::State : ProducerHandle {
    std::string id;
    bool isOpen = false;
    Condition condition = Condition::Good;

    Status outcome(Failure failure, const std::string& what);
};

/// librdkafka tells apart what it can go on after; the text says what to do about it.
Status TransactionalProducer::State::outcome(Failure failure, const std::string& what)
{
    if (!failure)
        return {};
    auto code = rd_kafka_error_code(failure.get());
    std::string text = rd_kafka_error_string(failure.get());
    const bool isFatal = rd_kafka_error_is_fatal(failure.get()) != 0 || code == RD_KAFKA_RESP_ERR__FATAL;
    if (isFatal) {
        std::array<char, 512> reason{};
        if (const auto cause = rd_kafka_fatal_error(handle(), reason.data(), reason.size());
            cause != RD_KAFKA_RESP_ERR_NO_ERROR) {
            code = cause;
            text = reason.data();
        }
    }
    const std::string message = what + " (transactional id " + id + "): " + text;
    if (isFenced(code) && isFatal) {
        condition = Condition::Fenced;
        return fail(ErrorCode::Failed, message,
                    "Another process writes under the same id, or this one was silent for longer than "
                    "transaction.timeout.ms; what was not committed is done again");
    }
    if (isFatal) {
        condition = Condition::Dead;
        return fail(errorFor(code, what + " (transactional id " + id + ")", brokers(), text));
    }
    if (rd_kafka_error_txn_requires_abort(failure.get()) != 0 || code == RD_KAFKA_RESP_ERR__STATE) {
        condition = Condition::MustAbort;
        return fail(ErrorCode::Failed, message, "The transaction is aborted, and what it held is done again");
    }
    Error error = errorFor(code, what, brokers(), text);
    error.retriable = rd_kafka_error_is_retriable(failure.get()) != 0 || isAway(code);
    return fail(std::move(error));
}

Result<TransactionalProducer> TransactionalProducer::open(const Connection& connection, const std::string& topic,
                                                          const std::string& transactionalId, Deadline deadline,
                                                          const std::stop_token& stop)
{
    const auto end = Clock::now() + deadline;
    auto state = std::make_unique<State>();
    state->id = transactionalId;
    Connection own = connection;
    own.properties.try_emplace("transaction.timeout.ms", "10000");
    const Settings fixed = {{"enable.idempotence", "true"}, {"transactional.id", transactionalId}};
    if (const auto shape = state->open(own, topic, fixed, false); !shape)
        return fail(shape.error());
    while (true) {
        Failure failure(rd_kafka_init_transactions(state->handle(), milliseconds(std::min(deadline, kServeSlice))));
        const auto ready = state->outcome(std::move(failure), "Cannot prepare transactions for topic " + topic);
        if (ready)
            return TransactionalProducer(std::move(state));
        if (stop.stop_requested())
            return fail(state->cancelled());
        if (!ready.error().retriable || Clock::now() >= end)
            return fail(ready.error());
    }
}

TransactionalProducer::TransactionalProducer(std::unique_ptr<State> state) : m_state(std::move(state)) {}
TransactionalProducer::TransactionalProducer(TransactionalProducer&&) noexcept = default;
TransactionalProducer& TransactionalProducer::operator=(TransactionalProducer&&) noexcept = default;
TransactionalProducer::~TransactionalProducer() = default;

Status TransactionalProducer::begin()
{
    State& own = *m_state;
    if (auto begun = own.outcome(Failure(rd_kafka_begin_transaction(own.handle())),
                                 "Cannot begin a transaction for topic " + own.topic());
        !begun)
        return begun;
    own.isOpen = true;
    crashPoint("transaction.begun");
    return {};
}

bool TransactionalProducer::isOpen() const
{
    return m_state->isOpen;
}

Status TransactionalProducer::send(std::string_view key, std::string_view value, int partition,
                                   std::span<const MessageHeader> headers, const std::stop_token& stop)
{
    State& own = *m_state;
    auto sent = own.send({key, value, partition, headers, nullptr}, stop);
    if (!sent && sent.error().code != ErrorCode::Cancelled)
        own.condition = own.fatal() ? Condition::Dead : Condition::MustAbort;
    return sent;
}

Status TransactionalProducer::sendOffsets(const std::vector<PartitionOffset>& offsets, const std::string& member,
                                          Deadline deadline)
{
    State& own = *m_state;
    const std::string what = "Cannot commit the group's offsets with what was written to topic " + own.topic();
    rd_kafka_consumer_group_metadata_t* read = nullptr;
    Failure failure(rd_kafka_consumer_group_metadata_read(&read, member.data(), member.size()));
    if (failure) {
        own.condition = Condition::MustAbort;
        return fail(ErrorCode::Failed, what + ": the member of the group is not known",
                    "The transaction is aborted, and what it held is done again");
    }
    const Membership membership(read);
    const PartitionList list = listOf(offsets);
    failure.reset(
        rd_kafka_send_offsets_to_transaction(own.handle(), list.get(), membership.get(), milliseconds(deadline)));
    auto sent = own.outcome(std::move(failure), what);
    if (sent)
        crashPoint("transaction.sent-offsets");
    return sent;
}

Status TransactionalProducer::commit(Deadline deadline)
{
    State& own = *m_state;
    crashPoint("transaction.before-commit");
    Failure failure(rd_kafka_commit_transaction(own.handle(), milliseconds(deadline)));
    auto committed = own.outcome(std::move(failure), "Cannot commit a transaction for topic " + own.topic());
    if (!committed)
        return committed;
    own.isOpen = false;
    crashPoint("transaction.committed");
    return {};
}

Status TransactionalProducer::abort(Deadline deadline)
{
    State& own = *m_state;
    // Messages that are purged before the broker knows of the transaction make its end one of an invalid state, and
    // that is fatal in 2.0.2.
    if (own.condition == Condition::Good)
        rd_kafka_flush(own.handle(), milliseconds(deadline / 2));
    Failure failure(rd_kafka_abort_transaction(own.handle(), milliseconds(deadline)));
    auto aborted = own.outcome(std::move(failure), "Cannot abort a transaction for topic " + own.topic());
    if (!aborted)
        return aborted;
    own.isOpen = false;
    own.condition = Condition::Good;
    return {};
}

void TransactionalProducer::close(Deadline deadline)
{
    m_state->close(deadline);
}

Condition TransactionalProducer::condition() const
{
    return m_state->condition;
}

} // namespace millrace
