// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/GroupMonitor.h"

#include "base/Clock.h"
#include "kafka/Consumer.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace millrace
{
namespace
{

constexpr std::chrono::milliseconds kAsk{1000};  ///< a request
constexpr std::chrono::milliseconds kPeek{1000}; ///< the first records of one topic's partitions
constexpr std::chrono::milliseconds kSlice{100}; ///< of that wait, between two looks at the stop token
constexpr int kPeekMessages = 1000;

/// What a reader gets first from an offset on.
struct Peeked {
    std::int64_t from = -1, end = -1; ///< where it began, and the partition's end then
    std::int64_t timestamp = -1;
    bool appendTime = false;
    bool nothing = false; ///< the end came first
};

/// Keeps the first record, or the end, of each partition of one topic.
class FirstRecords : public ConsumerEvents
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

} // namespace

struct GroupMonitor::State {
    Connection connection;
    std::string group, topic;
    Admin admin;
    std::optional<Consumer> reader;
    std::map<std::pair<std::string, int>, Peeked> peeked;

    Status peekTopic(const std::string& name, const std::vector<GroupPosition*>& rows, const std::stop_token& stop);
    Status peek(std::vector<GroupPosition>& rows, const std::stop_token& stop);
};

namespace
{

/// Where a reader of the group goes on; deleted records are passed over.
std::int64_t readFrom(const GroupPosition& row)
{
    return std::max(row.currentOffset.value_or(0), row.logStartOffset.value_or(0));
}

bool hasUnread(const GroupPosition& row)
{
    return row.currentOffset && row.logEndOffset && readFrom(row) < *row.logEndOffset;
}

/// Whether what was found at the last look still holds: a record stays the next one, an end may have moved.
bool stillHolds(const Peeked& found, const GroupPosition& row)
{
    return found.from == readFrom(row) && (!found.nothing || found.end == *row.logEndOffset);
}

} // namespace

Result<GroupMonitor> GroupMonitor::open(const Connection& connection, const std::string& group,
                                        const std::string& topic)
{
    auto admin = Admin::open(connection);
    if (!admin)
        return fail(admin.error());
    return GroupMonitor(std::make_unique<State>(State{connection, group, topic, std::move(*admin), std::nullopt, {}}));
}

GroupMonitor::GroupMonitor(std::unique_ptr<State> state) : m_state(std::move(state)) {}
GroupMonitor::GroupMonitor(GroupMonitor&&) noexcept = default;
GroupMonitor& GroupMonitor::operator=(GroupMonitor&&) noexcept = default;
GroupMonitor::~GroupMonitor() = default;

Status GroupMonitor::State::peekTopic(const std::string& name, const std::vector<GroupPosition*>& rows,
                                      const std::stop_token& stop)
{
    std::vector<PartitionOffset> places;
    for (const GroupPosition* row : rows)
        places.push_back({name, row->partition, readFrom(*row)});
    if (!reader) {
        Connection sparing = connection;
        // One record is wanted of each. The queue stays large all the same: a full one is looked at again after 1 s.
        sparing.properties["fetch.message.max.bytes"] = "4096";
        sparing.properties["fetch.wait.max.ms"] = "20";
        auto opened = Consumer::assign(sparing, {}, places);
        if (!opened)
            return fail(opened.error());
        reader.emplace(std::move(*opened));
    } else if (auto moved = reader->seek(places); !moved) {
        return moved;
    }
    FirstRecords first;
    const auto end = Clock::now() + kPeek;
    Status polled;
    while (polled && first.found().size() < rows.size() && Clock::now() < end && !stop.stop_requested())
        polled = reader->poll(kSlice, kPeekMessages, first);
    for (const GroupPosition* row : rows)
        if (const auto found = first.found().find(row->partition); found != first.found().end()) {
            Peeked& kept = peeked[{name, row->partition}] = found->second;
            kept.from = readFrom(*row);
            kept.end = *row->logEndOffset;
        }
    // Nothing is fetched between two looks.
    if (auto idle = reader->seek({}); polled && !idle)
        return idle;
    return polled;
}

Status GroupMonitor::State::peek(std::vector<GroupPosition>& rows, const std::stop_token& stop)
{
    std::map<std::string, std::vector<GroupPosition*>> wanted;
    for (GroupPosition& row : rows) {
        const auto known = peeked.find({row.topic, row.partition});
        if (hasUnread(row) && (known == peeked.end() || !stillHolds(known->second, row)))
            wanted[row.topic].push_back(&row);
    }
    Status status;
    for (const auto& [name, partitions] : wanted)
        if (auto done = peekTopic(name, partitions, stop); !done)
            status = done;
    for (GroupPosition& row : rows) {
        row.nothingLeft = row.currentOffset && row.logEndOffset && !hasUnread(row);
        const auto known = peeked.find({row.topic, row.partition});
        if (!hasUnread(row) || known == peeked.end() || !stillHolds(known->second, row))
            continue;
        row.nothingLeft = known->second.nothing;
        row.appendTime = known->second.appendTime;
        if (!known->second.nothing && known->second.timestamp >= 0)
            row.nextTimestamp = known->second.timestamp;
    }
    return status;
}

Result<GroupLook> GroupMonitor::look(const std::stop_token& stop)
{
    auto rows = m_state->admin.groupPositions(m_state->group, m_state->topic, kAsk);
    if (!rows)
        return fail(rows.error());
    GroupLook look;
    for (GroupLagRow& row : *rows)
        look.partitions.push_back({std::move(row), std::nullopt, false, false});
    if (auto peeked = m_state->peek(look.partitions, stop); !peeked)
        look.peekFailure = peeked.error();
    return look;
}

} // namespace millrace
