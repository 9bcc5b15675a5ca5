// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/TransactionalProducer.h"

#include "base/Clock.h"
#include "base/CrashPoint.h"
#include "kafka/ProducerHandle.h"

#include <algorithm>
#include <array>
#include <functional>
#include <future>
#include <thread>

namespace millrace
{
namespace
{

using namespace kafka;
using Condition = TransactionalProducer::Condition;
using Failure = std::unique_ptr<rd_kafka_error_t, Deleter<rd_kafka_error_destroy>>;

constexpr TransactionalProducer::Deadline kServeSlice(500); ///< between looks at the stop request
constexpr TransactionalProducer::Deadline kSlack(50);       ///< for a call that does keep to its time-out
/// What librdkafka gets for a call, however short we wait. A call has several phases, and one that runs out of time
/// between them leaves an answer behind that a later phase takes for its own: two of them, and a commit that was never
/// sent has "succeeded" (rd_kafka_txn_op_req0(); its manual calls that a desynchronization, and asks for long times).
constexpr int kCallTime = 60000;

bool isFenced(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED || code == RD_KAFKA_RESP_ERR__FENCED ||
           code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

constexpr auto kDoneAgain = "The transaction is aborted, and what it held is done again";

} // namespace

struct TransactionalProducer::State : ProducerHandle, std::enable_shared_from_this<State> {
    std::string id;
    bool isOpen = false;
    Condition condition = Condition::Good;
    std::future<Failure> pending; ///< a call that is under way,
    std::string pendingWhat;      ///< and which

