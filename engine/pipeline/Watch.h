// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Connection.h"
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

/// Looks at a consumer group again and again, joining nothing and committing nothing, and shows each look to the job's
/// owner (JobContext::drainViews). The result is the last look; the fields are in session/README.md. A cluster that
/// does not answer ends it at the first look only, a group that does not exist too unless its topic is given.
Result<nlohmann::json> watchGroup(const WatchConfig& config, JobContext& context);

} // namespace millrace
