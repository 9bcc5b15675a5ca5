// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/GroupReader.h"

#include "base/Clock.h"
#include "base/CrashPoint.h"
#include "base/Text.h"

#include <algorithm>

namespace millrace
{
namespace
{

// Short, so that a frozen broker does not hold up the end; callers try again where that makes sense.
constexpr std::chrono::milliseconds kCommitDeadline{1000};
/// A rebalance, and with it whoever wants to join, waits for each member's poll; but pausing costs what was fetched.
constexpr std::chrono::milliseconds kLongestSilence{5000};

} // namespace

Result<GroupReader> GroupReader::join(const Connection& connection, const std::string& topic, const std::string& group,
                                      StreamEnd until, SameTopic& same, RecordSource& source, JobContext& context,
                                      const std::string& instanceId)
{
    ConsumerOptions options;
    options.groupId = group;
    options.instanceId = instanceId;
    auto consumer = Consumer::subscribe(connection, options, topic);
    if (!consumer)
        return fail(consumer.error());
    source.onBrokersAway(false); // they answered; a consumer that was given up does not say so any more
    if (auto noted = same.check(); !noted)
        return fail(noted.error());
    return GroupReader(std::move(*consumer), same, until, source, context);
}

GroupReader::GroupReader(Consumer consumer, SameTopic& same, StreamEnd until, RecordSource& source, JobContext& context)
    : m_consumer(std::move(consumer)), m_topic(&same), m_until(until), m_source(&source), m_context(&context),
      m_joined(Clock::now()), m_polled(Clock::now())
{
    if (until.kind == StreamEnd::Kind::Count)
        source.rowLimit = until.value;
    source.onPartitionEnd = [ended = m_ended](int partition) { ended->insert(partition); };
}

Status GroupReader::serve(std::chrono::milliseconds timeout, int maxMessages)
{
    m_source->onPartitionsAssigned = [this](std::vector<PartitionOffset>& partitions) {
        for (const PartitionOffset& partition : partitions)
            m_assigned->insert(partition.partition);
        m_paused = false; // new partitions are read at once
        m_hadPartitions = true;
        onAssigned(partitions);
    };
    const auto forget = [this](const std::vector<PartitionOffset>& partitions) {
        m_hadRevoked = m_hadRevoked || !partitions.empty();
        for (const PartitionOffset& partition : partitions) {
            m_assigned->erase(partition.partition);
            m_ended->erase(partition.partition);
        }
    };
    m_source->onPartitionsRevoked = [this, forget](const std::vector<PartitionOffset>& partitions) {
        beforeRevoke();
        forget(partitions);
    };
    m_source->onPartitionsLost = [this, forget](const std::vector<PartitionOffset>& partitions) {
        onLost ? onLost() : beforeRevoke();
        forget(partitions);
    };
    m_polled = Clock::now();
    Status polled = m_consumer.poll(timeout, maxMessages, *m_source);
    if (onLost && m_consumer.isFenced()) { // it never joins again, and is told of no partition any more
        onLost();
        m_hadRevoked = m_hadRevoked || !m_assigned->empty();
        m_assigned->clear();
        m_ended->clear();
        return {};
    }
    if (!polled)
        return polled;
    return m_source->error() ? fail(*m_source->error()) : Status{};
}

Status GroupReader::keepAlive()
{
    if (Clock::now() - m_polled < kLongestSilence)
        return {};
    if (!std::exchange(m_paused, true))
        if (auto paused = m_consumer.pause(true); !paused)
            return paused;
    return serve(std::chrono::milliseconds(0), 1);
}

Status GroupReader::moveTo(const PartitionOffset& to)
{
    if (auto moved = m_consumer.move(to); !moved)
        return moved;
    m_source->setPosition(to.partition, to.offset);
    m_ended->erase(to.partition);
    return {};
}

void GroupReader::expectMore(std::int64_t rows)
{
    if (m_until.kind != StreamEnd::Kind::Count)
        return;
    m_until.value += rows;
    m_source->rowLimit += rows;
}

Status GroupReader::pollPaused(std::chrono::milliseconds timeout)
{
    if (!std::exchange(m_paused, true))
        if (auto paused = m_consumer.pause(true); !paused)
            return paused;
    return serve(timeout, 1);
}

Result<bool> GroupReader::poll(std::chrono::milliseconds timeout, int maxMessages)
{
    if (std::exchange(m_paused, false)) {
        m_silence.restart();
        if (auto resumed = m_consumer.pause(false); !resumed)
            return fail(resumed.error());
    }
    if (auto served = serve(timeout, maxMessages); !served)
        return fail(served.error());
    if (m_source->takeFirstArrival() || !isAtEnds() || m_source->brokersAway())
        m_silence.restart();
    else
        m_silence.add(Clock::now() - m_polled, timeout);
    if (m_source->brokersAway())
        m_joined = Clock::now();
    else if (auto unchanged = m_topic->checkNowAndThen(); !unchanged)
        return fail(unchanged.error());
    if (m_assigned->empty() && !m_hasToldWaiting && Clock::now() - m_joined > std::chrono::seconds(10)) {
        m_hasToldWaiting = true;
        m_context->note(Note::Severity::Warning, "Waiting for partitions: other members of the group hold them all");
    }
    return !isOver();
}

bool GroupReader::isAtEnds() const
{
    return !m_assigned->empty() && std::ranges::includes(*m_ended, *m_assigned);
}

bool GroupReader::isOver() const
{
    switch (m_until.kind) {
    case StreamEnd::Kind::End:
        return isAtEnds();
    case StreamEnd::Kind::Count:
        return m_hadPartitions && m_source->rows() >= m_until.value; // so that what is saved can be committed
    case StreamEnd::Kind::Idle:
        return m_silence.lasts(m_until.value); // which there only is at the ends of all partitions
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
    if (mine.empty())
        return {};
    crashPoint("commit.sending");
    auto committed = m_consumer.commit(mine, metadata, kCommitDeadline);
    crashPoint("commit.done");
    return committed;
}

} // namespace millrace
