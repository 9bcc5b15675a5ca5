// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <map>
#include <string>

namespace millrace
{

/// Where the cluster is and how to talk to it: bootstrap servers plus librdkafka properties (security, time-outs).
struct Connection {
    std::string brokers; ///< "127.0.0.1:9092"
    std::map<std::string, std::string> properties;
};

} // namespace millrace
