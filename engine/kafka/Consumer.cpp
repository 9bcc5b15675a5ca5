// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/Consumer.h"

#include "kafka/ConsumerState.h"
#include "kafka/Metadata.h"

#include <utility>

namespace millrace
{
namespace
{

using namespace kafka;

constexpr std::size_t kMetadataBytes = 4096;

Milliseconds left(Clock::time_point end)
{
    return std::max(Milliseconds(0), std::chrono::ceil<Milliseconds>(end - Clock::now()));
}

} // namespace

Result<std::unique_ptr<Consumer::State>> Consumer::State::open(const Connection& connection,
                                                               const ConsumerOptions& options, Settings fixed)
{
    auto state = std::make_unique<State>();
    state->group = options.groupId;
    state->offsetReset = options.offsetReset;
    const Settings defaults = {
        {"client.id", options.clientId},
        {"fetch.wait.max.ms", std::to_string(options.fetchWait.count())},
        {"fetch.error.backoff.ms", "50"},
        {"fetch.message.max.bytes", std::to_string(options.fetchKilobytes * 1024)},
        {"queued.min.messages", std::to_string(options.queuedMessages)},
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
    auto opened = kafka::open(RD_KAFKA_CONSUMER, std::move(*conf), state.get());
    if (!opened)
        return fail(opened.error());
    state->handle = *opened;
    rd_kafka_poll_set_consumer(state->handle);
    state->queue = rd_kafka_queue_get_consumer(state->handle);
    return state;
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

Result<Consumer> Consumer::assign(const Connection& connection, const ConsumerOptions& options,
                                  const std::vector<PartitionOffset>& partitions)
{
    auto state =
        State::open(connection, options, {{"auto.offset.reset", options.passesOverDeleted ? "earliest" : "error"}});
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
    auto state = State::open(connection, options,
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
    own.lookAtSilence(timeout);
    if (own.assigned)
        own.take();
    Milliseconds wait = left(end);
    while (wanted > 0 && !own.error) {
        const std::size_t asked = std::min(wanted, State::kBatch);
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
        return fail(errorFor(own.handle, code,
                             "Cannot move to offset " + std::to_string(to.offset) + " of " +
                                 State::nameOf(to.topic, to.partition)));
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
            own.drop(rd_kafka_consume_batch_queue(farewell.get(), 5, own.batch.data(), State::kBatch));
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
