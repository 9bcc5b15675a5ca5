// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/PassReader.h"

#include <algorithm>

namespace millrace
{

Result<PassReader> PassReader::open(const Connection& connection, const std::string& topic, const LearntRecords& learnt,
                                    const Positions& from, RecordSource& source)
{
    std::vector<PartitionOffset> starts;
    for (const auto& [partition, position] : from) {
        starts.push_back({topic, partition, position.next});
        source.setPosition(partition, position.next);
    }
    ConsumerOptions options;
    options.passesOverDeleted = true; // whoever counts the pass's records sees what it did without
    auto consumer = Consumer::assign(connection, options, starts);
    if (!consumer)
        return fail(consumer.error());
    return PassReader(std::move(*consumer), learnt, source);
}

PassReader::PassReader(Consumer consumer, const LearntRecords& learnt, RecordSource& source)
    : m_consumer(std::move(consumer)), m_learnt(&learnt), m_source(&source)
{
}

Result<bool> PassReader::poll(std::chrono::milliseconds timeout, int maxMessages)
{
    if (isOver())
        return false;
    if (auto polled = m_consumer.poll(timeout, maxMessages, *this); !polled)
        return fail(polled.error());
    if (m_source->error())
        return fail(*m_source->error());
    return !isOver();
}

void PassReader::onMessage(const MessageView& message)
{
    if (m_learnt->targetOf(message.partition, message.offset))
        m_source->onMessage(message);
    else
        m_source->setPosition(message.partition, message.offset + 1);
}

bool PassReader::isOver() const
{
    return std::ranges::all_of(m_learnt->ranges(), [this](const auto& each) {
        return m_source->nextOffset(each.first) >= each.second.end || m_ended.contains(each.first);
    });
}

} // namespace millrace
