// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/Consumer.h"

#include "base/Clock.h"
#include "kafka/Handle.h"

#include <algorithm>
#include <array>
#include <optional>

namespace millrace
{
namespace
{

using namespace kafka;

constexpr std::size_t kBatch = 1024;
constexpr Milliseconds kProbeTimeout(100), kCommittedTimeout(1000);
constexpr std::size_t kMetadataBytes = 4096;

std::vector<PartitionOffset> valuesOf(const rd_kafka_topic_partition_list_t& list)
{
    std::vector<PartitionOffset> values;
    for (int i = 0; i < list.cnt; ++i)
        values.push_back({list.elems[i].topic,
                          list.elems[i].partition,
                          list.elems[i].offset,
                          {static_cast<const char*>(list.elems[i].metadata), list.elems[i].metadata_size}});
    return values;
}

std::string nameOf(const std::string& topic, int partition)
{
    return "topic " + topic + ", partition " + std::to_string(partition);
}

Milliseconds left(Clock::time_point end)
{
    return std::max(Milliseconds(0), std::chrono::ceil<Milliseconds>(end - Clock::now()));
}

} // namespace

/// Callbacks get this as their owner; they run only inside poll() and close().
struct Consumer::State {
    rd_kafka_t* handle = nullptr;
    rd_kafka_queue_t* queue = nullptr;
    std::string group, topic, offsetReset;
    bool inGroup = false, isStatic = false;
    bool away = false;
    bool hasRead = false; ///< a record, or the end of a partition: the topic was there
    Clock::time_point nextProbe;
    ConsumerEvents* events = nullptr;
    std::optional<Error> error;
    PartitionList assigned; ///< given to us, but not taken yet
    PartitionList revoked;  ///< taken from us, but not given back yet
    std::array<rd_kafka_message_t*, kBatch> batch{};
    std::vector<std::int64_t> expected; ///< by partition: the offset that is read next; −1 unknown

    void expect(int partition, std::int64_t offset)
    {
        const auto slot = static_cast<std::size_t>(partition);
        if (slot >= expected.size())
            expected.resize(slot + 1, -1);
        expected[slot] = offset;
    }
    void expect(const std::vector<PartitionOffset>& starts)
    {
        expected.clear();
        for (const PartitionOffset& start : starts) {
            expect(start.partition, std::max<std::int64_t>(-1, start.offset));
            static_cast<void>(witnessOf(handle).takeReset(start.topic, start.partition)); // of what was read before
        }
    }
    void checkNext(int partition, std::int64_t offset);
    void setAway(bool now)
    {
        if (away == now)
            return;
        away = now;
        if (events != nullptr)
            events->onBrokersAway(now);
    }
    void keepError(Error failure)
    {
        if (!error)
            error = std::move(failure);
    }

