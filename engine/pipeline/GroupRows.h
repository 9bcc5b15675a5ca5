// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Admin.h"
#include "kafka/Consumer.h"

namespace millrace
{

/// What a group still has to read of a topic: the sum over its partitions of the lag (metrics/Lag) at the later of the
/// committed and the given position; −1 when the cluster does not say.
std::int64_t groupLagNow(Admin& admin, const std::string& topic, const std::string& group,
                         const std::vector<PartitionOffset>& positions);

/// The group's offsets and lag once these offsets, which a transaction has committed, can be seen there: that takes the
/// broker some milliseconds. As they are after a second.
Result<std::vector<GroupLagRow>> settledGroupLag(Admin& admin, const std::string& group,
                                                 const std::vector<PartitionOffset>& committed);

/// The rows of kafka-consumer-groups --describe as JSON, each with its lag's reading.
nlohmann::json toJson(const std::vector<GroupLagRow>& rows);
/// "consumer_id", "host" and "client_id" of a row: empty for no member, null where nobody knows.
nlohmann::json membersJson(const GroupLagRow& row);

} // namespace millrace
