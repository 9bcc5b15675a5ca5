// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Admin.h"

#include <stop_token>

namespace millrace
{

/// Where a group stands in one partition.
struct GroupPosition : GroupLagRow {
    /// Of the first record that a reader at the committed offset gets: milliseconds since 1970. Unknown while nothing
    /// is committed, or the record could not be read in time.
    std::optional<std::int64_t> nextTimestamp;
    bool appendTime = false; ///< the kind of nextTimestamp: the broker's at append, or the producer's at creation
    /// A reader at the committed offset meets the end at once. Offsets may be left all the same: transaction markers
    /// and aborted records take some.
    bool nothingLeft = false;
};

struct GroupLook {
    std::vector<GroupPosition> partitions; ///< sorted by topic and partition
    std::optional<Error> peekFailure;      ///< why next records are unknown
};

/// Looks at a consumer group from outside, on connections of its own: joins nothing, commits nothing. Not thread-safe.
class GroupMonitor
{
public:
    /// topic: only this one, whether the group has read it or not; empty: all that the group has to do with.
    static Result<GroupMonitor> open(const Connection& connection, const std::string& group, const std::string& topic);
    GroupMonitor(GroupMonitor&&) noexcept;
    GroupMonitor& operator=(GroupMonitor&&) noexcept;
    ~GroupMonitor();

    /// A handful of requests, each for all partitions, and for those with lag whose committed offset is new since the
    /// last look a small fetch there. A stop request ends it after the request under way (a second at most).
    Result<GroupLook> look(const std::stop_token& stop);

private:
    struct State;
    explicit GroupMonitor(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace millrace
