// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Text.h"
#include "kafka/AdminState.h"
#include "kafka/Errors.h"
#include "kafka/MemberAssignment.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>

namespace millrace
{
namespace
{

using namespace kafka;

constexpr auto kOffsetsTopic = "__consumer_offsets";
constexpr std::chrono::milliseconds kLongestMembers{1000};
constexpr std::chrono::seconds kMembersAgain{5}; ///< after they could not be read

using GroupList = std::unique_ptr<const rd_kafka_group_list, Deleter<rd_kafka_group_list_destroy>>;

void addMember(const rd_kafka_group_member_info& member, GroupRows& rows)
{
    const auto partitions = partitionsOfAssignment(
        {static_cast<const char*>(member.member_assignment), static_cast<std::size_t>(member.member_assignment_size)});
    for (const PartitionKey& key : partitions.value_or(std::vector<PartitionKey>())) {
        GroupLagRow& row = rows[key];
        row.consumerId = member.member_id;
        row.host = member.client_host;
        row.clientId = member.client_id;
    }
}

/// Whether who reads is known: of a group of the newer protocol (KIP-848) librdkafka learns no members.
bool addMembersOf(const rd_kafka_group_info& group, GroupRows& rows)
{
    const std::string_view protocol = group.protocol_type == nullptr ? "" : group.protocol_type;
    const std::string_view state = group.state == nullptr ? "" : group.state;
    if (group.err != RD_KAFKA_RESP_ERR_NO_ERROR || state == "Dead" || (protocol != "consumer" && state != "Empty"))
        return false;
    for (int i = 0; i < group.member_cnt; ++i)
        addMember(group.members[i], rows);
    return true;
}

std::vector<PartitionKey> partitionsOf(const ClusterShape& cluster, const std::string& topic)
{
    std::vector<PartitionKey> keys;
    for (const TopicShape& each : cluster.topics)
        if (topic.empty() || each.name == topic)
            for (const PartitionShape& partition : each.partitions)
                keys.emplace_back(each.name, partition.partition);
    return keys;
}

void addUnread(const ClusterShape& cluster, const std::string& topic, GroupRows& rows)
{
    std::set<std::string> topics;
    for (const auto& [key, row] : rows)
        topics.insert(key.first);
    if (!topic.empty())
        topics.insert(topic);
    for (const std::string& name : topics)
        for (const PartitionKey& key : partitionsOf(cluster, name))
            rows.try_emplace(key);
}

std::vector<std::string> namesOf(const std::vector<GroupInfo>& groups)
{
    std::vector<std::string> names;
    for (const GroupInfo& each : groups)
        names.push_back(each.id);
    return names;
}

bool isListed(const std::string& group, const std::vector<GroupInfo>& groups)
{
    return std::ranges::find(groups, group, &GroupInfo::id) != groups.end();
}

} // namespace

LagOffsets GroupLagRow::offsets() const
{
    return {currentOffset, logStartOffset, logEndOffset, highWatermark, nothingLeft, currentOffsetFails};
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

/// A broker that has just started lists no groups, and without an error, until it begins to load them.
Status Admin::State::waitForCoordinator(const std::string& group, Timeout timeout)
{
    const auto own = offsetsOf(group);
    if (!own)
        return fail(own.error());
    const auto answered = (*own)->committed({{kOffsetsTopic, 0}}, timeout);
    return answered ? Status{} : fail(answered.error());
}

Status Admin::requireGroup(const std::string& group, Timeout timeout)
{
    auto listed = m_state->settledGroups(timeout);
    if (!listed)
        return fail(listed.error());
    if (!isListed(group, listed->first) && !listed->second) {
        if (auto known = m_state->waitForCoordinator(group, timeout); !known)
            return known;
        listed = m_state->settledGroups(timeout);
        if (!listed)
            return fail(listed.error());
    }
    if (isListed(group, listed->first))
        return {};
    if (listed->second) // it may be one of those that a broker did not tell
        return fail(*listed->second);
    return fail(ErrorCode::Failed, "There is no consumer group " + group,
                didYouMean(group, namesOf(listed->first), "See them with: millrace groups list"));
}

/// Members are told as well as the cluster can: rd_kafka_list_groups() asks every broker, and one that is away makes it
/// wait for its whole time, so then it is asked more seldom.
bool Admin::State::addMembers(const std::string& group, GroupRows& rows, Timeout timeout)
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

Status Admin::State::addOffsets(rd_kafka_t* asked, const std::vector<PartitionKey>& partitions, GroupRows& rows,
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
    GroupRows rows;
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
    std::vector<PartitionKey> led; // nobody knows the offsets of the others
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
    std::vector<PartitionKey> keys;
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

} // namespace millrace
