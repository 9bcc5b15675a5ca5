// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Admin.h"
#include "kafka/Consumer.h"

#include <map>
#include <stop_token>

namespace millrace
{

/// Looks at what a reader gets first at a group's committed offsets: the record and its time, or the end at once, since
/// transaction markers and aborted records take offsets. Keeps what it has found. Not thread-safe.
class NextRecords
{
public:
    explicit NextRecords(Connection connection) : m_connection(std::move(connection)) {}

    /// Fills nextTimestamp, appendTime and nothingLeft in. A small fetch for those with lag whose committed offset is
    /// new since the last time. A stop request ends it after the request under way.
    Status fill(std::vector<GroupLagRow>& rows, const std::stop_token& stop);

private:
    /// What a reader gets first from an offset on.
    struct Peeked {
        std::int64_t from = -1, end = -1; ///< where it began, and the partition's end then
        std::int64_t timestamp = -1;
        bool appendTime = false;
        bool nothing = false; ///< the end came first
    };
    class FirstRecords;

    /// Whether what was found at the last look still holds: a record stays the next one, an end may have moved.
    static bool stillHolds(const Peeked& found, const GroupLagRow& row);
    Status moveTo(const std::vector<PartitionOffset>& positions);
    Status peekTopic(const std::string& topic, const std::vector<GroupLagRow*>& rows, const std::stop_token& stop);

    Connection m_connection;
    std::optional<Consumer> m_reader;
    std::map<std::pair<std::string, int>, Peeked> m_peeked;
};

} // namespace millrace
