// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Connection.h"

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

/// Tests a connection step by step, each once those before it were good; takes some seconds at most.
std::vector<ConnectionStep> testConnection(const Connection& connection);

/// "gzip,ssl,sasl_scram,…": what librdkafka was built with.
std::string kafkaClientFeatures();
/// What fails with this librdkafka; empty: nothing that is known.
std::string kafkaClientFaults();

} // namespace millrace
