// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Trouble.h"

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

/// Private to engine/kafka: a broker's port as the network has it, without librdkafka.
namespace millrace::kafka
{

/// A look at a port, without a word to who listens there.
struct PortLook {
    std::string address; ///< "127.0.0.1"; empty: the name does not resolve, or not in time
    std::string trouble; ///< empty: somebody listens
};
PortLook lookAtPort(const std::string& host, int port, std::chrono::milliseconds timeout,
                    const std::stop_token& stop = {});
/// Who answers at an open port where no broker does, by what it says first, or to a question of HTTP. A broker takes
/// that for a broken client, and logs it: only for somebody who asked what is wrong. nullopt: nobody that is known not
/// to be a broker.
std::optional<Trouble> lookForStranger(const std::string& host, int port, std::chrono::milliseconds timeout,
                                       const std::stop_token& stop = {});

} // namespace millrace::kafka
