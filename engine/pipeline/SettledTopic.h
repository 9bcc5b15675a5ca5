// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Admin.h"

#include <stop_token>

namespace millrace
{

/// The topic with a leader and offsets in each partition. A broker that was just started, or thawed, has neither for a
/// moment: they are waited for, 5 s at most. What is still missing then is unknown in the answer, for the caller to
/// name. ErrorCode::Cancelled when a stop is requested while it waits.
Result<TopicInfo> settledTopic(Admin& admin, const std::string& name, const std::stop_token& stop);

/// What a partition without a leader is to a reader: not empty, nobody knows.
Error offlinePartition(const std::string& topic, int partition);
/// "40 offsets of topic rows partition 0 wait behind an open transaction: …".
std::string behindTransaction(const std::string& topic, int partition, std::int64_t offsets);

} // namespace millrace
