// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/GroupReader.h"

#include "base/Clock.h"
#include "base/Text.h"

#include <algorithm>

namespace millrace
{
namespace
{

// Short, so that a frozen broker does not hold up the end; callers try again where that makes sense.
constexpr std::chrono::milliseconds kCommitDeadline{1000};
constexpr std::chrono::milliseconds kAskDeadline{400};

nlohmann::json orNull(const std::optional<std::int64_t>& value)
{
    return value ? nlohmann::json(*value) : nlohmann::json();
}

} // namespace

Result<GroupReader> GroupReader::join(const Connection& connection, const std::string& topic, const std::string& group,
                                      StreamEnd until, RecordSource& source, JobContext& context)
{
    Connection patient = connection;
    // A long training step must not get the member thrown out: heartbeats tell that it lives, polls need not.
    patient.properties.try_emplace("max.poll.interval.ms", "86400000");
    ConsumerOptions options;
    options.groupId = group;
    auto consumer = Consumer::subscribe(patient, options, topic);
    if (!consumer)
        return fail(consumer.error());
    return GroupReader(std::move(*consumer), until, source, context);
}

GroupReader::GroupReader(Consumer consumer, StreamEnd until, RecordSource& source, JobContext& context)
    : m_consumer(std::move(consumer)), m_until(until), m_source(&source), m_context(&context), m_joined(Clock::now()),
      m_lastArrival(Clock::now())
{
    if (until.kind == StreamEnd::Kind::Count)
        source.rowLimit = until.value;
    source.onPartitionEnd = [ended = m_ended](int partition) { ended->insert(partition); };
    source.onPartitionsAssigned = [assigned = m_assigned](const std::vector<PartitionOffset>& partitions) {
        for (const PartitionOffset& partition : partitions)
            assigned->insert(partition.partition);
    };
}

Result<bool> GroupReader::poll(std::chrono::milliseconds timeout)
{
    m_source->onPartitionsRevoked = [this](const std::vector<PartitionOffset>& partitions) {
        beforeRevoke();
        for (const PartitionOffset& partition : partitions) {
            m_assigned->erase(partition.partition);
            m_ended->erase(partition.partition);
        }
    };
    if (auto polled = m_consumer.poll(timeout, kPollMessages, *m_source); !polled)
        return fail(polled.error());
    if (m_source->error())
        return fail(*m_source->error());
    if (m_source->takeFirstArrival() || m_assigned->empty())
        m_lastArrival = Clock::now();
    if (m_assigned->empty() && !m_saidWaiting && Clock::now() - m_joined > std::chrono::seconds(10)) {
        m_saidWaiting = true;
        m_context->note(Note::Severity::Warning, "Waiting for partitions: other members of the group hold them all");
    }
    return !isOver();
}

bool GroupReader::isOver() const
{
    switch (m_until.kind) {
    case StreamEnd::Kind::End:
        return !m_assigned->empty() && std::ranges::includes(*m_ended, *m_assigned);
    case StreamEnd::Kind::Count:
        return m_source->rows() >= m_until.value;
    case StreamEnd::Kind::Idle:
        return !m_assigned->empty() && Clock::now() - m_lastArrival >= std::chrono::milliseconds(m_until.value);
    case StreamEnd::Kind::Never:
        break;
    }
    return false;
}

Status GroupReader::commit(const std::vector<PartitionOffset>& positions, const std::string& metadata)
{
    std::vector<PartitionOffset> mine;
    for (const PartitionOffset& position : positions)
        if (m_assigned->contains(position.partition))
            mine.push_back(position);
    return mine.empty() ? Status{} : m_consumer.commit(mine, metadata, kCommitDeadline);
}

std::int64_t groupLagNow(Admin& admin, const std::string& topicName, const std::string& group,
                         const std::vector<PartitionOffset>& positions)
{
    const auto topic = admin.topic(topicName, kAskDeadline);
    if (!topic)
        return -1;
    const auto rows = admin.groupLag(group, kAskDeadline);
    std::int64_t lag = 0;
    for (const PartitionInfo& partition : topic->partitions) {
        std::int64_t position = partition.low;
        if (rows)
            for (const GroupLagRow& row : *rows)
                if (row.topic == topicName && row.partition == partition.partition)
                    position = std::max(position, row.currentOffset.value_or(position));
        for (const PartitionOffset& given : positions)
            if (given.partition == partition.partition)
                position = std::max(position, given.offset);
        lag += std::max<std::int64_t>(0, partition.high - position);
    }
    return lag;
}

nlohmann::json toJson(const std::vector<GroupLagRow>& rows)
{
    nlohmann::json json = nlohmann::json::array();
    for (const GroupLagRow& row : rows)
        json.push_back({{"group", row.group},
                        {"topic", row.topic},
                        {"partition", row.partition},
                        {"current_offset", orNull(row.currentOffset)},
                        {"log_end_offset", orNull(row.logEndOffset)},
                        {"lag", orNull(row.lag())},
                        {"consumer_id", row.consumerId},
                        {"host", row.host},
                        {"client_id", row.clientId}});
    return json;
}

} // namespace millrace
