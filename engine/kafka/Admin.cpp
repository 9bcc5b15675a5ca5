// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/Admin.h"

#include "kafka/AdminState.h"
#include "kafka/Errors.h"

#include <algorithm>
#include <array>

namespace millrace
{
namespace
{

using namespace kafka;

constexpr std::size_t kGroupsKept = 8;

bool isInternal(const std::string& topic)
{
    return topic.starts_with("__") || topic.starts_with("millrace.state.");
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

TopicInfo kafka::infoOf(const TopicShape& shape)
{
    TopicInfo info{shape.name, isInternal(shape.name), {}};
    for (const PartitionShape& from : shape.partitions)
        info.partitions.push_back({from.partition, from.leader, from.replicas, from.inSync, -1, -1});
    return info;
}

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

const Connection& Admin::connection() const
{
    return m_state->connection;
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
