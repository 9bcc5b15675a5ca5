// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Errors.h"
#include "kafka/Handle.h"
#include "kafka/MessageHeader.h"
#include "kafka/Metadata.h"

#include <atomic>
#include <optional>
#include <span>
#include <stop_token>
#include <string_view>

namespace millrace::kafka
{

/// Private to engine/kafka: what Producer and TransactionalProducer share: one handle, one topic, backpressure, and the
/// error that ends it. Callbacks get it as their opaque, so it stays where it is; they run inside the calls here, and
/// in those of a transaction that TransactionalProducer makes on a thread of their own.
class ProducerHandle
{
public:
    struct Message {
        std::string_view key;   ///< data() == nullptr: a null key
        std::string_view value; ///< copied
        int partition = -1;     ///< −1: the partitioner chooses
        std::span<const MessageHeader> headers;
        void* opaque = nullptr; ///< handed to onReport
    };

    ProducerHandle() = default;
    ProducerHandle(const ProducerHandle&) = delete;
    ProducerHandle& operator=(const ProducerHandle&) = delete;
    virtual ~ProducerHandle() { close(kDestroyTimeout); }

    /// With `reports`, onReport is called of each message; without, librdkafka counts only.
    Result<TopicShape> open(const Connection& connection, const std::string& topic, const Settings& fixed,
                            bool reports);
    /// A full local queue is backpressure: waits, serving callbacks, until there is room or a stop is requested.
    Status send(const Message& message, const std::stop_token& stop);
    void purge();
    void close(Milliseconds deadline); ///< purges what is still queued; nothing can be sent any more

    [[nodiscard]] rd_kafka_t* handle() const { return m_handle; }
    [[nodiscard]] const std::string& topic() const { return m_name; }
    [[nodiscard]] bool isDead() const { return m_dead; } ///< and fatal() is why
    [[nodiscard]] Error fatal() const;
    [[nodiscard]] bool brokersAway() const { return m_away; } ///< no broker answers; librdkafka goes on trying
    [[nodiscard]] Error cancelled() const;
    /// What librdkafka says of a record, of the producer or of its transaction; it names the right that is missing. A
    /// record whose time was over makes a retriable one: what kept it from the topic is seen in the topic's state.
    [[nodiscard]] Error cause(rd_kafka_resp_err_t code, const std::string& what, const std::string& detail = {}) const;
    [[nodiscard]] std::string cannotPublish() const { return "Cannot publish to topic " + m_name; }

protected:
    void require(Right right) { m_rights.push_back(std::move(right)); } ///< besides WRITE; before open()
    /// Why a message was not taken.
    virtual Error refusal(rd_kafka_resp_err_t code) { return cause(code, cannotPublish()); }
    virtual void onReport(const rd_kafka_message_t& /*message*/) {}
    virtual void onWait() {}           ///< the local queue is full
    void die(Error error);             ///< nothing more can be sent; the first reason stays
    void setBack() { m_away = false; } ///< a broker has answered

private:
    void onError(rd_kafka_resp_err_t code, const char* reason);
    [[nodiscard]] rd_kafka_resp_err_t queue(const Message& message) const;

    rd_kafka_t* m_handle = nullptr;
    rd_kafka_topic_t* m_topic = nullptr;
    std::string m_name;
    Rights m_rights;
    mutable std::mutex m_mutex; ///< of the error
    std::optional<Error> m_fatal;
    std::atomic<bool> m_dead = false, m_away = false;
    unsigned m_sends = 0;
};

} // namespace millrace::kafka
