// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

struct rd_kafka_consumer_group_metadata_s;

namespace millrace
{

/// Who a consumer is in its group at the moment, for a transaction that commits for it. librdkafka's own object: what
/// it writes of one as bytes it does not read again where the group's name is not ASCII.
using Membership = std::shared_ptr<rd_kafka_consumer_group_metadata_s>;

} // namespace millrace
