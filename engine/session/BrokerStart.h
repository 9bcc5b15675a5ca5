// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"
#include "base/Files.h"
#include "kafka/Connection.h"
#include "session/BrokerFiles.h"
#include "session/BrokerSetup.h"
#include "session/Lease.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <variant>

/// What is to be found out and done before a local broker's process: waits, so it is for a worker thread.
namespace millrace
{

struct LocalClusterOptions;

/// The folder home/cluster.
struct ClusterFolder {
    std::filesystem::path path;
    [[nodiscard]] std::filesystem::path state() const { return path / "state.json"; }
    [[nodiscard]] std::filesystem::path log() const { return path / "broker.log"; }
    [[nodiscard]] std::filesystem::path leases() const { return path / "leases"; }
    [[nodiscard]] std::filesystem::path lock() const { return path / "start.lock"; }
    [[nodiscard]] std::filesystem::path lastPort() const { return path / "last-port"; }
};

/// All that a start found out or did before the broker's process.
struct BrokerPlan {
    BrokerSetup setup;
    BrokerRecord record; ///< without the process
    int lastPort = 0;    ///< of the broker before
};

/// What a worker thread hands to the main thread: a broker that runs, one to launch, nothing, or why it failed.
struct BrokerOutcome {
    std::variant<std::monostate, BrokerRecord, BrokerPlan, Error> what;
    Lease lease;
    std::optional<FileLock> lock;
    BrokerRecord silent; ///< of a broker that lives but does not answer
};

Connection localConnection(int port);

/// Remembers where the broker of the folder answers: jobs that wait for it to come back look there.
Status keepLastPort(const ClusterFolder& folder, int port);

/// A broker that runs in the folder, when it answers. The lease is taken before looking: from then on no guard stops
/// it.
BrokerOutcome adoptBroker(const ClusterFolder& folder, const std::stop_token& stop);
/// The same, or else the plan of a new one. The start lock makes a second Millrace wait and then adopt.
BrokerOutcome prepareBroker(const ClusterFolder& folder, const LocalClusterOptions& options,
                            const std::stop_token& stop);
/// Until the broker answers a metadata request: that is "ready". A connection is tried only once it is this process
/// that listens: another one may have been quicker to take the port.
bool waitUntilReady(const BrokerRecord& broker, const std::stop_token& stop, std::chrono::milliseconds timeout);

} // namespace millrace
