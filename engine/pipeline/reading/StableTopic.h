// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Admin.h"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace millrace
{

/// The topic with a leader and offsets in each partition. A broker that was just started, or thawed, has neither for a
/// moment: they are waited for, 5 s at most. What is still missing then is unknown in the answer, for the caller to
/// name. ErrorCode::Cancelled when a stop is requested while it waits.
Result<TopicInfo> stableTopic(Admin& admin, const std::string& name, const std::stop_token& stop);

/// Offsets of one partition behind open transactions; unknown where it is offline.
std::optional<std::int64_t> waitingAt(const std::vector<PartitionStanding>& standing, int partition);

/// What a partition without a leader is to a reader: not empty, nobody knows.
Error offlinePartition(const std::string& topic, int partition);
/// The same, of one that is waited for: "… until one of its brokers is back".
std::string offlineForNow(const std::string& topic, int partition);
/// "40 offsets of topic rows partition 0 wait behind an open transaction: …".
std::string behindTransaction(const std::string& topic, int partition, std::int64_t offsets);
/// The two, as far as they are so now: what a reader gets no word of, it only gets no records.
std::vector<std::string> whatHoldsBack(const std::string& topic, const std::vector<PartitionStanding>& standing);

} // namespace millrace
