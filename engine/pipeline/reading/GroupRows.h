// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Admin.h"
#include "kafka/Consumer.h"
#include "pipeline/reading/NothingRead.h"
#include "pipeline/runs/JobContext.h"
#include "pipeline/runs/RunFolder.h"

#include <map>
#include <set>

namespace millrace
{

/// What a group still has to read of a topic: the sum over its partitions of the lag (metrics/Lag) at the later of the
/// committed and the given position; −1 when the cluster does not say.
std::int64_t groupLagNow(Admin& admin, const std::string& topic, const std::string& group,
                         const std::vector<PartitionOffset>& positions);

/// How a group stands on a topic before a job reads it.
struct GroupStart {
    std::int64_t lag = -1;          ///< −1: the cluster does not say
    std::vector<std::string> notes; ///< what was said
    TopicHolds holds;
    std::size_t partitions = 0;
    bool hasRead = false;      ///< something is committed that means something
    bool fromBeginning = true; ///< where nothing is committed
    /// By partition: what the group has committed where that is more than there is, and so means nothing.
    std::map<int, std::int64_t> beyondEnd;
};
/// Says what holds records of the topic back from its readers now: offsets behind an open transaction, partitions
/// without a leader. A job that is over within seconds has no other word of them. only: this partition; −1: all. What
/// was said, for `notes` of the result.
std::vector<std::string> tellWhatHoldsBack(Admin& admin, const std::string& topic, int only, RunFolder& run,
                                           JobContext& context);
/// tellWhatHoldsBack(), and whether the group has committed beyond the end. `then` is what the job does where the
/// committed offset means nothing: "it is read from …".
GroupStart lookBeforeReading(Admin& admin, const std::string& topic, const std::string& group, const std::string& then,
                             RunFolder& run, JobContext& context);

/// The group's offsets and lag once these offsets, which a transaction has committed, can be seen there: that takes the
/// broker some milliseconds. As they are after a second.
Result<std::vector<GroupLagRow>> groupLagAfterCommit(Admin& admin, const std::string& group,
                                                     const std::vector<PartitionOffset>& committed);

/// Whether the group has offsets or members, in these topics only: then nobody else's work goes with it when whoever
/// makes the topics anew deletes it. (Kafka refuses while it has members.)
bool readsOnly(Admin& admin, const std::string& group, const std::set<std::string>& topics);

/// The rows of kafka-consumer-groups --describe as JSON, each with its lag's reading.
nlohmann::json toJson(const std::vector<GroupLagRow>& rows);
/// "consumer_id", "host" and "client_id" of a row: empty for no member, null where nobody knows.
nlohmann::json membersJson(const GroupLagRow& row);

} // namespace millrace