    void needId(const std::string& own)
    {
        id = own;
        require({"WRITE", "transactional-id", id});
    }
    Status within(Deadline deadline, const std::string& what, std::function<rd_kafka_error_t*(rd_kafka_t*)> call);
    Status outcome(Failure failure, const std::string& what);
    [[nodiscard]] Failure withReason(Failure failure) const;
    Error refusal(rd_kafka_resp_err_t code) override;
};

/// A transaction that has failed takes no message and says "Erroneous state" alone; whoever would begin another one is
/// told why, and that call changes nothing while one is open.
Failure TransactionalProducer::State::withReason(Failure failure) const
{
    Failure begun(rd_kafka_begin_transaction(handle()));
    return begun ? std::move(begun) : std::move(failure);
}

Error TransactionalProducer::State::refusal(rd_kafka_resp_err_t code)
{
    if (code == RD_KAFKA_RESP_ERR__STATE && isOpen)
        if (auto failed = outcome(withReason({}), cannotPublish()); !failed)
            return failed.error();
    return ProducerHandle::refusal(code);
}

/// librdkafka tells apart what it can go on after; the text says what to do about it.
Status TransactionalProducer::State::outcome(Failure failure, const std::string& what)
{
    if (!failure)
        return {};
    if (isOpen && rd_kafka_error_code(failure.get()) == RD_KAFKA_RESP_ERR__STATE)
        failure = withReason(std::move(failure));
    auto code = rd_kafka_error_code(failure.get());
    std::string text = rd_kafka_error_string(failure.get());
    const bool isFatal = rd_kafka_error_is_fatal(failure.get()) != 0 || code == RD_KAFKA_RESP_ERR__FATAL;
    if (isFatal) {
        std::array<char, 512> reason{};
        if (const auto fatalCode = rd_kafka_fatal_error(handle(), reason.data(), reason.size());
            fatalCode != RD_KAFKA_RESP_ERR_NO_ERROR) {
            code = fatalCode;
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
        return fail(cause(code, what + " (transactional id " + id + ")", text));
    }
    if (rd_kafka_error_txn_requires_abort(failure.get()) != 0 || code == RD_KAFKA_RESP_ERR__STATE) {
        condition = Condition::MustAbort;
        if (isAway(code) || code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT || code == RD_KAFKA_RESP_ERR__STATE)
            return fail(ErrorCode::Failed, message, kDoneAgain);
        Error error = cause(code, what + " (transactional id " + id + ")", text);
        if (error.advice.empty())
            error.advice = kDoneAgain;
        return fail(std::move(error));
    }
    Error error = cause(code, what, text);
    error.retriable = error.retriable || rd_kafka_error_is_retriable(failure.get()) != 0;
    return fail(std::move(error));
}

/// librdkafka does not keep to every time-out (2.0.2; no later change says that it does): with a frozen broker a call
/// waits for socket.timeout.ms. So it is made on a thread, which is left behind, and keeps the handle alive, when it
/// does not come back. The same call that is still under way is waited for instead of being made once more; another one
/// comes after it.
Status TransactionalProducer::State::within(Deadline deadline, const std::string& what,
                                            std::function<rd_kafka_error_t*(rd_kafka_t*)> call)
{
    if (pending.valid() && pendingWhat != what) {
        if (pending.wait_for(deadline) != std::future_status::ready)
            return fail(errorFor(handle(), RD_KAFKA_RESP_ERR__TIMED_OUT, what));
        static_cast<void>(pending.get());
    }
    if (!pending.valid()) {
        std::packaged_task<Failure()> task([own = handle(), call = std::move(call)] { return Failure(call(own)); });
        pending = task.get_future();
        pendingWhat = what;
        std::thread([self = shared_from_this(), task = std::move(task)]() mutable { task(); }).detach();
    }
    if (pending.wait_for(deadline + kSlack) != std::future_status::ready)
        return fail(errorFor(handle(), RD_KAFKA_RESP_ERR__TIMED_OUT, what));
    return outcome(pending.get(), what);
}

Result<TransactionalProducer> TransactionalProducer::open(const Connection& connection, const std::string& topic,
                                                          const std::string& transactionalId, Deadline deadline,
                                                          const std::stop_token& stop)
{
    const auto end = Clock::now() + deadline;
    auto state = std::make_shared<State>();
    state->needId(transactionalId);
    const Settings fixed = {{"enable.idempotence", "true"}, {"transactional.id", transactionalId}};
    if (const auto shape = state->open(connection, topic, fixed, false); !shape)
        return fail(shape.error());
    while (true) {
        // The one call that is made to be taken up again, and it would hold the handle while there is no broker.
        const auto slice = std::min(deadline, kServeSlice);
        const auto ready = state->within(slice, "Cannot prepare transactions for topic " + topic,
                                         [time = static_cast<int>(slice.count())](rd_kafka_t* handle) {
                                             return rd_kafka_init_transactions(handle, time);
                                         });
        if (ready)
            return TransactionalProducer(std::move(state));
        if (stop.stop_requested())
            return fail(state->cancelled());
        if (!ready.error().retriable || Clock::now() >= end)
            return fail(ready.error());
    }
}

TransactionalProducer::TransactionalProducer(std::shared_ptr<State> state) : m_state(std::move(state)) {}
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
        own.condition = own.isDead() ? Condition::Dead : Condition::MustAbort;
    return sent;
}

Status TransactionalProducer::sendOffsets(const std::vector<PartitionOffset>& offsets, const Membership& member,
                                          Deadline deadline)
{
    State& own = *m_state;
    const std::string what = "Cannot commit the group's offsets with what was written to topic " + own.topic();
    if (!member) {
        own.condition = Condition::MustAbort;
        return fail(ErrorCode::Failed, what + ": the member of the group is not known", kDoneAgain);
    }
    const std::shared_ptr<rd_kafka_topic_partition_list_t> list = listOf(offsets);
    // Both shared, since the call may outlive this one.
    auto sent = own.within(deadline, what, [member, list](rd_kafka_t* handle) {
        return rd_kafka_send_offsets_to_transaction(handle, list.get(), member.get(), kCallTime);
    });
    if (sent)
        crashPoint("transaction.sent-offsets");
    return sent;
}

Status TransactionalProducer::commit(Deadline deadline)
{
    State& own = *m_state;
    crashPoint("transaction.before-commit");
    auto committed = own.within(deadline, "Cannot commit a transaction for topic " + own.topic(),
                                [](rd_kafka_t* handle) { return rd_kafka_commit_transaction(handle, kCallTime); });
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
    // that is fatal.
    const bool flushes = own.condition == Condition::Good;
    auto aborted = own.within(deadline, "Cannot abort a transaction for topic " + own.topic(),
                              [flushes, wait = static_cast<int>(deadline.count() / 2)](rd_kafka_t* handle) {
                                  if (flushes)
                                      rd_kafka_flush(handle, wait);
                                  return rd_kafka_abort_transaction(handle, kCallTime);
                              });
    if (!aborted)
        return aborted;
    own.isOpen = false;
    own.condition = Condition::Good;
    return {};
}

void TransactionalProducer::close(Deadline deadline)
{
    const bool isFree = !m_state->pending.valid() || m_state->pending.wait_for(deadline) == std::future_status::ready;
    if (isFree)
        m_state->close(deadline);
    m_state.reset();
}

Condition TransactionalProducer::condition() const
{
    return m_state->condition;
}

} // namespace millrace
