// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/Producer.h"

#include "base/Clock.h"
#include "base/CrashPoint.h"
#include "kafka/ProducerHandle.h"

#include <algorithm>

namespace millrace
{
namespace
{

using namespace kafka;

constexpr int kFlushSlice = 10; ///< milliseconds between looks at the stop request
constexpr std::chrono::seconds kStall(5);

} // namespace

/// Reports come only inside send(), flush() and the destructor.
struct Producer::State : ProducerHandle {
    DeliveryCounts counts;
    std::function<void(int, std::uintptr_t)> onDelivered = [](int, std::uintptr_t) {};
    std::function<void()> onStall = [] {};
    Clock::time_point moved = Clock::now(); ///< when a record was acknowledged, or the waiting began

    void onReport(const rd_kafka_message_t& message) override;
    void onFailure(rd_kafka_resp_err_t code);
    void onWait() override;
};

void Producer::State::onReport(const rd_kafka_message_t& message)
{
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        onFailure(message.err);
        return;
    }
    crashPoint("publish.acknowledged");
    setBack();
    moved = Clock::now();
    ++counts.delivered;
    counts.bytes += static_cast<std::int64_t>(message.len + message.key_len);
    const auto partition = static_cast<std::size_t>(message.partition);
    if (partition >= counts.perPartition.size())
        counts.perPartition.resize(partition + 1);
    ++counts.perPartition[partition];
    onDelivered(message.partition, reinterpret_cast<std::uintptr_t>(message._private)); // the tag itself, no pointer
}

/// A right that is missing is missing for all that would follow.
void Producer::State::onFailure(rd_kafka_resp_err_t code)
{
    ++counts.failed;
    if (counts.firstFailure)
        return;
    counts.firstFailure = isDead() ? fatal() : cause(code, cannotPublish());
    if (counts.firstFailure->code == ErrorCode::Unreachable && !counts.firstFailure->retriable)
        die(*counts.firstFailure);
}

void Producer::State::onWait()
{
    if (rd_kafka_outq_len(handle()) > 0 && Clock::now() - moved < kStall)
        return;
    moved = Clock::now();
    if (rd_kafka_outq_len(handle()) > 0)
        onStall();
}

Result<Producer> Producer::open(const Connection& connection, const std::string& topic, int partitions)
{
    auto state = std::make_unique<State>();
    const auto shape = state->open(connection, topic, {{"enable.idempotence", "true"}}, true);
    if (!shape)
        return fail(shape.error());
    state->counts.perPartition.resize(
        std::max(static_cast<std::size_t>(std::max(partitions, 0)), shape->partitions.size()));
    return Producer(std::move(state));
}

Producer::Producer(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Producer::Producer(Producer&&) noexcept = default;
Producer& Producer::operator=(Producer&&) noexcept = default;
Producer::~Producer() = default;

Status Producer::send(std::string_view key, std::string_view value, int partition,
                      std::span<const MessageHeader> headers, const std::stop_token& stop, std::uintptr_t tag)
{
    return m_state->send({key, value, partition, headers, reinterpret_cast<void*>(tag)}, stop);
}

Status Producer::flush(const std::stop_token& stop, std::chrono::milliseconds afterStop)
{
    State& own = *m_state;
    own.moved = Clock::now();
    while (rd_kafka_outq_len(own.handle()) > 0 && !own.isDead()) {
        if (stop.stop_requested() && (afterStop -= std::chrono::milliseconds(kFlushSlice)).count() < 0) {
            own.purge();
            return fail(own.cancelled());
        }
        if (rd_kafka_flush(own.handle(), kFlushSlice) != RD_KAFKA_RESP_ERR_NO_ERROR)
            own.onWait();
    }
    if (!own.isDead())
        return {};
    own.purge();
    return fail(own.fatal());
}

const DeliveryCounts& Producer::counts() const
{
    return m_state->counts;
}

std::int64_t Producer::onTheWay() const
{
    return rd_kafka_outq_len(m_state->handle());
}

bool Producer::brokersAway() const
{
    return m_state->brokersAway();
}

Status Producer::serve(std::chrono::milliseconds timeout)
{
    if (rd_kafka_poll(m_state->handle(), static_cast<int>(timeout.count())) == 0)
        m_state->onWait();
    return m_state->isDead() ? fail(m_state->fatal()) : Status{};
}

void Producer::setOnDelivered(std::function<void(int partition, std::uintptr_t tag)> onDelivered)
{
    m_state->onDelivered = std::move(onDelivered);
}

void Producer::setOnStall(std::function<void()> onStall)
{
    m_state->onStall = std::move(onStall);
}

} // namespace millrace
