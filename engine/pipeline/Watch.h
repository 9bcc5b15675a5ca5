// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/GroupMonitor.h"
#include "metrics/Lag.h"
#include "pipeline/runs/JobContext.h"

#include <filesystem>

namespace millrace
{

struct WatchConfig {
    Connection connection;
    std::filesystem::path home; ///< its runs tell how far the group's records are processed
    std::string group;
    std::string topic; ///< empty: all that the group has to do with
    std::chrono::milliseconds interval{1000};
    std::int64_t count = 0; ///< looks; 0: until it is stopped
};

/// A partition of the group.
struct WatchedPartition {
    GroupLagRow position;
    LagNumbers numbers;
    std::optional<std::int64_t> processed; ///< next offset in the newest checkpoint of the run that reads it
};

/// One look at the group.
struct GroupWatchLook {
    std::string group;
    std::int64_t number = 1;
    std::string time;
    double seconds = 0;             ///< since the watch began
    std::optional<std::string> run; ///< of this home, that reads as the group
    std::vector<WatchedPartition> rows;
    LagTotal total;
};
nlohmann::json toJson(const GroupWatchLook& look);

struct WatchResult {
    std::optional<GroupWatchLook> last;
    std::int64_t looks = 0;
    bool stopped = false; ///< by its user
};
nlohmann::json toJson(const WatchResult& result); ///< session/README.md has the fields

/// Looks at a consumer group again and again, joining nothing and committing nothing, and shows each look to the job's
/// owner (JobContext::drainViews). A cluster that does not answer ends it at the first look only, a group that
/// does not exist too unless its topic is given.
Result<WatchResult> watchGroup(const WatchConfig& config, JobContext& context);

} // namespace millrace
