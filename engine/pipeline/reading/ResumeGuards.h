// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Admin.h"
#include "pipeline/runs/IngestSnapshot.h"
#include "pipeline/runs/JobContext.h"
#include "pipeline/runs/RunCatalog.h"

#include <deque>
#include <map>
#include <set>

namespace millrace
{

/// Where an old run stands in a partition: the next offset, and the record by which the partition is known again.
struct PartitionPosition {
    std::int64_t next = 0;
    std::optional<RecordIdentity> last;
    friend bool operator==(const PartitionPosition&, const PartitionPosition&) = default;
};

/// Where a run stands in each partition, by number: everything before `next` was scored, and is learnt or in hand.
using Positions = std::map<int, PartitionPosition>;

/// A partition as an old run knows it.
struct KnownPartition {
    std::string run, topic; ///< run: its folder
    int partition = 0;
    PartitionPosition position;
};

/// What the broker says about a topic now.
struct Source {
    std::string clusterId;
    TopicInfo topic;
};
Result<Source> askSource(Admin& admin, const std::string& topic, const std::stop_token& stop);

/// ErrorCode::BadData when a run of cluster `was` is on cluster `is` now; an empty `was` is not known.
Status checkSameCluster(const std::string& run, const std::string& was, const std::string& is);

/// ErrorCode::BadData when the partition ends before the run's position, or does not hold the record that the run read
/// last: then the topic was made anew.
Status checkSamePartition(const Connection& connection, const KnownPartition& known, const PartitionInfo& now);

/// What retention took of the records that the run still needs from `from` on. ErrorCode::BadData says how many;
/// with `skip`, `from` moves behind them and a note says so.
Status checkLost(const KnownPartition& known, const PartitionInfo& now, bool skip, JobContext& context,
                 std::int64_t& from);

/// A run that goes on, or is done again, keeps its configuration, but for the keys in `free`. ErrorCode::Usage names
/// what differs as section.key.
Status checkSameConfiguration(const std::string& section, const RunInfo& run, const nlohmann::json& now,
                              const std::set<std::string>& free);

/// A learning rate that somebody set: it counts from the step after `step` steps.
struct RateChange {
    std::int64_t step = 0;
    double rate = 0;
};
/// Those of the journal that were set after `step` steps, in order.
std::deque<RateChange> ratesAfter(const std::vector<nlohmann::json>& journal, std::int64_t step);

} // namespace millrace
