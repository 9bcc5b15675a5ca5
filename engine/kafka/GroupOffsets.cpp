// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/GroupOffsets.h"

#include "kafka/Errors.h"

#include <algorithm>

namespace millrace::kafka
{
namespace
{

/// librdkafka finds each answer by going through the list: 20,000 partitions at once take more than a second.
constexpr std::size_t kPartitionsAtOnce = 2000;
constexpr std::size_t kFewPartitions = 500;
constexpr std::chrono::seconds kAskAllAgain(30);

} // namespace

Result<std::shared_ptr<GroupOffsets>> GroupOffsets::open(const Connection& connection, const std::string& group)
{
    if (group.empty())
        return fail(ErrorCode::Usage, "A consumer group needs a name", "Give one");
    // With read_committed the offsets of an open transaction would be an error, UNSTABLE_OFFSET_COMMIT, until it ends.
    auto conf = configure(connection, {},
                          {{"group.id", group},
                           {"isolation.level", "read_uncommitted"},
                           {"enable.auto.commit", "false"},
                           {"allow.auto.create.topics", "false"}});
    if (!conf)
        return fail(conf.error());
    const auto handle = kafka::open(RD_KAFKA_CONSUMER, std::move(*conf));
    if (!handle)
        return fail(handle.error());
    rd_kafka_poll_set_consumer(*handle);
    return std::shared_ptr<GroupOffsets>(new GroupOffsets(*handle, group));
}

GroupOffsets::GroupOffsets(rd_kafka_t* handle, std::string group)
    : m_handle(handle, [](rd_kafka_t* last) { destroyWithin(last); }), m_group(std::move(group))
{
}

Result<std::map<PartitionKey, CommittedOffset>> GroupOffsets::committed(const std::vector<PartitionKey>& partitions,
                                                                        Milliseconds timeout)
{
    const auto end = Clock::now() + timeout;
    const std::lock_guard lock(m_mutex);
    std::map<PartitionKey, CommittedOffset> found;
    const std::vector<PartitionKey> wanted = worthAsking(partitions);
    for (std::size_t from = 0; from < wanted.size(); from += kPartitionsAtOnce) {
        const auto first = wanted.begin() + static_cast<std::ptrdiff_t>(from);
        const auto count = std::min(kPartitionsAtOnce, wanted.size() - from);
        if (auto asked = ask({first, first + static_cast<std::ptrdiff_t>(count)}, found, end); !asked)
            return fail(asked.error());
    }
    if (wanted.size() == partitions.size()) {
        m_asked = partitions;
        m_askedAll = Clock::now();
        m_topics.clear();
    }
    for (const auto& [key, offset] : found)
        m_topics.insert(key.first);
    return found;
}

std::vector<PartitionKey> GroupOffsets::worthAsking(const std::vector<PartitionKey>& partitions)
{
    if (partitions.size() <= kFewPartitions || partitions != m_asked || Clock::now() - m_askedAll > kAskAllAgain)
        return partitions;
    std::vector<PartitionKey> some;
    std::ranges::copy_if(partitions, std::back_inserter(some),
                         [this](const PartitionKey& key) { return m_topics.contains(key.first); });
    return some;
}

/// Old brokers tell of the coordinator by partition.
rd_kafka_resp_err_t GroupOffsets::committedBy(Clock::time_point end, rd_kafka_topic_partition_list_t* list)
{
    const auto left = std::max(Milliseconds(1), std::chrono::ceil<Milliseconds>(end - Clock::now()));
    const auto code = rd_kafka_committed(m_handle.get(), list, static_cast<int>(left.count()));
    for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < list->cnt; ++i)
        if (isCoordinatorMoving(list->elems[i].err))
            return list->elems[i].err;
    return code;
}

Status GroupOffsets::ask(const std::vector<PartitionKey>& partitions, std::map<PartitionKey, CommittedOffset>& found,
                         Clock::time_point end)
{
    const PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
    for (const auto& [topic, partition] : partitions)
        rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition);
    const Queue pace(rd_kafka_queue_new(m_handle.get()));
    auto code = committedBy(end, list.get());
    while (isCoordinatorMoving(code) && Clock::now() < end) {
        rd_kafka_queue_poll(pace.get(), kCoordinatorAgain);
        code = committedBy(end, list.get());
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(causeOf(code));
    for (int i = 0; i < list->cnt; ++i) {
        const rd_kafka_topic_partition_t& each = list->elems[i];
        if (each.err == RD_KAFKA_RESP_ERR_NO_ERROR && each.offset < 0)
            continue;
        CommittedOffset& offset = found[{each.topic, each.partition}];
        offset.fails = each.err != RD_KAFKA_RESP_ERR_NO_ERROR;
        if (!offset.fails)
            offset.offset = each.offset;
        if (each.metadata != nullptr)
            offset.metadata.assign(static_cast<const char*>(each.metadata), each.metadata_size);
    }
    return {};
}

/// A coordinator that may not be asked for is told on the consumer's queue, and the question runs out of time.
Error GroupOffsets::causeOf(rd_kafka_resp_err_t code)
{
    const std::string what = "Cannot read the offsets of group " + m_group;
    const Rights rights = {{"DESCRIBE", "group", m_group}};
    Error error = errorFor(m_handle.get(), code, what, {}, rights);
    while (rd_kafka_message_t* message = rd_kafka_consumer_poll(m_handle.get(), 0)) {
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && !isAway(message->err))
            error = errorFor(m_handle.get(), message->err, what, rd_kafka_message_errstr(message), rights);
        rd_kafka_message_destroy(message);
    }
    return error;
}

} // namespace millrace::kafka
