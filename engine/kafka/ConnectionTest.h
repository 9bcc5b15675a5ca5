// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Connection.h"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace millrace
{

/// A step of testConnection(): what was found, or why it failed and what to do.
struct ConnectionStep {
    enum class Verdict { Good, Failed, Skipped };
    std::string name; ///< "name", "port", "TLS", "login", "rights", "brokers", "version"
    Verdict verdict = Verdict::Skipped;
    std::string found;
    std::string advice; ///< empty unless it failed
};

/// The names of all steps, in order.
std::vector<std::string> connectionStepNames();
/// Tests a connection step by step, each once those before it were good; takes some seconds at most. onStep gets each
/// as soon as it is known. After a stop the steps that were not reached are left out.
std::vector<ConnectionStep> testConnection(const Connection& connection,
                                           const std::function<void(const ConnectionStep&)>& onStep = {},
                                           const std::stop_token& stop = {});

/// "gzip,ssl,sasl_scram,…": what librdkafka was built with.
std::string kafkaClientFeatures();
/// What fails with this librdkafka; empty: nothing that is known.
std::string kafkaClientFaults();

} // namespace millrace
