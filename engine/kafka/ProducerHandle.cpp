// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/ProducerHandle.h"

#include <algorithm>
#include <array>
#include <utility>

namespace millrace::kafka
{
namespace
{

constexpr int kWaitSlice = 10;        ///< milliseconds between looks at the stop request
constexpr unsigned kServeEvery = 512; ///< sends between two looks at the callbacks
constexpr std::size_t kMostHeaders = 4;

} // namespace

void ProducerHandle::close(Milliseconds deadline)
{
    if (m_handle == nullptr)
        return;
    purge();
    if (m_topic != nullptr)
        rd_kafka_topic_destroy(std::exchange(m_topic, nullptr));
    destroyWithin(std::exchange(m_handle, nullptr), deadline);
}

Result<TopicShape> ProducerHandle::open(const Connection& connection, const std::string& topic, const Settings& fixed,
                                        bool reports)
{
    m_name = topic;
    require({"WRITE", "topic", topic});
    const Settings defaults = {
        {"linger.ms", "20"},
        {"batch.size", "1000000"},
        {"batch.num.messages", "10000"},
        {"queue.buffering.max.kbytes", "32768"},
        {"queue.buffering.max.messages", "1000000"},
        {"partitioner", "murmur2_random"},
    };
    auto conf = configure(connection, defaults, fixed);
    if (!conf)
        return fail(conf.error());
    if (reports)
        rd_kafka_conf_set_dr_msg_cb(conf->get(), [](rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
            ownerOf<ProducerHandle>(opaque).onReport(*message);
        });
    rd_kafka_conf_set_error_cb(conf->get(), [](rd_kafka_t*, int code, const char* reason, void* opaque) {
        ownerOf<ProducerHandle>(opaque).onError(static_cast<rd_kafka_resp_err_t>(code), reason);
    });
    auto handle = kafka::open(RD_KAFKA_PRODUCER, std::move(*conf), this);
    if (!handle)
        return fail(handle.error());
    m_handle = *handle;
    auto shape = readTopic(m_handle, topic, kOpenTimeout);
    if (!shape)
        return shape;
    m_topic = rd_kafka_topic_new(m_handle, topic.c_str(), nullptr);
    if (m_topic == nullptr)
        return fail(cause(rd_kafka_last_error(), cannotPublish()));
    return shape;
}

Status ProducerHandle::send(const Message& message, const std::stop_token& stop)
{
    if (++m_sends % kServeEvery == 0)
        rd_kafka_poll(m_handle, 0);
    while (!m_dead) {
        const auto code = queue(message);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            return {};
        if (code == RD_KAFKA_RESP_ERR__FATAL)
            onError(code, "");
        else if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            return fail(refusal(code));
        else if (stop.stop_requested())
            return fail(cancelled());
        else if (rd_kafka_poll(m_handle, kWaitSlice) == 0)
            onWait();
    }
    return fail(fatal());
}

void ProducerHandle::purge()
{
    rd_kafka_purge(m_handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    while (rd_kafka_poll(m_handle, 0) > 0) {
    }
}

Error ProducerHandle::cancelled() const
{
    return {ErrorCode::Cancelled, "Publishing to topic " + m_name + " was cancelled", {}};
}

Error ProducerHandle::fatal() const
{
    const std::lock_guard lock(m_mutex);
    return m_fatal.value_or(Error{});
}

Error ProducerHandle::cause(rd_kafka_resp_err_t code, const std::string& what, const std::string& detail) const
{
    if (code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT && m_away)
        return unanswered(m_handle, what);
    // A producer's id is given to whoever may write to some topic: so this one may write to none.
    if (code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED)
        code = RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    Error error = errorFor(m_handle, code, what, detail, m_rights);
    error.retriable = error.retriable || code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT;
    return error;
}

void ProducerHandle::die(Error error)
{
    const std::lock_guard lock(m_mutex);
    if (!m_fatal)
        m_fatal = std::move(error);
    m_dead = true;
}

void ProducerHandle::onError(rd_kafka_resp_err_t code, const char* reason)
{
    if (code == RD_KAFKA_RESP_ERR__FATAL) {
        std::array<char, 512> text{};
        const auto fatal = rd_kafka_fatal_error(m_handle, text.data(), text.size());
        die(cause(fatal, cannotPublish(), text.data()));
    } else if (isRefusal(m_handle, code)) {
        die(cause(code, cannotPublish(), reason));
    } else if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
        m_away = true;
    }
}

rd_kafka_resp_err_t ProducerHandle::queue(const Message& message) const
{
    std::array<rd_kafka_vu_t, 6 + kMostHeaders> fields{};
    fields[0].vtype = RD_KAFKA_VTYPE_RKT;
    fields[0].u.rkt = m_topic;
    fields[1].vtype = RD_KAFKA_VTYPE_PARTITION;
    fields[1].u.i32 = message.partition < 0 ? RD_KAFKA_PARTITION_UA : message.partition;
    fields[2].vtype = RD_KAFKA_VTYPE_VALUE;
    fields[2].u.mem = {const_cast<char*>(message.value.data()), message.value.size()}; // copied, never written to
    fields[3].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    fields[3].u.i = RD_KAFKA_MSG_F_COPY;
    fields[4].vtype = RD_KAFKA_VTYPE_KEY;
    fields[4].u.mem = {const_cast<char*>(message.key.data()), message.key.size()};
    fields[5].vtype = RD_KAFKA_VTYPE_OPAQUE;
    fields[5].u.ptr = message.opaque;
    std::size_t count = 6;
    for (const MessageHeader& header : message.headers.first(std::min(message.headers.size(), kMostHeaders))) {
        rd_kafka_vu_t& field = fields[count++];
        field.vtype = RD_KAFKA_VTYPE_HEADER;
        field.u.header = {header.name, header.value.data(), static_cast<ssize_t>(header.value.size())};
    }
    rd_kafka_error_t* failure = rd_kafka_produceva(m_handle, fields.data(), count);
    if (failure == nullptr)
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    const auto code = rd_kafka_error_code(failure);
    rd_kafka_error_destroy(failure);
    return code;
}

} // namespace millrace::kafka
