// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Admin.h"

#include <stop_token>

namespace millrace
{

struct GroupLook {
    std::vector<GroupLagRow> partitions; ///< sorted by topic and partition
    std::optional<Error> peekFailure;    ///< why next records are unknown
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
    /// last look a small fetch there. A stop request ends it after the request under way (the time-out at most).
    Result<GroupLook> look(const std::stop_token& stop, std::chrono::milliseconds timeout = std::chrono::seconds(1));
    /// An error that names the nearest group when there is none of the name.
    Status requireGroup();

private:
    struct State;
    explicit GroupMonitor(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace millrace
