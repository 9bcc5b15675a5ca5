// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/Admin.h"

#include "base/Clock.h"
#include "base/Text.h"
#include "kafka/GroupOffsets.h"
#include "kafka/Handle.h"
#include "kafka/MemberAssignment.h"

#include <algorithm>
#include <array>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <numeric>
#include <set>
#include <tuple>

namespace millrace
{
namespace
{

using namespace kafka;

constexpr std::int64_t kLatest = -1, kEarliest = -2; ///< timestamps that ListOffsets takes for the two ends

using Key = PartitionKey;
using Rows = std::map<Key, GroupLagRow>;
constexpr std::size_t kGroupsKept = 8;
constexpr auto kOffsetsTopic = "__consumer_offsets";

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

std::int64_t waitingIn(const std::vector<PartitionStanding>& standing)
{
    return std::accumulate(standing.begin(), standing.end(), std::int64_t{0},
                           [](std::int64_t sum, const PartitionStanding& each) { return sum + each.waiting; });
}

LagOffsets GroupLagRow::offsets() const
{
    return {currentOffset, logStartOffset, logEndOffset, highWatermark, nothingLeft, currentOffsetFails};
}

struct Admin::State {
    Connection connection;

    [[nodiscard]] rd_kafka_t* handle() const { return m_handle.get(); }
    Status connect();
    /// One that reads uncommitted records, too: its "latest" is the high watermark.
    Result<rd_kafka_t*> uncommitted();

