// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/NextRecords.h"

#include "base/Clock.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr std::chrono::milliseconds kPeek{1000};     ///< the first records of one topic's partitions
constexpr std::chrono::milliseconds kPeekSlice{100}; ///< of that wait, between two looks at the stop token
constexpr int kPeekMessages = 1000;

/// Where a reader of the group goes on; deleted records are passed over.
std::int64_t readFrom(const GroupLagRow& row)
{
    return std::max(row.currentOffset.value_or(0), row.logStartOffset.value_or(0));
}

bool hasUnread(const GroupLagRow& row)
{
    return row.currentOffset && row.logEndOffset && readFrom(row) < *row.logEndOffset;
}

} // namespace

/// Keeps the first record, or the end, of each partition of one topic.
class NextRecords::FirstRecords : public ConsumerEvents
{
public:
    void onMessage(const MessageView& message) override
    {
        if (!m_found.contains(message.partition))
            m_found[message.partition] = {-1, -1, message.timestamp, message.appendTime, false};
    }
    void onEnd(int partition, std::int64_t) override
    {
        if (!m_found.contains(partition))
            m_found[partition].nothing = true;
    }
    [[nodiscard]] const std::map<int, Peeked>& found() const { return m_found; }

private:
    std::map<int, Peeked> m_found;
};

bool NextRecords::stillHolds(const Peeked& found, const GroupLagRow& row)
{
    return found.from == readFrom(row) && (!found.nothing || found.end == *row.logEndOffset);
}

Status NextRecords::moveTo(const std::vector<PartitionOffset>& positions)
{
    if (m_reader)
        return m_reader->seek(positions);
    Connection sparing = m_connection;
    // One record is wanted of each. The queue stays large all the same: a full one is looked at again after 1 s.
    sparing.properties["fetch.message.max.bytes"] = "4096";
    sparing.properties["fetch.wait.max.ms"] = "20";
    auto opened = Consumer::assign(sparing, {}, positions);
    if (!opened)
        return fail(opened.error());
    m_reader.emplace(std::move(*opened));
    return {};
}

Status NextRecords::peekTopic(const std::string& topic, const std::vector<GroupLagRow*>& rows,
                              const std::stop_token& stop)
{
    std::vector<PartitionOffset> positions;
    for (const GroupLagRow* row : rows)
        positions.push_back({topic, row->partition, readFrom(*row)});
    if (auto moved = moveTo(positions); !moved)
        return moved;
    FirstRecords first;
    const auto end = Clock::now() + kPeek;
    Status polled;
    while (polled && first.found().size() < rows.size() && Clock::now() < end && !stop.stop_requested())
        polled = m_reader->poll(kPeekSlice, kPeekMessages, first);
    for (const GroupLagRow* row : rows)
        if (const auto found = first.found().find(row->partition); found != first.found().end()) {
            Peeked& kept = m_peeked[{topic, row->partition}] = found->second;
            kept.from = readFrom(*row);
            kept.end = *row->logEndOffset;
        }
    // Nothing is fetched between two looks.
    if (auto idle = m_reader->seek({}); polled && !idle)
        return idle;
    return polled;
}

Status NextRecords::fill(std::vector<GroupLagRow>& rows, const std::stop_token& stop)
{
    std::map<std::string, std::vector<GroupLagRow*>> wanted;
    for (GroupLagRow& row : rows) {
        const auto known = m_peeked.find({row.topic, row.partition});
        if (hasUnread(row) && (known == m_peeked.end() || !stillHolds(known->second, row)))
            wanted[row.topic].push_back(&row);
    }
    Status status;
    for (const auto& [topic, partitions] : wanted)
        if (auto done = peekTopic(topic, partitions, stop); !done)
            status = done;
    for (GroupLagRow& row : rows) {
        row.nothingLeft = row.currentOffset && row.logEndOffset && !hasUnread(row);
        const auto known = m_peeked.find({row.topic, row.partition});
        if (!hasUnread(row) || known == m_peeked.end() || !stillHolds(known->second, row))
            continue;
        row.nothingLeft = known->second.nothing;
        row.appendTime = known->second.appendTime;
        if (!known->second.nothing && known->second.timestamp >= 0)
            row.nextTimestamp = known->second.timestamp;
    }
    return status;
}

} // namespace millrace
