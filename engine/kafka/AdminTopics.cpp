// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/AdminState.h"
#include "kafka/Errors.h"

#include <algorithm>
#include <array>

namespace millrace
{
namespace
{

using namespace kafka;

constexpr std::chrono::milliseconds kFencedAgain{200};

} // namespace

Result<TopicInfo> Admin::topic(const std::string& name, Timeout timeout)
{
    const auto shape = readTopic(m_state->handle(), name, timeout);
    if (!shape)
        return fail(shape.error());
    TopicInfo info = infoOf(*shape);
    std::vector<PartitionKey> keys;
    for (const PartitionInfo& each : info.partitions)
        if (each.leader >= 0) // nobody else knows the offsets
            keys.emplace_back(name, each.partition);
    const auto low = m_state->offsetsFor(m_state->handle(), keys, kEarliest, timeout);
    if (!low)
        return fail(low.error());
    const auto high = m_state->offsetsFor(m_state->handle(), keys, kLatest, timeout);
    if (!high)
        return fail(high.error());
    for (PartitionInfo& each : info.partitions) {
        const PartitionKey key(name, each.partition);
        each.low = low->contains(key) ? low->at(key) : -1;
        each.high = high->contains(key) ? high->at(key) : -1;
    }
    return info;
}

Status Admin::State::waitForTopic(const std::string& name, bool present, Clock::time_point end) const
{
    while (true) {
        const auto now = Clock::now();
        const auto left = std::chrono::ceil<Milliseconds>(end - now);
        if (left.count() <= 0)
            return fail(errorFor(handle(), RD_KAFKA_RESP_ERR__TIMED_OUT, "Waiting for topic " + name));
        const auto cluster = readCluster(handle(), left);
        if (!cluster)
            return fail(cluster.error());
        const TopicShape* shape = cluster->find(name);
        const bool ready = shape != nullptr && !shape->partitions.empty() &&
                           std::ranges::all_of(shape->partitions, [](const auto& each) { return each.leader >= 0; });
        if (present ? ready : shape == nullptr)
            return {};
        rd_kafka_poll(handle(), 5);
    }
}

Status Admin::createTopic(const std::string& name, int partitions, bool mayExist, Timeout timeout,
                          const std::map<std::string, std::string>& configuration)
{
    const auto end = Clock::now() + timeout;
    const std::string what = "Cannot create topic " + name;
    std::array<char, 512> wrong{};
    using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Deleter<rd_kafka_NewTopic_destroy>>;
    const NewTopic wanted(rd_kafka_NewTopic_new(name.c_str(), partitions, -1, wrong.data(), wrong.size()));
    if (!wanted)
        return fail(ErrorCode::Usage, what + ": " + wrong.data());
    for (const auto& [key, value] : configuration)
        rd_kafka_NewTopic_set_config(wanted.get(), key.c_str(), value.c_str());
    const auto answer = m_state->ask(RD_KAFKA_ADMIN_OP_CREATETOPICS, what, timeout,
                                     [&](rd_kafka_t* handle, const auto* options, auto* queue) {
                                         rd_kafka_NewTopic_t* topic = wanted.get();
                                         rd_kafka_CreateTopics(handle, &topic, 1, options, queue);
                                     });
    if (!answer)
        return fail(answer.error());
    std::size_t count = 0;
    const auto* const* results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer->get()), &count);
    const auto code = count > 0 ? rd_kafka_topic_result_error(results[0]) : RD_KAFKA_RESP_ERR_NO_ERROR;
    // Who may not make topics is told so also of one that is there.
    const bool isThere =
        mayExist && code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED && readTopic(m_state->handle(), name, timeout);
    if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS || isThere) {
        const auto shape = readTopic(m_state->handle(), name, timeout);
        if (!shape)
            return fail(shape.error());
        const int existing = static_cast<int>(shape->partitions.size());
        if (!mayExist || existing != partitions)
            return fail(ErrorCode::Failed,
                        "The topic " + name + " exists already, with " + std::to_string(existing) +
                            (existing == 1 ? " partition" : " partitions"),
                        "Delete it first, or choose another name");
    } else if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        const char* reason = rd_kafka_topic_result_error_string(results[0]);
        const std::string text = reason == nullptr ? "" : reason;
        // A broker of which its controller has not heard for some seconds, on a busy machine, is fenced until it has.
        const bool isFenced = code == RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR && text.find("fenced") != text.npos;
        if (const auto left = std::chrono::duration_cast<Timeout>(end - Clock::now() - kFencedAgain);
            isFenced && left > kFencedAgain) {
            rd_kafka_queue_poll(Queue(rd_kafka_queue_new(m_state->handle())).get(),
                                static_cast<int>(kFencedAgain.count()));
            return createTopic(name, partitions, mayExist, left, configuration);
        }
        return fail(
            errorFor(m_state->handle(), code, what, text, {{"CREATE", "topic", name}, {"CREATE", "cluster", {}}}));
    }
    return m_state->waitForTopic(name, true, end);
}

