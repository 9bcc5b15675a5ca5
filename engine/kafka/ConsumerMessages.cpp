// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/ConsumerState.h"
#include "kafka/Metadata.h"

namespace millrace
{
namespace
{

using namespace kafka;

constexpr Milliseconds kProbeTimeout(100), kSilence(3000);

} // namespace

void Consumer::State::onError(rd_kafka_resp_err_t code, const char* reason)
{
    if (code == RD_KAFKA_RESP_ERR__FATAL) {
        std::array<char, 512> text{};
        const auto fatal = rd_kafka_fatal_error(handle, text.data(), text.size());
        keepError(errorFor(handle, fatal, "The consumer cannot go on", text.data(), rightsOn(topic)));
    } else if (isRefusal(handle, code)) {
        keepError(
            errorFor(handle, code, inGroup ? "Cannot read as group " + group : "Cannot read topic " + topic, reason));
    } else if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ||
               ((code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__RESOLVE) &&
                witnessOf(handle).hasOneBroker())) { // where there are several, the others take over what one had
        setAway(true);
    }
}

/// Another offset than the expected one: what was between is deleted if librdkafka had to begin anew for it, else it is
/// a gap of a compaction or a transaction.
void Consumer::State::checkNext(int partition, std::int64_t offset)
{
    const auto slot = static_cast<std::size_t>(partition);
    const std::int64_t wanted = slot < expected.size() ? expected[slot] : -1;
    if (wanted < 0 || offset == wanted)
        return;
    const bool beganAnew = witnessOf(handle).takeReset(topic, partition);
    if (offset < wanted) {
        events->onRewound(partition, wanted, offset);
    } else if (beganAnew) {
        std::int64_t low = -1, high = -1; // as the fetch that brought the record told them
        rd_kafka_get_watermark_offsets(handle, topic.c_str(), partition, &low, &high);
        events->onDeleted(partition, wanted, low > wanted ? std::min(low, offset) : offset);
    }
}

void Consumer::State::hand(const rd_kafka_message_t& message)
{
    setAway(false);
    hasRead = true;
    heard = Clock::now();
    checkNext(message.partition, message.offset);
    expect(message.partition, message.offset + 1);
    const auto view = [](const void* data, std::size_t size) {
        // An empty value is not a null one.
        return data == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(data), size);
    };
    MessageView out;
    out.partition = message.partition;
    out.offset = message.offset;
    rd_kafka_timestamp_type_t kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    out.timestamp = rd_kafka_message_timestamp(&message, &kind);
    out.appendTime = kind == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME;
    out.key = view(message.key, message.key_len);
    out.value = view(message.payload, message.len);
    out.native = &message;
    events->onMessage(out);
}

/// Why a broker does not know the topic; nullopt where the cluster lists it. A broker that comes back may not know its
/// topics yet: only an answer that lists the others is believed.
std::optional<Error> Consumer::State::absenceOf(const std::string& name)
{
    const auto shape = readTopic(handle, name, Milliseconds(1000));
    if (shape)
        return std::nullopt;
    if (shape.error().retriable || shape.error().code != ErrorCode::Usage || !hasRead)
        return shape.error();
    return Error{ErrorCode::BadData, "Topic " + name + " was deleted while it was read",
                 "What was read before counts; the rest is gone. Publish it again, and read it as another group",
                 false};
}

void Consumer::State::topicMissing(const std::string& name)
{
    const auto absent = absenceOf(name);
    if (absent && absent->retriable)
        setAway(true);
    else if (absent)
        keepError(*absent);
}

void Consumer::State::handError(const rd_kafka_message_t& message)
{
    const auto code = message.err;
    heard = Clock::now();
    if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        setAway(false);
        hasRead = true;
        checkNext(message.partition, message.offset);
        expect(message.partition, message.offset);
        events->onEnd(message.partition, message.offset);
    } else if (isAway(code) || code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
               code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) {
        setAway(true);
    } else if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
               code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) {
        topicMissing(message.rkt != nullptr ? rd_kafka_topic_name(message.rkt) : topic);
    } else if (code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED && group.empty()) {
        // Reading of assigned partitions belongs to no group; librdkafka looks for the coordinator all the same.
    } else {
        const std::string name = message.rkt != nullptr ? rd_kafka_topic_name(message.rkt) : topic;
        std::string what = "Cannot read " + (message.partition < 0 ? "topic " + name : nameOf(name, message.partition));
        if (inGroup)
            what += " as a member of group " + group;
        if (message.offset >= 0)
            what += ", offset " + std::to_string(message.offset);
        keepError(errorFor(handle, code, what, rd_kafka_message_errstr(&message), rightsOn(name)));
    }
}

/// A topic that was deleted between two passes librdkafka waits for without a word.
void Consumer::State::lookAtSilence(Milliseconds timeout)
{
    const auto now = Clock::now();
    if (away || !hasRead || timeout < Milliseconds(2) || now < std::max(heard + kSilence, nextLook))
        return;
    nextLook = now + kSilence;
    topicMissing(topic);
}

/// At the end of a partition nothing tells that the brokers are back, so it is asked.
void Consumer::State::probe(Milliseconds timeout)
{
    if (!away || Clock::now() < nextProbe || timeout < Milliseconds(2))
        return;
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto code =
        rd_kafka_metadata(handle, 0, nullptr, &metadata, static_cast<int>(std::min(timeout, kProbeTimeout).count()));
    nextProbe = Clock::now() + kProbeTimeout;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    rd_kafka_metadata_destroy(metadata);
    setAway(false);
}

/// librdkafka's batch call waits until the batch is full or the time is over: so wait for one, then take what is there.
std::size_t Consumer::State::fetch(Milliseconds timeout, std::size_t wanted)
{
    const auto take = [this](Milliseconds wait, std::size_t from, std::size_t count) {
        const auto got =
            rd_kafka_consume_batch_queue(queue, static_cast<int>(wait.count()), batch.data() + from, count);
        return got < 0 ? std::size_t{0} : static_cast<std::size_t>(got);
    };
    std::size_t count = take(Milliseconds(0), 0, wanted);
    if (count > 0 || timeout.count() == 0 || error)
        return count;
    count = take(timeout, 0, 1);
    return count > 0 && wanted > 1 ? count + take(Milliseconds(0), 1, wanted - 1) : count;
}

std::optional<std::string_view> MessageView::header(const char* name) const
{
    rd_kafka_headers_t* headers = nullptr;
    const void* content = nullptr;
    std::size_t size = 0;
    if (native == nullptr ||
        rd_kafka_message_headers(static_cast<const rd_kafka_message_t*>(native), &headers) !=
            RD_KAFKA_RESP_ERR_NO_ERROR ||
        rd_kafka_header_get_last(headers, name, &content, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return std::nullopt;
    return std::string_view(static_cast<const char*>(content), size);
}

} // namespace millrace