    using Options = std::unique_ptr<rd_kafka_AdminOptions_t, Deleter<rd_kafka_AdminOptions_destroy>>;
    using Request = std::function<void(rd_kafka_t*, const rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>;

    /// One request on a queue of its own; the answer's own error is an Error already.
    Result<Event> ask(rd_kafka_t* asked, rd_kafka_admin_op_t kind, const std::string& what, Timeout timeout,
                      const Request& request) const;
    Result<Event> ask(rd_kafka_admin_op_t kind, const std::string& what, Timeout timeout, const Request& request) const
    {
        return ask(handle(), kind, what, timeout, request);
    }
    /// Offsets by time for many partitions at once; kLatest and kEarliest are the ends.
    Result<std::map<Key, std::int64_t>> offsetsFor(rd_kafka_t* asked, const std::vector<Key>& partitions,
                                                   std::int64_t timestamp, Timeout timeout) const;
    Status waitForTopic(const std::string& name, bool present, Clock::time_point end) const;
    /// The groups, and the error of a broker that did not tell its own. isMoving: another answer comes in a moment.
    Result<std::pair<std::vector<GroupInfo>, std::optional<Error>>> listGroups(Timeout timeout, bool& isMoving) const;
    Result<std::pair<std::vector<GroupInfo>, std::optional<Error>>> settledGroups(Timeout timeout) const;
    /// The group's own handle: one of those that are kept, or a new one.
    Result<std::shared_ptr<GroupOffsets>> offsetsOf(const std::string& group);
    /// topic: this one alone; empty: all. isWhole: with those of its partitions where the group has done nothing.
    Result<std::vector<GroupLagRow>> groupRows(const std::string& group, const std::string& topic, bool isWhole,
                                               Timeout timeout);
    /// False when it is not known who reads.
    bool addMembers(const std::string& group, Rows& rows, Timeout timeout);
    /// Fills the field in with the offset that the timestamp stands for (kLatest, kEarliest), of these partitions.
    Status addOffsets(rd_kafka_t* asked, const std::vector<Key>& partitions, Rows& rows, std::int64_t timestamp,
                      std::optional<std::int64_t> GroupLagRow::*field, Timeout timeout) const;

private:
    std::shared_ptr<rd_kafka_t> m_handle;                                      ///< one for all calls of this Admin
    std::mutex m_mutex;                                                        ///< of what follows
    std::shared_ptr<rd_kafka_t> m_uncommitted;                                 ///< made when it is needed
    std::list<std::pair<std::string, std::shared_ptr<GroupOffsets>>> m_groups; ///< the last used first
    Clock::time_point m_membersAgain;                                          ///< not asked for before
};

namespace
{

constexpr int kAskAgain = 20, kSeldomAgain = 500; // milliseconds: a pause doubles up to the second
/// How long a broker may not know a topic that the metadata has: it was just made, else it was just deleted.
constexpr std::chrono::seconds kTopicSpreads{2};

/// What a partition answers while its leader changes, or its broker comes back.
bool isLeaderMoving(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
    case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION: // none of those that were asked for has a leader
        return true;
    default:
        return false;
    }
}

/// A consumer's handle: it never creates a topic by asking for it.
Result<std::shared_ptr<rd_kafka_t>> openAsking(const Connection& connection, const Settings& defaults, Settings fixed)
{
    fixed.emplace_back("allow.auto.create.topics", "false");
    auto conf = configure(connection, defaults, fixed);
    if (!conf)
        return fail(conf.error());
    const auto fresh = kafka::open(RD_KAFKA_CONSUMER, std::move(*conf));
    if (!fresh)
        return fail(fresh.error());
    return std::shared_ptr<rd_kafka_t>(*fresh, [](rd_kafka_t* last) { destroyWithin(last); });
}

} // namespace

Status Admin::State::connect()
{
    // "End" is what a reader of committed records sees.
    auto handle = openAsking(connection, {{"isolation.level", "read_committed"}}, {});
    if (!handle)
        return fail(handle.error());
    m_handle = std::move(*handle);
    return {};
}

Result<rd_kafka_t*> Admin::State::uncommitted()
{
    const std::lock_guard lock(m_mutex);
    if (!m_uncommitted) {
        auto handle = openAsking(connection, {}, {{"isolation.level", "read_uncommitted"}});
        if (!handle)
            return fail(handle.error());
        m_uncommitted = std::move(*handle);
    }
    return m_uncommitted.get();
}

Result<std::shared_ptr<GroupOffsets>> Admin::State::offsetsOf(const std::string& group)
{
    const std::lock_guard lock(m_mutex);
    auto found = std::ranges::find(m_groups, group, &decltype(m_groups)::value_type::first);
    if (found == m_groups.end()) {
        auto opened = GroupOffsets::open(connection, group);
        if (!opened)
            return fail(opened.error());
        found = m_groups.emplace(m_groups.begin(), group, std::move(*opened));
    }
    m_groups.splice(m_groups.begin(), m_groups, found);
    if (m_groups.size() > kGroupsKept)
        m_groups.pop_back();
    return m_groups.front().second;
}

Result<Event> Admin::State::ask(rd_kafka_t* asked, rd_kafka_admin_op_t kind, const std::string& what, Timeout timeout,
                                const Request& request) const
{
    if (auto answered = awaitBroker(asked, timeout); !answered)
        return fail(answered.error());
    const Options options(rd_kafka_AdminOptions_new(asked, kind));
    std::array<char, 256> reason{};
    rd_kafka_AdminOptions_set_request_timeout(options.get(), static_cast<int>(timeout.count()), reason.data(),
                                              reason.size());
    const Queue answers(rd_kafka_queue_new(asked));
    request(asked, options.get(), answers.get());
    Event answer(rd_kafka_queue_poll(answers.get(), static_cast<int>(timeout.count()) + 200));
    if (!answer)
        return fail(errorFor(asked, RD_KAFKA_RESP_ERR__TIMED_OUT, what));
    if (const auto code = rd_kafka_event_error(answer.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(errorFor(asked, code, what, rd_kafka_event_error_string(answer.get())));
    return answer;
}

Result<std::map<Key, std::int64_t>> Admin::State::offsetsFor(rd_kafka_t* asked, const std::vector<Key>& partitions,
                                                             std::int64_t timestamp, Timeout timeout) const
{
    std::map<Key, std::int64_t> offsets;
    if (partitions.empty())
        return offsets;
    const PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
    for (const auto& [topic, partition] : partitions)
        rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = timestamp;
    const auto begin = Clock::now();
    const auto end = begin + timeout;
    const Queue pace(rd_kafka_queue_new(asked));
    auto code = rd_kafka_offsets_for_times(asked, list.get(), static_cast<int>(timeout.count()));
    // A topic that was just made has its leaders in the metadata before that broker knows, partition by partition; the
    // answer is a matter of milliseconds.
    const auto passes = [&](rd_kafka_resp_err_t error) {
        return isLeaderMoving(error) ||
               (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART && Clock::now() < begin + kTopicSpreads);
    };
    const auto tooEarly = [&] {
        return passes(code) ||
               std::any_of(list->elems, list->elems + list->cnt, [&](const auto& each) { return passes(each.err); });
    };
    for (int pause = kAskAgain; tooEarly() && Clock::now() < end; pause = std::min(2 * pause, kSeldomAgain)) {
        rd_kafka_queue_poll(pace.get(), pause);
        // librdkafka takes "no leader" of its cache for final and asks nobody again.
        const auto left =
            std::chrono::ceil<Timeout>(std::max(end - Clock::now(), Clock::duration(Timeout(kSeldomAgain))));
        if (!readCluster(asked, left))
            break;
        for (int i = 0; i < list->cnt; ++i)
            list->elems[i].offset = timestamp;
        code = rd_kafka_offsets_for_times(asked, list.get(), static_cast<int>(left.count()));
    }
    if (code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
        return offsets; // nobody knows any
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(errorFor(asked, code, "Cannot read the offsets of topic " + partitions.front().first, {},
                             {{"DESCRIBE", "topic", partitions.front().first}}));
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
    rd_kafka_t* held = m_state->handle();
    const auto shape = readCluster(held, timeout);
    if (!shape)
        return fail(shape.error());
    ClusterInfo info;
    if (char* id = rd_kafka_clusterid(held, static_cast<int>(timeout.count())); id != nullptr) {
        info.clusterId = id;
        rd_kafka_mem_free(held, id);
    }
    info.controller = rd_kafka_controllerid(held, static_cast<int>(timeout.count()));
    for (const BrokerShape& broker : shape->brokers)
        info.brokers.push_back({broker.id, broker.host, broker.port});
    for (const TopicShape& topic : shape->topics)
        info.topics.push_back(infoOf(topic));
    return info;
}

Result<TopicInfo> Admin::topic(const std::string& name, Timeout timeout)
{
    const auto shape = readTopic(m_state->handle(), name, timeout);
    if (!shape)
        return fail(shape.error());
    TopicInfo info = infoOf(*shape);
    std::vector<Key> keys;
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
        const Key key(name, each.partition);
        each.low = low->contains(key) ? low->at(key) : -1;
        each.high = high->contains(key) ? high->at(key) : -1;
    }
    return info;
}

Result<std::vector<PartitionStanding>> Admin::standing(const std::string& topic, Timeout timeout)
{
    const auto shape = readTopic(m_state->handle(), topic, timeout);
    if (!shape)
        return fail(shape.error());
    auto all = standings({infoOf(*shape)}, timeout);
    if (!all)
        return fail(all.error());
    return std::move((*all)[topic]);
}

Result<std::map<std::string, std::vector<PartitionStanding>>> Admin::standings(const std::vector<TopicInfo>& topics,
                                                                               Timeout timeout)
{
    std::vector<Key> led;
    for (const TopicInfo& topic : topics)
        for (const PartitionInfo& each : topic.partitions)
            if (each.leader >= 0)
                led.emplace_back(topic.name, each.partition);
    const auto uncommitted = m_state->uncommitted();
    if (!uncommitted)
        return fail(uncommitted.error());
    // The high watermark first: what lies between it and the stable end then did not come in the meantime.
    const auto high = m_state->offsetsFor(*uncommitted, led, kLatest, timeout);
    if (!high)
        return fail(high.error());
    const auto stable = m_state->offsetsFor(m_state->handle(), led, kLatest, timeout);
    if (!stable)
        return fail(stable.error());
    std::map<std::string, std::vector<PartitionStanding>> standings;
    for (const TopicInfo& topic : topics)
        for (const PartitionInfo& each : topic.partitions) {
            PartitionStanding now{each.partition, each.leader < 0, -1, 0};
            const Key key(topic.name, each.partition);
            if (const auto end = stable->find(key); end != stable->end() && high->contains(key)) {
                now.stable = end->second;
                now.waiting = std::max<std::int64_t>(0, high->at(key) - end->second);
            }
            standings[topic.name].push_back(now);
        }
    return standings;
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
        const char* text = rd_kafka_topic_result_error_string(results[0]);
        return fail(errorFor(m_state->handle(), code, what, text == nullptr ? "" : text,
                             {{"CREATE", "topic", name}, {"CREATE", "cluster", {}}}));
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

Result<std::vector<ConfigEntry>> Admin::topicConfig(const std::string& name, Timeout timeout)
{
    const std::string what = "Cannot read the configuration of topic " + name;
    if (const auto shape = readTopic(m_state->handle(), name, timeout); !shape)
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
        return fail(errorFor(m_state->handle(), code, what, {}, {{"DESCRIBE_CONFIGS", "topic", name}}));
    const auto* const* configs = rd_kafka_ConfigResource_configs(resources[0], &count);
    for (std::size_t i = 0; i < count; ++i) {
        const char* value = rd_kafka_ConfigEntry_value(configs[i]);
        entries.push_back({rd_kafka_ConfigEntry_name(configs[i]), value == nullptr ? "" : value,
                           rd_kafka_ConfigEntry_source(configs[i]) != RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG});
    }
    std::ranges::sort(entries, {}, &ConfigEntry::name);
    return entries;
}

Result<std::set<std::string>> Admin::compacted(const std::vector<std::string>& topics, Timeout timeout)
{
    std::set<std::string> found;
    if (topics.empty())
        return found;
    using Resource = std::unique_ptr<rd_kafka_ConfigResource_t, Deleter<rd_kafka_ConfigResource_destroy>>;
    std::vector<Resource> wanted;
    std::vector<rd_kafka_ConfigResource_t*> plain;
    for (const std::string& topic : topics) {
        wanted.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
        plain.push_back(wanted.back().get());
    }
    const auto answer = m_state->ask(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, "Cannot read the configuration of the topics",
                                     timeout, [&](rd_kafka_t* handle, const auto* options, auto* queue) {
                                         rd_kafka_DescribeConfigs(handle, plain.data(), plain.size(), options, queue);
                                     });
    if (!answer)
        return fail(answer.error());
    std::size_t count = 0;
    const auto* const* resources =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(answer->get()), &count);
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t entries = 0;
        const auto* const* configs = rd_kafka_ConfigResource_configs(resources[i], &entries);
        for (std::size_t j = 0; j < entries; ++j) {
            const char* value = rd_kafka_ConfigEntry_value(configs[j]);
            if (std::string_view(rd_kafka_ConfigEntry_name(configs[j])) == "cleanup.policy" && value != nullptr &&
                std::string_view(value).find("compact") != std::string_view::npos)
                found.insert(rd_kafka_ConfigResource_name(resources[i]));
        }
    }
    return found;
}

const Connection& Admin::connection() const
{
    return m_state->connection;
}

Result<std::pair<std::vector<GroupInfo>, std::optional<Error>>> Admin::State::listGroups(Timeout timeout,
                                                                                         bool& isMoving) const
{
    isMoving = false;
    const std::string what = "Cannot list the consumer groups";
    const auto answer = ask(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, what, timeout,
                            [&](rd_kafka_t* asked, const auto* options, auto* queue) {
                                rd_kafka_ListConsumerGroups(asked, options, queue);
                            });
    if (!answer)
        return fail(answer.error());
    const auto* result = rd_kafka_event_ListConsumerGroups_result(answer->get());
    std::size_t count = 0;
    const auto* const* listings = rd_kafka_ListConsumerGroups_result_valid(result, &count);
    std::pair<std::vector<GroupInfo>, std::optional<Error>> found;
    for (std::size_t i = 0; i < count; ++i) {
        const auto* each = listings[i];
        found.first.push_back({rd_kafka_ConsumerGroupListing_group_id(each),
                               rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupListing_state(each)),
                               rd_kafka_ConsumerGroupListing_is_simple_consumer_group(each) != 0 ? "" : "consumer"});
    }
    std::size_t failures = 0;
    const auto* const* errors = rd_kafka_ListConsumerGroups_result_errors(result, &failures);
    isMoving = std::any_of(errors, errors + failures,
                           [](const auto* each) { return isCoordinatorMoving(rd_kafka_error_code(each)); });
    if (failures > 0)
        found.second = errorFor(handle(), rd_kafka_error_code(errors[0]), what, rd_kafka_error_string(errors[0]));
    std::ranges::sort(found.first, {}, &GroupInfo::id);
    return found;
}

/// As listGroups(), once the groups' coordinators know their groups.
Result<std::pair<std::vector<GroupInfo>, std::optional<Error>>> Admin::State::settledGroups(Timeout timeout) const
{
    const auto end = Clock::now() + timeout;
    const Queue pace(rd_kafka_queue_new(handle()));
    bool isMoving = false;
    auto listed = listGroups(timeout, isMoving);
    while (isMoving && Clock::now() < end) {
        rd_kafka_queue_poll(pace.get(), kCoordinatorAgain);
        listed = listGroups(timeout, isMoving);
    }
    return listed;
}

Result<std::vector<GroupInfo>> Admin::groups(Timeout timeout)
{
    auto listed = m_state->settledGroups(timeout);
    if (!listed)
        return fail(listed.error());
    if (listed->first.empty() && listed->second)
        return fail(*listed->second);
    return std::move(listed->first);
}

Status Admin::requireGroup(const std::string& group, Timeout timeout)
{
    const auto listed = m_state->settledGroups(timeout);
    if (!listed)
        return fail(listed.error());
    std::vector<std::string> names;
    for (const GroupInfo& each : listed->first)
        names.push_back(each.id);
    if (std::ranges::find(names, group) != names.end())
        return {};
    if (listed->second) // it may be one of those that a broker did not tell
        return fail(*listed->second);
    const std::string near = nearestWord(group, names);
    return fail(ErrorCode::Failed, "There is no consumer group " + group,
                near.empty() ? "See them with: millrace groups list" : "Did you mean " + near + "?");
}

namespace
{

constexpr std::chrono::milliseconds kLongestMembers{1000};
constexpr std::chrono::seconds kMembersAgain{5}; ///< after they could not be read

using GroupList = std::unique_ptr<const rd_kafka_group_list, Deleter<rd_kafka_group_list_destroy>>;

void addMember(const rd_kafka_group_member_info& member, Rows& rows)
{
    const auto partitions = partitionsOfAssignment(
        {static_cast<const char*>(member.member_assignment), static_cast<std::size_t>(member.member_assignment_size)});
    for (const Key& key : partitions.value_or(std::vector<Key>())) {
        GroupLagRow& row = rows[key];
        row.consumerId = member.member_id;
        row.host = member.client_host;
        row.clientId = member.client_id;
    }
}

/// Whether who reads is known: of a group of the newer protocol (KIP-848) librdkafka learns no members.
bool addMembersOf(const rd_kafka_group_info& group, Rows& rows)
{
    const std::string_view protocol = group.protocol_type == nullptr ? "" : group.protocol_type;
    const std::string_view state = group.state == nullptr ? "" : group.state;
    if (group.err != RD_KAFKA_RESP_ERR_NO_ERROR || state == "Dead" || (protocol != "consumer" && state != "Empty"))
        return false;
    for (int i = 0; i < group.member_cnt; ++i)
        addMember(group.members[i], rows);
    return true;
}

std::vector<Key> partitionsOf(const ClusterShape& cluster, const std::string& topic)
{
    std::vector<Key> keys;
    for (const TopicShape& each : cluster.topics)
        if (topic.empty() || each.name == topic)
            for (const PartitionShape& partition : each.partitions)
                keys.emplace_back(each.name, partition.partition);
    return keys;
}

void addUnread(const ClusterShape& cluster, const std::string& topic, Rows& rows)
{
    std::set<std::string> topics;
    for (const auto& [key, row] : rows)
        topics.insert(key.first);
    if (!topic.empty())
        topics.insert(topic);
    for (const std::string& name : topics)
        for (const Key& key : partitionsOf(cluster, name))
            rows.try_emplace(key);
}

} // namespace

/// Members are told as well as the cluster can: rd_kafka_list_groups() asks every broker, and one that is away makes it
/// wait for its whole time, so then it is asked more seldom.
bool Admin::State::addMembers(const std::string& group, Rows& rows, Timeout timeout)
{
    {
        const std::lock_guard lock(m_mutex);
        if (Clock::now() < m_membersAgain)
            return false;
    }
    const rd_kafka_group_list* listed = nullptr;
    const auto code = rd_kafka_list_groups(handle(), group.c_str(), &listed,
                                           static_cast<int>(std::min(timeout, kLongestMembers).count()));
    const bool isWhole = code == RD_KAFKA_RESP_ERR_NO_ERROR;
    if (!isWhole) {
        const std::lock_guard lock(m_mutex);
        m_membersAgain = Clock::now() + kMembersAgain;
        if (code != RD_KAFKA_RESP_ERR__PARTIAL)
            return false;
    }
    const GroupList groups(listed);
    bool known = isWhole && groups->group_cnt == 0;
    for (int i = 0; i < groups->group_cnt; ++i)
        known = addMembersOf(groups->groups[i], rows);
    return known;
}

Status Admin::State::addOffsets(rd_kafka_t* asked, const std::vector<Key>& partitions, Rows& rows,
                                std::int64_t timestamp, std::optional<std::int64_t> GroupLagRow::*field,
                                Timeout timeout) const
{
    const auto offsets = offsetsFor(asked, partitions, timestamp, timeout);
    if (!offsets)
        return fail(offsets.error());
    for (const auto& [key, offset] : *offsets)
        if (offset >= 0)
            rows[key].*field = offset;
    return {};
}

Result<std::vector<GroupLagRow>> Admin::State::groupRows(const std::string& group, const std::string& topic,
                                                         bool isWhole, Timeout timeout)
{
    const auto cluster = readCluster(handle(), timeout);
    if (!cluster)
        return fail(cluster.error());
    if (!topic.empty() && cluster->find(topic) == nullptr)
        return fail(topicAbsent(handle(), topic, *cluster, timeout));
    const auto own = offsetsOf(group);
    if (!own)
        return fail(own.error());
    const auto committed = (*own)->committed(partitionsOf(*cluster, topic), timeout);
    if (!committed)
        return fail(committed.error());
    Rows rows;
    for (const auto& [key, each] : *committed) {
        rows[key].currentOffset = each.offset;
        rows[key].currentOffsetFails = each.fails;
        rows[key].commitMetadata = each.metadata;
    }
    const bool membersKnown = addMembers(group, rows, timeout);
    // A member may still hold a topic that is gone.
    std::erase_if(rows, [&](const auto& row) {
        return (!topic.empty() && row.first.first != topic) || cluster->find(row.first.first) == nullptr;
    });
    if (isWhole)
        addUnread(*cluster, topic, rows);
    std::vector<Key> led; // nobody knows the offsets of the others
    for (const TopicShape& each : cluster->topics)
        for (const PartitionShape& partition : each.partitions)
            if (partition.leader >= 0 && rows.contains({each.name, partition.partition}))
                led.emplace_back(each.name, partition.partition);
    // The ends after the commits, which are never behind them; and the high watermark before the last stable offset:
    // what lies between them then is an open transaction's, not what came in the meantime.
    if (auto done = addOffsets(handle(), led, rows, kEarliest, &GroupLagRow::logStartOffset, timeout); !done)
        return fail(done.error());
    if (auto done = addOffsets((*own)->handle(), led, rows, kLatest, &GroupLagRow::highWatermark, timeout); !done)
        return fail(done.error());
    if (auto done = addOffsets(handle(), led, rows, kLatest, &GroupLagRow::logEndOffset, timeout); !done)
        return fail(done.error());
    std::vector<GroupLagRow> inOrder;
    for (auto& [key, row] : rows) {
        row.group = group;
        row.membersKnown = membersKnown;
        std::tie(row.topic, row.partition) = key;
        inOrder.push_back(std::move(row));
    }
    return inOrder;
}

Result<std::vector<GroupLagRow>> Admin::groupLag(const std::string& group, Timeout timeout)
{
    return m_state->groupRows(group, {}, false, timeout);
}

Result<std::vector<GroupLagRow>> Admin::groupPositions(const std::string& group, const std::string& topic,
                                                       Timeout timeout)
{
    return m_state->groupRows(group, topic, true, timeout);
}

Result<std::map<int, CommittedPosition>> Admin::committedOffsets(const std::string& group, const std::string& topic,
                                                                 Timeout timeout)
{
    const auto shape = readTopic(m_state->handle(), topic, timeout);
    if (!shape)
        return fail(shape.error());
    std::vector<Key> keys;
    for (const PartitionShape& each : shape->partitions)
        keys.emplace_back(topic, each.partition);
    const auto own = m_state->offsetsOf(group);
    if (!own)
        return fail(own.error());
    const auto committed = (*own)->committed(keys, timeout);
    if (!committed)
        return fail(committed.error());
    std::map<int, CommittedPosition> offsets;
    for (const auto& [key, each] : *committed)
        if (each.offset)
            offsets[key.second] = {*each.offset, each.metadata};
    return offsets;
}

/// The only call that is addressed to a group's coordinator (GroupOffsets says why there are no others): for a person
/// who asked for it, one at a time, on a handle of its own whose coordinator has just answered, and which goes with it.
Status Admin::deleteGroup(const std::string& group, Timeout timeout)
{
    static std::mutex oneAtATime;
    const std::lock_guard lock(oneAtATime);
    const std::string what = "Cannot delete group " + group;
    const auto own = GroupOffsets::open(m_state->connection, group);
    if (!own)
        return fail(own.error());
    if (const auto answered = (*own)->committed({{kOffsetsTopic, 0}}, timeout); !answered)
        return fail(answered.error());
    using DeleteGroup = std::unique_ptr<rd_kafka_DeleteGroup_t, Deleter<rd_kafka_DeleteGroup_destroy>>;
    const DeleteGroup doomed(rd_kafka_DeleteGroup_new(group.c_str()));
    const auto answer = m_state->ask((*own)->handle(), RD_KAFKA_ADMIN_OP_DELETEGROUPS, what, timeout,
                                     [&](rd_kafka_t* handle, const auto* options, auto* queue) {
                                         rd_kafka_DeleteGroup_t* request = doomed.get();
                                         rd_kafka_DeleteGroups(handle, &request, 1, options, queue);
                                     });
    if (!answer)
        return fail(answer.error());
    std::size_t count = 0;
    const auto* const* results =
        rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(answer->get()), &count);
    const auto* failure = count > 0 ? rd_kafka_group_result_error(results[0]) : nullptr;
    if (failure != nullptr)
        return fail(errorFor((*own)->handle(), rd_kafka_error_code(failure), what, rd_kafka_error_string(failure),
                             {{"DELETE", "group", group}}));
    return {};
}

Result<std::int64_t> Admin::offsetForTime(const std::string& topic, int partition, std::int64_t milliseconds,
                                          Timeout timeout)
{
    const Key key(topic, partition);
    for (const std::int64_t timestamp : {std::max<std::int64_t>(0, milliseconds), kLatest}) {
        const auto offsets = m_state->offsetsFor(m_state->handle(), {key}, timestamp, timeout);
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
