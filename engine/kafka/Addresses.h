// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <string>
#include <vector>

namespace millrace
{

inline constexpr int kHighestPort = 65535;

/// Where a broker listens.
struct BrokerAddress {
    std::string host; ///< without the brackets of an IPv6 address
    int port = 9092;  ///< Kafka's own, where none is given
};

/// The addresses of "HOST:PORT,…", as librdkafka reads them, which takes any number for a port and cuts it to 16 bits.
/// ErrorCode::Usage names the address without a host or with a port that does not exist, and a list without any.
Result<std::vector<BrokerAddress>> parseBrokers(const std::string& brokers);

} // namespace millrace
