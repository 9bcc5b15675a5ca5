// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/Admin.h"

#include "base/Clock.h"
#include "base/Text.h"
#include "kafka/Handle.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

namespace millrace
{
namespace
{

using namespace kafka;

constexpr std::int64_t kLatest = -1, kEarliest = -2; ///< timestamps that ListOffsets takes for the two ends

using Key = std::pair<std::string, int>;

bool isInternal(const std::string& topic)
{
    return topic.starts_with("__") || topic.starts_with("millrace.state.");
}

TopicInfo infoOf(const TopicShape& shape)
{
    TopicInfo info{shape.name, isInternal(shape.name), {}};
    for (const PartitionShape& from : shape.partitions)
        info.partitions.push_back({from.partition, from.leader, from.replicas, from.inSync, -1, -1});
    return info;
}

} // namespace

std::optional<std::int64_t> GroupLagRow::lag() const
{
    if (!currentOffset || !logEndOffset)
        return std::nullopt;
    return std::max<std::int64_t>(0, *logEndOffset - *currentOffset);
}

struct Admin::State {
    Connection connection;

    /// For one call, which keeps it alive while another call may take a new one.
    [[nodiscard]] std::shared_ptr<rd_kafka_t> handle() const
    {
        const std::lock_guard lock(m_mutex);
        return m_handle;
    }