    /// What reading needs.
    [[nodiscard]] Rights rightsOn(const std::string& name) const
    {
        return {{"READ", "topic", name}, {"READ", "group", group}};
    }
    void onError(rd_kafka_resp_err_t code, const char* reason);
    void onRebalance(rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions);
    void take();
    void giveBack();
    Result<bool> fillCommitted(rd_kafka_topic_partition_list_t* partitions);
    void hand(const rd_kafka_message_t& message);
    void handError(const rd_kafka_message_t& message);
    std::optional<Error> absenceOf(const std::string& name);
    void topicMissing(const rd_kafka_message_t& message);
    void probe(Milliseconds timeout);
    std::size_t fetch(Milliseconds timeout, std::size_t wanted);
    void unsubscribe(Clock::time_point until);
    [[nodiscard]] std::string memberId() const;
    void drop(ssize_t count)
    {
        for (ssize_t i = 0; i < count; ++i)
            rd_kafka_message_destroy(batch[static_cast<std::size_t>(i)]);
    }
};

namespace
{

template <class State>
Result<std::unique_ptr<State>> openConsumer(const Connection& connection, const ConsumerOptions& options,
                                            Settings fixed)
{
    auto state = std::make_unique<State>();
    state->group = options.groupId;
    state->offsetReset = options.offsetReset;
    const Settings defaults = {
        {"client.id", options.clientId},
        {"fetch.wait.max.ms", std::to_string(options.fetchWait.count())},
        {"fetch.error.backoff.ms", "50"},
        {"fetch.message.max.bytes", "8388608"},
        {"queued.min.messages", "1000000"},
        {"queued.max.messages.kbytes", std::to_string(options.queuedKilobytes)},
    // When its queue is full librdkafka looks again only after a second, unless told otherwise: then the queue has
    // run empty, or must be so large that it holds a second.
#if RD_KAFKA_VERSION >= 0x020200ff
        {"fetch.queue.backoff.ms", "5"},
        {"topic.metadata.refresh.interval.ms", "5000"}, // how soon new partitions are seen
#else
        // Or when its broker thread has something to do, and a metadata answer is something.
        {"topic.metadata.refresh.interval.ms", "100"},
#endif
        {"session.timeout.ms", std::to_string(options.sessionTimeout.count())},
        {"heartbeat.interval.ms", std::to_string(std::max<std::int64_t>(200, options.sessionTimeout.count() / 3))},
        {"isolation.level", "read_committed"},
    };
    fixed.insert(fixed.end(), {
                                  // librdkafka's assign() asks for some group; without a subscription none is joined.
                                  {"group.id", options.groupId.empty() ? "millrace" : options.groupId},
                                  {"enable.partition.eof", "true"},
                                  {"enable.auto.commit", "false"},
                                  {"enable.auto.offset.store", "false"},
                                  {"allow.auto.create.topics", "false"},
                                  {"partition.assignment.strategy", "range"},
                              });
    state->isStatic = !options.instanceId.empty();
    if (state->isStatic)
        fixed.emplace_back("group.instance.id", options.instanceId);
    auto conf = configure(connection, defaults, fixed);
    if (!conf)
        return fail(conf.error());
    rd_kafka_conf_set_error_cb(conf->get(), [](rd_kafka_t*, int code, const char* reason, void* opaque) {
        ownerOf<State>(opaque).onError(static_cast<rd_kafka_resp_err_t>(code), reason);
    });
    rd_kafka_conf_set_rebalance_cb(
        conf->get(), [](rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions,
                        void* opaque) { ownerOf<State>(opaque).onRebalance(code, partitions); });
    auto handle = open(RD_KAFKA_CONSUMER, std::move(*conf), state.get());
    if (!handle)
        return fail(handle.error());
    state->handle = *handle;
    rd_kafka_poll_set_consumer(state->handle);
    state->queue = rd_kafka_queue_get_consumer(state->handle);
    return state;
}

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

/// False while there is no answer: brokers away, or a transaction of the member before is still open there, which the
/// broker ends after its transaction.timeout.ms at the latest.
Result<bool> Consumer::State::fillCommitted(rd_kafka_topic_partition_list_t* partitions)
{
    const auto code = rd_kafka_committed(handle, partitions, static_cast<int>(kCommittedTimeout.count()));
    if (isAway(code))
        return false;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(errorFor(handle, code, "Cannot read what group " + group + " committed", {}, rightsOn(topic)));
    for (int i = 0; i < partitions->cnt; ++i) {
        rd_kafka_topic_partition_t& each = partitions->elems[i];
        if (isAway(each.err))
            return false;
        if (each.err != RD_KAFKA_RESP_ERR_NO_ERROR)
            return fail(
                errorFor(handle, each.err,
                         "Cannot read what group " + group + " committed for " + nameOf(each.topic, each.partition), {},
                         rightsOn(each.topic)));
        if (each.offset >= 0)
            continue;
        if (offsetReset == "error")
            return fail(ErrorCode::Failed,
                        "Group " + group + " has committed nothing for " + nameOf(each.topic, each.partition),
                        "Start from earliest or latest");
        each.offset = offsetReset == "latest" ? RD_KAFKA_OFFSET_END : RD_KAFKA_OFFSET_BEGINNING;
    }
    return true;
}

void Consumer::State::onRebalance(rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions)
{
    const bool isGift = code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
    if (events == nullptr || (!isGift && assigned)) { // the consumer closes, or has not begun with them
        assigned.reset();
        rd_kafka_assign(handle, nullptr);
    } else if (isGift) {
        assigned.reset(rd_kafka_topic_partition_list_copy(partitions));
        take();
    } else {
        revoked.reset(rd_kafka_topic_partition_list_copy(partitions));
    }
}

/// After the batch call that brought the news, not inside it: what that call had collected before is handed out first.
/// The group waits for the assign() here. librdkafka would keep a pause for when the partition comes back, and read
/// nothing of it then.
void Consumer::State::giveBack()
{
    const PartitionList given = std::move(revoked);
    rd_kafka_position(handle, given.get());
    if (rd_kafka_assignment_lost(handle) != 0)
        events->onLost(valuesOf(*given));
    else
        events->onRevoked(valuesOf(*given));
    rd_kafka_resume_partitions(handle, given.get());
    rd_kafka_assign(handle, nullptr);
}

/// Reading begins where the group stopped; until that is known, each poll asks again.
void Consumer::State::take()
{
    if (const auto known = fillCommitted(assigned.get()); !known) {
        keepError(known.error());
        assigned.reset();
        rd_kafka_assign(handle, nullptr);
        return;
    } else if (!*known) {
        return;
    }
    const PartitionList taken = std::move(assigned);
    auto starts = valuesOf(*taken);
    events->onAssigned(starts);
    for (const PartitionOffset& start : starts)
        rd_kafka_topic_partition_list_set_offset(taken.get(), start.topic.c_str(), start.partition, start.offset);
    expect(starts);
    if (const auto failure = rd_kafka_assign(handle, taken.get()); failure != RD_KAFKA_RESP_ERR_NO_ERROR)
        keepError(errorFor(handle, failure, "Cannot take the partitions that group " + group + " assigned", {},
                           rightsOn(topic)));
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

void Consumer::State::topicMissing(const rd_kafka_message_t& message)
{
    const auto absent = absenceOf(message.rkt != nullptr ? rd_kafka_topic_name(message.rkt) : topic);
    if (absent && absent->retriable)
        setAway(true);
    else if (absent)
        keepError(*absent);
}

void Consumer::State::handError(const rd_kafka_message_t& message)
{
    const auto code = message.err;
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
        topicMissing(message);
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

std::string Consumer::State::memberId() const
{
    char* id = handle == nullptr ? nullptr : rd_kafka_memberid(handle);
    if (id == nullptr)
        return {};
    std::string copy(id);
    rd_kafka_mem_free(handle, id);
    return copy;
}

/// Closing alone leaves a static member's place taken until the session timeout; unsubscribing gives it up at once.
void Consumer::State::unsubscribe(Clock::time_point until)
{
    rd_kafka_unsubscribe(handle);
    while (!memberId().empty() && left(until).count() > 0) // the id is given back when the farewell is sent
        drop(rd_kafka_consume_batch_queue(queue, 5, batch.data(), kBatch));
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

Result<Consumer> Consumer::assign(const Connection& connection, const ConsumerOptions& options,
                                  const std::vector<PartitionOffset>& partitions)
{
    auto state = openConsumer<State>(connection, options,
                                     {{"auto.offset.reset", options.passesOverDeleted ? "earliest" : "error"}});
    if (!state)
        return fail(state.error());
    Consumer consumer(std::move(*state));
    State& own = *consumer.m_state;
    const auto cluster = readCluster(own.handle, kOpenTimeout);
    if (!cluster)
        return fail(cluster.error());
    for (const PartitionOffset& each : partitions) {
        const TopicShape* shape = cluster->find(each.topic);
        if (shape == nullptr)
            return fail(topicAbsent(own.handle, each.topic, *cluster, kOpenTimeout));
        if (each.partition < 0 || each.partition >= static_cast<int>(shape->partitions.size()))
            return fail(ErrorCode::Usage,
                        "The topic " + each.topic + " has no partition " + std::to_string(each.partition),
                        "It has " + std::to_string(shape->partitions.size()) + ", counted from 0");
        own.topic = each.topic;
    }
    if (auto done = consumer.seek(partitions); !done)
        return fail(done.error());
    return consumer;
}

Result<Consumer> Consumer::subscribe(const Connection& connection, const ConsumerOptions& options,
                                     const std::string& topic)
{
    // Where nothing is committed fillCommitted() sees to it: this is about offsets that are not there any more.
    auto state = openConsumer<State>(connection, options,
                                     {{"auto.offset.reset", options.offsetReset == "error" ? "error" : "earliest"}});
    if (!state)
        return fail(state.error());
    Consumer consumer(std::move(*state));
    State& own = *consumer.m_state;
    if (options.groupId.empty())
        return fail(ErrorCode::Usage, "Reading as a group needs the group's name", "Give one with --group");
    if (const auto shape = readTopic(own.handle, topic, kOpenTimeout); !shape)
        return fail(shape.error());
    own.topic = topic;
    own.inGroup = true;
    const PartitionList list = listOf({{topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_OFFSET_INVALID}});
    if (const auto code = rd_kafka_subscribe(own.handle, list.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(errorFor(own.handle, code, "Cannot join group " + options.groupId + " on topic " + topic, {},
                             own.rightsOn(topic)));
    return consumer;
}

Consumer::Consumer(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Consumer::Consumer(Consumer&&) noexcept = default;

Consumer& Consumer::operator=(Consumer&& other) noexcept
{
    if (this != &other) {
        if (m_state)
            close(Milliseconds(2000));
        m_state = std::move(other.m_state);
    }
    return *this;
}

Consumer::~Consumer()
{
    if (m_state)
        close(Milliseconds(2000));
}

Status Consumer::poll(Milliseconds timeout, int maxMessages, ConsumerEvents& events)
{
    State& own = *m_state;
    if (own.handle == nullptr)
        return fail(ErrorCode::Failed, "The consumer is closed");
    const auto end = Clock::now() + timeout;
    own.events = &events;
    std::size_t wanted = static_cast<std::size_t>(std::max(1, maxMessages));
    own.probe(timeout);
    if (own.assigned)
        own.take();
    Milliseconds wait = left(end);
    while (wanted > 0 && !own.error) {
        const std::size_t asked = std::min(wanted, kBatch);
        const std::size_t got = own.fetch(wait, asked);
        for (std::size_t i = 0; i < got; ++i) {
            const rd_kafka_message_t& message = *own.batch[i];
            if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR)
                own.hand(message);
            else
                own.handError(message);
            rd_kafka_message_destroy(own.batch[i]);
        }
        if (own.revoked)
            own.giveBack();
        wanted -= got;
        wait = Milliseconds(0);
        if (got < asked)
            break;
    }
    own.events = nullptr;
    if (!own.error)
        return {};
    return fail(*std::exchange(own.error, std::nullopt));
}

Status Consumer::seek(const std::vector<PartitionOffset>& partitions)
{
    State& own = *m_state;
    // Assigning anew drops what was fetched before and lets EOF fire again.
    rd_kafka_assign(own.handle, nullptr);
    if (!partitions.empty())
        own.topic = partitions.front().topic;
    own.expect(partitions);
    const PartitionList list = listOf(partitions);
    const auto code = rd_kafka_assign(own.handle, list.get());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(errorFor(own.handle, code, "Cannot read topic " + own.topic));
    return {};
}

Status Consumer::move(const PartitionOffset& to)
{
    State& own = *m_state;
    const TopicHandle topic(rd_kafka_topic_new(own.handle, to.topic.c_str(), nullptr));
    const auto code = topic == nullptr
                          ? rd_kafka_last_error()
                          : rd_kafka_seek(topic.get(), to.partition, to.offset, static_cast<int>(kOpenTimeout.count()));
    own.expect(to.partition, std::max<std::int64_t>(-1, to.offset));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(
            errorFor(own.handle, code,
                     "Cannot move to offset " + std::to_string(to.offset) + " of " + nameOf(to.topic, to.partition)));
    return {};
}

std::optional<std::int64_t> Consumer::knownEnd(const std::string& topic, int partition) const
{
    std::int64_t low = -1, high = -1;
    const auto code = rd_kafka_get_watermark_offsets(m_state->handle, topic.c_str(), partition, &low, &high);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR || high < 0)
        return std::nullopt;
    return high;
}

Status Consumer::pause(bool paused)
{
    State& own = *m_state;
    rd_kafka_topic_partition_list_t* list = nullptr;
    if (const auto code = rd_kafka_assignment(own.handle, &list); code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(errorFor(own.handle, code, "Cannot pause reading topic " + own.topic));
    const PartitionList assigned(list);
    const auto code =
        paused ? rd_kafka_pause_partitions(own.handle, list) : rd_kafka_resume_partitions(own.handle, list);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(errorFor(own.handle, code, "Cannot pause reading topic " + own.topic));
    return {};
}

Status Consumer::commit(const std::vector<PartitionOffset>& offsets, const std::string& metadata, Milliseconds deadline)
{
    State& own = *m_state;
    const std::string what = "Cannot commit the offsets of group " + own.group;
    if (own.group.empty())
        return fail(ErrorCode::Usage, "Offsets are committed for a group, and this consumer has none");
    if (metadata.size() > kMetadataBytes)
        return fail(ErrorCode::Usage, what + ": the metadata have more than 4096 bytes");
    if (offsets.empty())
        return {};
    std::vector<PartitionOffset> marked = offsets;
    for (PartitionOffset& each : marked)
        each.metadata = metadata;
    const PartitionList list = listOf(marked);
    // The synchronous call of librdkafka waits for ever for a frozen broker.
    const Queue answers(rd_kafka_queue_new(own.handle));
    auto code = rd_kafka_commit_queue(own.handle, list.get(), answers.get(), nullptr, nullptr);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(errorFor(own.handle, code, what));
    const Event answer(rd_kafka_queue_poll(answers.get(), static_cast<int>(deadline.count())));
    if (!answer)
        return fail(errorFor(own.handle, RD_KAFKA_RESP_ERR__TIMED_OUT, what));
    code = rd_kafka_event_error(answer.get());
    const auto* parts = rd_kafka_event_topic_partition_list(answer.get());
    for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && parts != nullptr && i < parts->cnt; ++i)
        code = parts->elems[i].err;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return {};
    Error error = errorFor(own.handle, code, what, {}, own.rightsOn(own.topic));
    if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
        if (const auto absent = own.absenceOf(offsets.front().topic))
            return fail(*absent);
        error.retriable = true; // made anew, which the reader finds out, or the broker does not know it yet
    }
    error.retriable = error.retriable || code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID ||
                      code == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION || code == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS;
    return fail(std::move(error));
}

bool Consumer::isLost() const
{
    return m_state->handle != nullptr && (rd_kafka_assignment_lost(m_state->handle) != 0 || isFenced());
}

bool Consumer::isFenced() const
{
    std::array<char, 1> text{};
    return m_state->handle != nullptr &&
           rd_kafka_fatal_error(m_state->handle, text.data(), text.size()) == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID;
}

void Consumer::close(Milliseconds deadline)
{
    State& own = *m_state;
    if (own.handle == nullptr)
        return;
    const auto end = Clock::now() + deadline;
    const auto leaveUntil = end - std::min(deadline / 2, kDestroyTimeout);
    if (own.inGroup) {
        if (own.isStatic)
            own.unsubscribe(leaveUntil);
        // Leaves the group; a frozen coordinator never answers, so this is not waited for longer than asked.
        const Queue farewell(rd_kafka_queue_new(own.handle));
        rd_kafka_error_t* failure = rd_kafka_consumer_close_queue(own.handle, farewell.get());
        // What was fetched and not read comes through this queue too: a call that serves only callbacks would abort.
        while (failure == nullptr && rd_kafka_consumer_closed(own.handle) == 0 && left(leaveUntil).count() > 0)
            own.drop(rd_kafka_consume_batch_queue(farewell.get(), 5, own.batch.data(), kBatch));
        if (failure != nullptr)
            rd_kafka_error_destroy(failure);
    }
    rd_kafka_queue_destroy(std::exchange(own.queue, nullptr));
    destroyWithin(std::exchange(own.handle, nullptr), left(end));
}

Membership Consumer::membership() const
{
    return {m_state->handle == nullptr ? nullptr : rd_kafka_consumer_group_metadata(m_state->handle),
            [](rd_kafka_consumer_group_metadata_t* membership) {
                if (membership != nullptr)
                    rd_kafka_consumer_group_metadata_destroy(membership);
            }};
}

std::string Consumer::memberId() const
{
    return m_state->memberId();
}

} // namespace millrace
