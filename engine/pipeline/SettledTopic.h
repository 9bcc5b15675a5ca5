// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Admin.h"

namespace millrace
{

/// The topic with a leader and offsets in each partition. A broker that was just started, or thawed, has neither for a
/// moment: they are waited for, 5 s at most. What is still missing then is unknown in the answer, for the caller to
/// name.
Result<TopicInfo> settledTopic(Admin& admin, const std::string& name);

/// What a partition without a leader is to a reader: not empty, nobody knows.
Error offlinePartition(const std::string& topic, int partition);

} // namespace millrace