    using Options = std::unique_ptr<rd_kafka_AdminOptions_t, Deleter<rd_kafka_AdminOptions_destroy>>;
    using Request = std::function<void(rd_kafka_t*, const rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>;

    /// One request on a queue of its own; the answer's own error is an Error already.
    Result<Event> ask(rd_kafka_admin_op_t kind, const std::string& what, Timeout timeout, const Request& request) const;
    /// Offsets by time for many partitions at once; kLatest and kEarliest are the ends.
    Result<std::map<Key, std::int64_t>> offsetsFor(const std::vector<Key>& partitions, std::int64_t timestamp,
                                                   Timeout timeout) const;
    Status waitForTopic(const std::string& name, bool present, Clock::time_point end) const;
    Status connect(); ///< takes a new handle
    /// For what a group's coordinator has not answered. On a handle that has given such a question up librdkafka 2.0.2
    /// aborts the process when the broker is back (librdkafka's issue 3663), so that handle is thrown away.
    Error givenUp(Error error);
    Status addGroup(const std::string& group, std::map<Key, GroupLagRow>& rows, Timeout timeout);
    Status addCommitted(const std::string& group, std::map<Key, GroupLagRow>& rows, Timeout timeout) const;
    Status addMembers(const std::string& group, std::map<Key, GroupLagRow>& rows, Timeout timeout) const;
    /// Rows for the partitions of a topic, or of every topic that has a row, that have none yet.
    Status addPartitions(const std::string& topic, std::map<Key, GroupLagRow>& rows, Timeout timeout) const;
    /// Fills the field in with the offset that the timestamp stands for (kLatest, kEarliest).
    Status addOffsets(std::map<Key, GroupLagRow>& rows, std::int64_t timestamp,
                      std::optional<std::int64_t> GroupLagRow::*field, Timeout timeout) const;

private:
    mutable std::mutex m_mutex;
    std::shared_ptr<rd_kafka_t> m_handle;
};

namespace
{

constexpr int kAskAgain = 20; // milliseconds

bool isLeaderMoving(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION || code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
}

} // namespace

Status Admin::State::connect()
{
    // A consumer's handle: it never creates a topic by asking for it, and "end" is what a reader of committed records
    // sees.
    auto conf = configure(connection, {{"isolation.level", "read_committed"}}, {{"allow.auto.create.topics", "false"}});
    if (!conf)
        return fail(conf.error());
    const auto fresh = kafka::open(RD_KAFKA_CONSUMER, std::move(*conf));
    if (!fresh)
        return fail(fresh.error());
    std::shared_ptr<rd_kafka_t> handle(*fresh, [](rd_kafka_t* last) { destroyWithin(last); });
    const std::lock_guard lock(m_mutex);
    m_handle.swap(handle);
    return {};
}

Error Admin::State::givenUp(Error error)
{
    if (error.code == ErrorCode::Unreachable)
        if (auto connected = connect(); !connected)
            return connected.error();
    return error;
}

Result<Event> Admin::State::ask(rd_kafka_admin_op_t kind, const std::string& what, Timeout timeout,
                                const Request& request) const
{
    const auto held = handle();
    if (auto answered = awaitBroker(held.get(), timeout); !answered)
        return fail(answered.error());
    const Options options(rd_kafka_AdminOptions_new(held.get(), kind));
    std::array<char, 256> reason{};
    rd_kafka_AdminOptions_set_request_timeout(options.get(), static_cast<int>(timeout.count()), reason.data(),
                                              reason.size());
    const Queue answers(rd_kafka_queue_new(held.get()));
    request(held.get(), options.get(), answers.get());
    Event answer(rd_kafka_queue_poll(answers.get(), static_cast<int>(timeout.count()) + 200));
    if (!answer)
        return fail(errorFor(held.get(), RD_KAFKA_RESP_ERR__TIMED_OUT, what));
    if (const auto code = rd_kafka_event_error(answer.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(errorFor(held.get(), code, what, rd_kafka_event_error_string(answer.get())));
    return answer;
}

Result<std::map<Key, std::int64_t>> Admin::State::offsetsFor(const std::vector<Key>& partitions, std::int64_t timestamp,
                                                             Timeout timeout) const
{
    std::map<Key, std::int64_t> offsets;
    if (partitions.empty())
        return offsets;
    const PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
    for (const auto& [topic, partition] : partitions)
        rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = timestamp;
    const auto end = Clock::now() + timeout;
    const auto held = handle();
    const Queue pace(rd_kafka_queue_new(held.get()));
    auto code = rd_kafka_offsets_for_times(held.get(), list.get(), static_cast<int>(timeout.count()));
    // A topic that was just made has its leaders in the metadata before that broker knows, partition by partition; the
    // answer is a matter of milliseconds.
    const auto tooEarly = [&] {
        return isLeaderMoving(code) || std::any_of(list->elems, list->elems + list->cnt,
                                                   [](const auto& each) { return isLeaderMoving(each.err); });
    };
    while (tooEarly() && Clock::now() < end) {
        rd_kafka_queue_poll(pace.get(), kAskAgain);
        for (int i = 0; i < list->cnt; ++i)
            list->elems[i].offset = timestamp;
        code = rd_kafka_offsets_for_times(held.get(), list.get(), static_cast<int>(timeout.count()));
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(errorFor(held.get(), code, "Cannot read the offsets of topic " + partitions.front().first));
    for (int i = 0; i < list->cnt; ++i)
        if (const auto& each = list->elems[i]; each.err == RD_KAFKA_RESP_ERR_NO_ERROR)
            offsets[{each.topic, each.partition}] = each.offset;
    return offsets;
}

Result<Admin> Admin::open(const Connection& connection)
{
    auto state = std::make_unique<State>();
    state->connection = connection;
    if (auto connected = state->connect(); !connected)
        return fail(connected.error());
    return Admin(std::move(state));
}

Admin::Admin(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Admin::Admin(Admin&&) noexcept = default;
Admin& Admin::operator=(Admin&&) noexcept = default;
Admin::~Admin() = default;

Result<ClusterInfo> Admin::cluster(Timeout timeout)
{
    const auto held = m_state->handle();
    const auto shape = readCluster(held.get(), m_state->connection.brokers, timeout);
    if (!shape)
        return fail(shape.error());
    ClusterInfo info;
    if (char* id = rd_kafka_clusterid(held.get(), static_cast<int>(timeout.count())); id != nullptr) {
        info.clusterId = id;
        rd_kafka_mem_free(held.get(), id);
    }
    info.controller = rd_kafka_controllerid(held.get(), static_cast<int>(timeout.count()));
    for (const BrokerShape& broker : shape->brokers)
        info.brokers.push_back({broker.id, broker.host, broker.port});
    for (const TopicShape& topic : shape->topics)
        info.topics.push_back(infoOf(topic));
    return info;
}

Result<TopicInfo> Admin::topic(const std::string& name, Timeout timeout)
{
    const auto shape = readTopic(m_state->handle().get(), name, m_state->connection.brokers, timeout);
    if (!shape)
        return fail(shape.error());
    TopicInfo info = infoOf(*shape);
    std::vector<Key> keys;
    for (const PartitionInfo& each : info.partitions)
        keys.emplace_back(name, each.partition);
    const auto low = m_state->offsetsFor(keys, kEarliest, timeout);
    if (!low)
        return fail(low.error());
    const auto high = m_state->offsetsFor(keys, kLatest, timeout);
    if (!high)
        return fail(high.error());
    for (PartitionInfo& each : info.partitions) {
        const Key key(name, each.partition);
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
            return fail(errorFor(RD_KAFKA_RESP_ERR__TIMED_OUT, "Waiting for topic " + name, connection.brokers));
        const auto cluster = readCluster(handle().get(), connection.brokers, left);
        if (!cluster)
            return fail(cluster.error());
        const TopicShape* shape = cluster->find(name);
        const bool ready = shape != nullptr && !shape->partitions.empty() &&
                           std::ranges::all_of(shape->partitions, [](const auto& each) { return each.leader >= 0; });
        if (present ? ready : shape == nullptr)
            return {};
        rd_kafka_poll(handle().get(), 5);
    }
}

Status Admin::createTopic(const std::string& name, int partitions, bool mayExist, Timeout timeout,
                          const std::map<std::string, std::string>& configuration)
{
    const auto end = Clock::now() + timeout;
    const std::string what = "Cannot create topic " + name;
    std::array<char, 512> reason{};
    using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Deleter<rd_kafka_NewTopic_destroy>>;
    const NewTopic wanted(rd_kafka_NewTopic_new(name.c_str(), partitions, -1, reason.data(), reason.size()));
    if (!wanted)
        return fail(ErrorCode::Usage, what + ": " + reason.data());
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
    if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
        const auto shape = readTopic(m_state->handle().get(), name, m_state->connection.brokers, timeout);
        if (!shape)
            return fail(shape.error());
        const int existing = static_cast<int>(shape->partitions.size());
        if (!mayExist || existing != partitions)
            return fail(ErrorCode::Failed,
                        "The topic " + name + " exists already, with " + std::to_string(existing) +
                            (existing == 1 ? " partition" : " partitions"),
                        "Delete it first, or choose another name");
    } else if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        const char* text = rd_kafka_topic_result_error_string(results[0]);
        return fail(
            errorFor(m_state->handle().get(), code, what, text == nullptr ? "" : text, {"CREATE", "topic", name}));
    }
    return m_state->waitForTopic(name, true, end);
}

Status Admin::deleteTopic(const std::string& name, Timeout timeout)
{
    const auto end = Clock::now() + timeout;
    const std::string what = "Cannot delete topic " + name;
    if (const auto shape = readTopic(m_state->handle().get(), name, m_state->connection.brokers, timeout); !shape)
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
        return fail(errorFor(m_state->handle().get(), rd_kafka_topic_result_error(results[0]), what, {},
                             {"DELETE", "topic", name}));
    return m_state->waitForTopic(name, false, end);
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
        return fail(errorFor(m_state->handle().get(), offsets->elems[0].err, what, {}, {"DELETE", "topic", topic}));
    return {};
}

Result<std::vector<ConfigEntry>> Admin::topicConfig(const std::string& name, Timeout timeout)
{
    const std::string what = "Cannot read the configuration of topic " + name;
    if (const auto shape = readTopic(m_state->handle().get(), name, m_state->connection.brokers, timeout); !shape)
        return fail(shape.error());
    using Resource = std::unique_ptr<rd_kafka_ConfigResource_t, Deleter<rd_kafka_ConfigResource_destroy>>;
    const Resource wanted(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
    const auto answer = m_state->ask(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, what, timeout,
                                     [&](rd_kafka_t* handle, const auto* options, auto* queue) {
                                         rd_kafka_ConfigResource_t* resource = wanted.get();
                                         rd_kafka_DescribeConfigs(handle, &resource, 1, options, queue);
                                     });
    if (!answer)
        return fail(answer.error());
    std::size_t count = 0;
    const auto* const* resources =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(answer->get()), &count);
    std::vector<ConfigEntry> entries;
    if (count == 0)
        return entries;
    if (const auto code = rd_kafka_ConfigResource_error(resources[0]); code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(errorFor(m_state->handle().get(), code, what, {}, {"DESCRIBE_CONFIGS", "topic", name}));
    const auto* const* configs = rd_kafka_ConfigResource_configs(resources[0], &count);
    for (std::size_t i = 0; i < count; ++i) {
        const char* value = rd_kafka_ConfigEntry_value(configs[i]);
        entries.push_back({rd_kafka_ConfigEntry_name(configs[i]), value == nullptr ? "" : value,
                           rd_kafka_ConfigEntry_source(configs[i]) != RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG});
    }
    std::ranges::sort(entries, {}, &ConfigEntry::name);
    return entries;
}

Result<std::vector<GroupInfo>> Admin::groups(Timeout timeout)
{
    const std::string what = "Cannot list the consumer groups";
    const auto answer = m_state->ask(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, what, timeout,
                                     [&](rd_kafka_t* handle, const auto* options, auto* queue) {
                                         rd_kafka_ListConsumerGroups(handle, options, queue);
                                     });
    if (!answer)
        return fail(answer.error());
    const auto* result = rd_kafka_event_ListConsumerGroups_result(answer->get());
    std::size_t count = 0;
    const auto* const* listings = rd_kafka_ListConsumerGroups_result_valid(result, &count);
    std::vector<GroupInfo> groups;
    for (std::size_t i = 0; i < count; ++i) {
        const auto* each = listings[i];
        groups.push_back({rd_kafka_ConsumerGroupListing_group_id(each),
                          rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupListing_state(each)),
                          rd_kafka_ConsumerGroupListing_is_simple_consumer_group(each) != 0 ? "" : "consumer"});
    }
    std::size_t failures = 0;
    const auto* const* errors = rd_kafka_ListConsumerGroups_result_errors(result, &failures);
    if (groups.empty() && failures > 0)
        return fail(errorFor(rd_kafka_error_code(errors[0]), what, m_state->connection.brokers,
                             rd_kafka_error_string(errors[0])));
    std::ranges::sort(groups, {}, &GroupInfo::id);
    return groups;
}

Status Admin::State::addCommitted(const std::string& group, std::map<Key, GroupLagRow>& rows, Timeout timeout) const
{
    const std::string what = "Cannot read the offsets of group " + group;
    using Wanted =
        std::unique_ptr<rd_kafka_ListConsumerGroupOffsets_t, Deleter<rd_kafka_ListConsumerGroupOffsets_destroy>>;
    const Wanted wanted(rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), nullptr));
    const auto answer = ask(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, what, timeout,
                            [&](rd_kafka_t* handle, const auto* options, auto* queue) {
                                rd_kafka_ListConsumerGroupOffsets_t* request = wanted.get();
                                rd_kafka_ListConsumerGroupOffsets(handle, &request, 1, options, queue);
                            });
    if (!answer)
        return fail(answer.error());
    std::size_t count = 0;
    const auto* const* groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
        rd_kafka_event_ListConsumerGroupOffsets_result(answer->get()), &count);
    if (count == 0)
        return {};
    if (const auto* failure = rd_kafka_group_result_error(groups[0]); failure != nullptr) {
        if (rd_kafka_error_code(failure) == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND)
            return {};
        return fail(errorFor(rd_kafka_error_code(failure), what, connection.brokers, rd_kafka_error_string(failure)));
    }
    const auto* list = rd_kafka_group_result_partitions(groups[0]);
    for (int i = 0; list != nullptr && i < list->cnt; ++i) {
        GroupLagRow& row = rows[{list->elems[i].topic, list->elems[i].partition}];
        if (list->elems[i].offset >= 0)
            row.currentOffset = list->elems[i].offset;
        if (list->elems[i].metadata != nullptr)
            row.commitMetadata.assign(static_cast<const char*>(list->elems[i].metadata), list->elems[i].metadata_size);
    }
    return {};
}

Status Admin::State::addMembers(const std::string& group, std::map<Key, GroupLagRow>& rows, Timeout timeout) const
{
    const std::string what = "Cannot describe group " + group;
    const auto answer = ask(RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, what, timeout,
                            [&](rd_kafka_t* handle, const auto* options, auto* queue) {
                                const char* name = group.c_str();
                                rd_kafka_DescribeConsumerGroups(handle, &name, 1, options, queue);
                            });
    if (!answer)
        return fail(answer.error());
    std::size_t count = 0;
    const auto* const* groups = rd_kafka_DescribeConsumerGroups_result_groups(
        rd_kafka_event_DescribeConsumerGroups_result(answer->get()), &count);
    const auto* failure = count > 0 ? rd_kafka_ConsumerGroupDescription_error(groups[0]) : nullptr;
    if (failure != nullptr && isAway(rd_kafka_error_code(failure)))
        return fail(errorFor(rd_kafka_error_code(failure), what, connection.brokers));
    // A group that librdkafka cannot describe (of the newer protocol) still has its offsets.
    if (count == 0 || failure != nullptr)
        return {};
    for (std::size_t i = 0; i < rd_kafka_ConsumerGroupDescription_member_count(groups[0]); ++i) {
        const auto* member = rd_kafka_ConsumerGroupDescription_member(groups[0], i);
        const auto* assignment = rd_kafka_MemberDescription_assignment(member);
        const auto* list = assignment == nullptr ? nullptr : rd_kafka_MemberAssignment_partitions(assignment);
        for (int j = 0; list != nullptr && j < list->cnt; ++j) {
            GroupLagRow& row = rows[{list->elems[j].topic, list->elems[j].partition}];
            row.consumerId = rd_kafka_MemberDescription_consumer_id(member);
            row.host = rd_kafka_MemberDescription_host(member);
            row.clientId = rd_kafka_MemberDescription_client_id(member);
        }
    }
    return {};
}

Status Admin::State::addGroup(const std::string& group, std::map<Key, GroupLagRow>& rows, Timeout timeout)
{
    for (const auto step : {&State::addCommitted, &State::addMembers})
        if (auto done = (this->*step)(group, rows, timeout); !done)
            return fail(givenUp(done.error()));
    return {};
}

Status Admin::State::addPartitions(const std::string& topic, std::map<Key, GroupLagRow>& rows, Timeout timeout) const
{
    if (!topic.empty()) {
        std::erase_if(rows, [&](const auto& row) { return row.first.first != topic; });
        if (const auto shape = readTopic(handle().get(), topic, connection.brokers, timeout); !shape)
            return fail(shape.error());
    }
    const auto cluster = readCluster(handle().get(), connection.brokers, timeout);
    if (!cluster)
        return fail(cluster.error());
    std::set<std::string> topics{topic};
    for (const auto& [key, row] : rows)
        topics.insert(key.first);
    for (const std::string& name : topics)
        if (const TopicShape* shape = cluster->find(name); shape != nullptr)
            for (const PartitionShape& each : shape->partitions)
                rows.try_emplace({name, each.partition});
    return {};
}

Status Admin::State::addOffsets(std::map<Key, GroupLagRow>& rows, std::int64_t timestamp,
                                std::optional<std::int64_t> GroupLagRow::*field, Timeout timeout) const
{
    const auto cluster = readCluster(handle().get(), connection.brokers, timeout);
    if (!cluster)
        return fail(cluster.error());
    std::vector<Key> keys;
    for (const auto& [key, row] : rows)
        if (cluster->find(key.first) != nullptr) // a deleted topic has neither start nor end
            keys.push_back(key);
    const auto offsets = offsetsFor(keys, timestamp, timeout);
    if (!offsets)
        return fail(offsets.error());
    for (const auto& [key, offset] : *offsets)
        if (offset >= 0)
            rows[key].*field = offset;
    return {};
}

namespace
{

std::vector<GroupLagRow> inOrder(const std::string& group, std::map<Key, GroupLagRow>&& byPartition)
{
    std::vector<GroupLagRow> rows;
    for (auto& [key, row] : byPartition) {
        row.group = group;
        std::tie(row.topic, row.partition) = key;
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace

Result<std::vector<GroupLagRow>> Admin::groupLag(const std::string& group, Timeout timeout)
{
    std::map<Key, GroupLagRow> rows;
    if (auto done = m_state->addGroup(group, rows, timeout); !done)
        return fail(done.error());
    if (auto done = m_state->addOffsets(rows, kLatest, &GroupLagRow::logEndOffset, timeout); !done)
        return fail(done.error());
    return inOrder(group, std::move(rows));
}

Result<std::vector<GroupLagRow>> Admin::groupPositions(const std::string& group, const std::string& topic,
                                                       Timeout timeout)
{
    std::map<Key, GroupLagRow> rows;
    if (auto done = m_state->addGroup(group, rows, timeout); !done)
        return fail(done.error());
    if (auto done = m_state->addPartitions(topic, rows, timeout); !done)
        return fail(done.error());
    // The end last: it is never before a commit that was read first.
    if (auto done = m_state->addOffsets(rows, kEarliest, &GroupLagRow::logStartOffset, timeout); !done)
        return fail(done.error());
    if (auto done = m_state->addOffsets(rows, kLatest, &GroupLagRow::logEndOffset, timeout); !done)
        return fail(done.error());
    return inOrder(group, std::move(rows));
}

Status Admin::deleteGroup(const std::string& group, Timeout timeout)
{
    const std::string what = "Cannot delete group " + group;
    using DeleteGroup = std::unique_ptr<rd_kafka_DeleteGroup_t, Deleter<rd_kafka_DeleteGroup_destroy>>;
    const DeleteGroup doomed(rd_kafka_DeleteGroup_new(group.c_str()));
    const auto answer = m_state->ask(RD_KAFKA_ADMIN_OP_DELETEGROUPS, what, timeout,
                                     [&](rd_kafka_t* handle, const auto* options, auto* queue) {
                                         rd_kafka_DeleteGroup_t* request = doomed.get();
                                         rd_kafka_DeleteGroups(handle, &request, 1, options, queue);
                                     });
    if (!answer)
        return fail(m_state->givenUp(answer.error()));
    std::size_t count = 0;
    const auto* const* results =
        rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(answer->get()), &count);
    const auto* failure = count > 0 ? rd_kafka_group_result_error(results[0]) : nullptr;
    if (failure != nullptr)
        return fail(m_state->givenUp(
            errorFor(rd_kafka_error_code(failure), what, m_state->connection.brokers, rd_kafka_error_string(failure))));
    return {};
}

Result<std::int64_t> Admin::offsetForTime(const std::string& topic, int partition, std::int64_t milliseconds,
                                          Timeout timeout)
{
    const Key key(topic, partition);
    for (const std::int64_t timestamp : {std::max<std::int64_t>(0, milliseconds), kLatest}) {
        const auto offsets = m_state->offsetsFor({key}, timestamp, timeout);
        if (!offsets)
            return fail(offsets.error());
        if (offsets->contains(key) && offsets->at(key) >= 0)
            return offsets->at(key);
    }
    return fail(ErrorCode::Failed,
                "The offsets of topic " + topic + ", partition " + std::to_string(partition) + " cannot be read",
                "Check that the topic has this partition");
}

Status reach(const Connection& connection, Milliseconds timeout)
{
    auto conf = configure(connection, {}, {{"reconnect.backoff.ms", "5"}, {"reconnect.backoff.max.ms", "20"}});
    if (!conf)
        return fail(conf.error());
    const auto handle = kafka::open(RD_KAFKA_CONSUMER, std::move(*conf));
    if (!handle)
        return fail(handle.error());
    auto answered = awaitBroker(*handle, timeout);
    destroyWithin(*handle, Milliseconds(200));
    return answered;
}

bool isReachable(const Connection& connection, Milliseconds timeout)
{
    return reach(connection, timeout).has_value();
}

std::string kafkaClientVersion()
{
    return rd_kafka_version_str();
}

} // namespace millrace