Status Admin::deleteTopic(const std::string& name, Timeout timeout)
{
    const auto end = Clock::now() + timeout;
    const std::string what = "Cannot delete topic " + name;
    if (const auto shape = readTopic(m_state->handle(), name, timeout); !shape)
        return fail(shape.error());
    using DeleteTopic = std::unique_ptr<rd_kafka_DeleteTopic_t, Deleter<rd_kafka_DeleteTopic_destroy>>;
    const DeleteTopic doomed(rd_kafka_DeleteTopic_new(name.c_str()));
    const auto answer = m_state->ask(RD_KAFKA_ADMIN_OP_DELETETOPICS, what, timeout,
                                     [&](rd_kafka_t* handle, const auto* options, auto* queue) {
                                         rd_kafka_DeleteTopic_t* topic = doomed.get();
                                         rd_kafka_DeleteTopics(handle, &topic, 1, options, queue);
                                     });
    if (!answer)
        return fail(answer.error());
    std::size_t count = 0;
    const auto* const* results =
        rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(answer->get()), &count);
    if (count > 0 && rd_kafka_topic_result_error(results[0]) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(errorFor(m_state->handle(), rd_kafka_topic_result_error(results[0]), what, {},
                             {{"DELETE", "topic", name}}));
    return m_state->waitForTopic(name, false, end);
}

Status Admin::growTopic(const std::string& name, int partitions, Timeout timeout)
{
    const std::string what = "Cannot add partitions to topic " + name;
    std::array<char, 512> reason{};
    using NewPartitions = std::unique_ptr<rd_kafka_NewPartitions_t, Deleter<rd_kafka_NewPartitions_destroy>>;
    const NewPartitions wanted(
        rd_kafka_NewPartitions_new(name.c_str(), static_cast<std::size_t>(partitions), reason.data(), reason.size()));
    if (!wanted)
        return fail(ErrorCode::Usage, what + ": " + reason.data());
    const auto answer = m_state->ask(RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, what, timeout,
                                     [&](rd_kafka_t* handle, const auto* options, auto* queue) {
                                         rd_kafka_NewPartitions_t* request = wanted.get();
                                         rd_kafka_CreatePartitions(handle, &request, 1, options, queue);
                                     });
    if (!answer)
        return fail(answer.error());
    std::size_t count = 0;
    const auto* const* results =
        rd_kafka_CreatePartitions_result_topics(rd_kafka_event_CreatePartitions_result(answer->get()), &count);
    if (const auto code = count > 0 ? rd_kafka_topic_result_error(results[0]) : RD_KAFKA_RESP_ERR_NO_ERROR;
        code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        const char* text = rd_kafka_topic_result_error_string(results[0]);
        return fail(errorFor(m_state->handle(), code, what, text == nullptr ? "" : text, {{"ALTER", "topic", name}}));
    }
    return {};
}

Status Admin::deleteRecords(const std::string& topic, int partition, std::int64_t before, Timeout timeout)
{
    const std::string what = "Cannot delete records of topic " + topic + ", partition " + std::to_string(partition);
    const PartitionList wanted(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(wanted.get(), topic.c_str(), partition)->offset = before;
    using DeleteRecords = std::unique_ptr<rd_kafka_DeleteRecords_t, Deleter<rd_kafka_DeleteRecords_destroy>>;
    const DeleteRecords doomed(rd_kafka_DeleteRecords_new(wanted.get()));
    const auto answer = m_state->ask(RD_KAFKA_ADMIN_OP_DELETERECORDS, what, timeout,
                                     [&](rd_kafka_t* handle, const auto* options, auto* queue) {
                                         rd_kafka_DeleteRecords_t* records = doomed.get();
                                         rd_kafka_DeleteRecords(handle, &records, 1, options, queue);
                                     });
    if (!answer)
        return fail(answer.error());
    const auto* offsets = rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(answer->get()));
    if (offsets->cnt > 0 && offsets->elems[0].err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(errorFor(m_state->handle(), offsets->elems[0].err, what, {}, {{"DELETE", "topic", topic}}));
    return {};
}

Result<std::string> Admin::topicId(const std::string& name, Timeout timeout)
{
#if RD_KAFKA_VERSION >= 0x020300ff
    const std::string what = "Cannot look at topic " + name;
    using Names = std::unique_ptr<rd_kafka_TopicCollection_t, Deleter<rd_kafka_TopicCollection_destroy>>;
    const char* wanted = name.c_str();
    const Names names(rd_kafka_TopicCollection_of_topic_names(&wanted, 1));
    const auto answer = m_state->ask(RD_KAFKA_ADMIN_OP_DESCRIBETOPICS, what, timeout,
                                     [&](rd_kafka_t* handle, const auto* options, auto* queue) {
                                         rd_kafka_DescribeTopics(handle, names.get(), options, queue);
                                     });
    if (!answer)
        return fail(answer.error());
    std::size_t count = 0;
    const auto* const* topics =
        rd_kafka_DescribeTopics_result_topics(rd_kafka_event_DescribeTopics_result(answer->get()), &count);
    if (count == 0)
        return std::string();
    if (const auto* error = rd_kafka_TopicDescription_error(topics[0]);
        rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(errorFor(m_state->handle(), rd_kafka_error_code(error), what, rd_kafka_error_string(error),
                             {{"DESCRIBE", "topic", name}}));
    const rd_kafka_Uuid_t* id = rd_kafka_TopicDescription_topic_id(topics[0]);
    const bool isNone = id == nullptr ||
                        (rd_kafka_Uuid_most_significant_bits(id) == 0 && rd_kafka_Uuid_least_significant_bits(id) == 0);
    return isNone ? std::string() : std::string(rd_kafka_Uuid_base64str(id));
#else
    static_cast<void>(timeout);
    static_cast<void>(name);
    return std::string();
#endif
}

} // namespace millrace
