// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/Producer.h"

#include "kafka/Handle.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace millrace
{
namespace
{

using namespace kafka;

constexpr int kWaitSlice = 10;        ///< milliseconds between looks at the stop request
constexpr unsigned kServeEvery = 512; ///< sends between two looks at the delivery reports

Error cancelled(const std::string& topic)
{
    return {ErrorCode::Cancelled, "Publishing to topic " + topic + " was cancelled", {}};
}

} // namespace

/// Callbacks get this as their opaque; they run only inside send(), flush() and the destructor.
struct Producer::State {
    rd_kafka_t* handle = nullptr;
    rd_kafka_topic_t* topic = nullptr;
    std::string brokers, name;
    DeliveryCounts counts;
    std::optional<Error> fatal;
    unsigned sends = 0;

    ~State()
    {
        if (handle == nullptr)
            return;
        purge();
        if (topic != nullptr)
            rd_kafka_topic_destroy(topic);
        destroyWithin(handle);
    }

    void resize(std::size_t partitions)
    {
        counts.perPartition.resize(partitions);
        counts.perPartitionByClass.resize(partitions);
    }
    void onReport(const rd_kafka_message_t& message);
    void onError(rd_kafka_resp_err_t code, const char* reason);
    rd_kafka_resp_err_t queue(std::string_view key, std::string_view value, int partition, std::int64_t rowNumber,
                              int label);
    void purge();
};

void Producer::State::onReport(const rd_kafka_message_t& message)
{
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        ++counts.failed;
        counts.lastError = rd_kafka_err2str(message.err);
        return;
    }
    ++counts.delivered;
    counts.bytes += static_cast<std::int64_t>(message.len + message.key_len);
    const auto partition = static_cast<std::size_t>(message.partition);
    if (partition >= counts.perPartition.size())
        resize(partition + 1);
    ++counts.perPartition[partition];
    // The opaque is the class itself, not a pointer.
    ++counts.perPartitionByClass[partition][reinterpret_cast<std::uintptr_t>(message._private) != 0 ? 1 : 0];
}

void Producer::State::onError(rd_kafka_resp_err_t code, const char* reason)
{
    if (code == RD_KAFKA_RESP_ERR__FATAL) {
        std::array<char, 512> text{};
        const auto cause = rd_kafka_fatal_error(handle, text.data(), text.size());
        fatal = errorFor(cause, "Cannot publish to topic " + name, brokers, text.data());
    } else if (code == RD_KAFKA_RESP_ERR__AUTHENTICATION || code == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED) {
        fatal = errorFor(code, "The broker refuses the log-in", brokers, reason);
    }
}

rd_kafka_resp_err_t Producer::State::queue(std::string_view key, std::string_view value, int partition,
                                           std::int64_t rowNumber, int label)
{
    std::array<char, 24> digits{};
    std::array<rd_kafka_vu_t, 7> fields{};
    fields[0].vtype = RD_KAFKA_VTYPE_RKT;
    fields[0].u.rkt = topic;
    fields[1].vtype = RD_KAFKA_VTYPE_PARTITION;
    fields[1].u.i32 = partition < 0 ? RD_KAFKA_PARTITION_UA : partition;
    fields[2].vtype = RD_KAFKA_VTYPE_VALUE;
    fields[2].u.mem = {const_cast<char*>(value.data()), value.size()}; // copied, never written to
    fields[3].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    fields[3].u.i = RD_KAFKA_MSG_F_COPY;
    fields[4].vtype = RD_KAFKA_VTYPE_KEY;
    fields[4].u.mem = {const_cast<char*>(key.data()), key.size()};
    fields[5].vtype = RD_KAFKA_VTYPE_OPAQUE;
    fields[5].u.ptr = reinterpret_cast<void*>(static_cast<std::uintptr_t>(label != 0 ? 1 : 0));
    std::size_t count = 6;
    if (rowNumber >= 0) {
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), rowNumber).ptr;
        rd_kafka_vu_t& header = fields[count++];
        header.vtype = RD_KAFKA_VTYPE_HEADER;
        header.u.header = {"row", digits.data(), end - digits.data()};
    }
    rd_kafka_error_t* failure = rd_kafka_produceva(handle, fields.data(), count);
    if (failure == nullptr)
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    const auto code = rd_kafka_error_code(failure);
    rd_kafka_error_destroy(failure);
    return code;
}

void Producer::State::purge()
{
    rd_kafka_purge(handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    while (rd_kafka_poll(handle, 0) > 0) {
    }
}

Result<Producer> Producer::open(const Connection& connection, const std::string& topic, int partitions)
{
    auto state = std::make_unique<State>();
    state->brokers = connection.brokers;
    state->name = topic;
    const Settings defaults = {
        {"linger.ms", "20"},
        {"batch.size", "1000000"},
        {"batch.num.messages", "10000"},
        {"queue.buffering.max.kbytes", "65536"},
        {"queue.buffering.max.messages", "1000000"},
        {"partitioner", "murmur2_random"},
    };
    auto conf = configure(connection, defaults, {{"enable.idempotence", "true"}});
    if (!conf)
        return fail(conf.error());
    rd_kafka_conf_set_opaque(conf->get(), state.get());
    rd_kafka_conf_set_dr_msg_cb(conf->get(), [](rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
        static_cast<State*>(opaque)->onReport(*message);
    });
    rd_kafka_conf_set_error_cb(conf->get(), [](rd_kafka_t*, int code, const char* reason, void* opaque) {
        static_cast<State*>(opaque)->onError(static_cast<rd_kafka_resp_err_t>(code), reason);
    });
    auto handle = kafka::open(RD_KAFKA_PRODUCER, std::move(*conf));
    if (!handle)
        return fail(handle.error());
    state->handle = *handle;
    const auto shape = readTopic(state->handle, topic, state->brokers, kOpenTimeout);
    if (!shape)
        return fail(shape.error());
    state->resize(std::max(static_cast<std::size_t>(std::max(partitions, 0)), shape->partitions.size()));
    state->topic = rd_kafka_topic_new(state->handle, topic.c_str(), nullptr);
    if (state->topic == nullptr)
        return fail(errorFor(rd_kafka_last_error(), "Cannot publish to topic " + topic, connection.brokers));
    return Producer(std::move(state));
}

Producer::Producer(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Producer::Producer(Producer&&) noexcept = default;
Producer& Producer::operator=(Producer&&) noexcept = default;
Producer::~Producer() = default;

Status Producer::send(std::string_view key, std::string_view value, int partition, std::int64_t rowNumber, int label,
                      const std::stop_token& stop)
{
    State& own = *m_state;
    if (++own.sends % kServeEvery == 0)
        rd_kafka_poll(own.handle, 0);
    while (!own.fatal) {
        const auto code = own.queue(key, value, partition, rowNumber, label);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            return {};
        if (code == RD_KAFKA_RESP_ERR__FATAL)
            own.onError(code, "");
        else if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            return fail(errorFor(code, "Cannot publish to topic " + own.name, own.brokers));
        else if (stop.stop_requested())
            return fail(cancelled(own.name));
        else
            rd_kafka_poll(own.handle, kWaitSlice);
    }
    return fail(*own.fatal);
}

Status Producer::flush(const std::stop_token& stop)
{
    State& own = *m_state;
    while (rd_kafka_outq_len(own.handle) > 0 && !own.fatal) {
        if (stop.stop_requested()) {
            own.purge();
            return fail(cancelled(own.name));
        }
        rd_kafka_flush(own.handle, kWaitSlice);
    }
    if (own.fatal)
        return fail(*own.fatal);
    return {};
}

const DeliveryCounts& Producer::counts() const
{
    return m_state->counts;
}

} // namespace millrace
