// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/BrokerStart.h"

#include "base/Clock.h"
#include "base/Text.h"
#include "kafka/Admin.h"
#include "session/LocalCluster.h"
#include "session/Ports.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <unistd.h>

namespace millrace
{
namespace
{

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds kRunningAnswerTimeout = 3s; ///< of a broker that says it runs
constexpr Milliseconds kProbeEvery = 20ms;
constexpr Milliseconds kProbeTimeout = 250ms;

Error startCancelled()
{
    return {ErrorCode::Cancelled, "The start was cancelled", {}};
}

/// Waits a moment, or less when a stop is requested.
void pauseFor(Milliseconds time, const std::stop_token& stop)
{
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    changed.wait_for(lock, stop, time, [] { return false; });
}

Error silentBroker(const BrokerRecord& record)
{
    return {ErrorCode::Unreachable,
            "The broker of this home (pid " + std::to_string(record.pid) + ", port " + std::to_string(record.port) +
                ") runs but does not answer",
            "Stop it (millrace cluster stop) and start it again", true};
}

Status checkPort(int port)
{
    if (port == 0)
        return fail(ErrorCode::Failed, "No port is free on 127.0.0.1");
    if (port < 0 || port > 65535)
        return fail(ErrorCode::Usage, "There is no port " + std::to_string(port), "Choose one from 1024 to 65535");
    if (isPortFree(port))
        return {};
    const auto holder = portHolder(port);
    std::string who = "another program";
    if (holder && holder->pid > 0)
        who = holder->program + " (pid " + std::to_string(holder->pid) + ")";
    else if (!holder && port < 1024)
        return fail(ErrorCode::Failed, "Port " + std::to_string(port) + " is for the administrator only",
                    "Choose one from 1024 to 65535");
    return fail(ErrorCode::Failed, "Port " + std::to_string(port) + " is taken by " + who,
                "Stop that program, or choose another port");
}

Status makeClusterFolder(const fs::path& folder)
{
    std::error_code failure;
    failure = makePrivateFolder(folder);
    if (!failure && ::access(folder.c_str(), W_OK | X_OK) == 0)
        return {};
    return fail(ErrorCode::Failed,
                "The folder " + folder.string() + " cannot be written" + (failure ? ": " + failure.message() : ""),
                "Check its permissions, or choose another one with --home");
}

/// Where the last broker of the folder answered: jobs that wait for it to come back look there. 0: there was none.
int lastPortOf(const ClusterFolder& folder)
{
    const auto text = readFile(folder.lastPort());
    const auto port = text ? parseInteger(std::string_view(*text).substr(0, text->find('\n'))) : std::nullopt;
    return port && *port > 0 && *port <= 65535 ? static_cast<int>(*port) : 0;
}

Result<BrokerPlan> makeBrokerPlan(const ClusterFolder& folder, const LocalClusterOptions& options,
                                  const std::stop_token& stop)
{
    auto setup = BrokerSetup::find(options.kafkaHome, folder.path);
    if (!setup)
        return fail(setup.error());
    const int lastPort = lastPortOf(folder); // not in the braces: GCC 12 then takes the record for uninitialized
    BrokerPlan plan{std::move(*setup), {}, lastPort};
    plan.record.version = plan.setup.version();
    plan.record.detached = options.detached;
    plan.record.ownerPid = ::getpid();
    plan.record.port = choosePort(options.port, plan.lastPort);
    if (auto free = checkPort(plan.record.port); !free)
        return fail(free.error());
    do
        plan.record.controllerPort = anyFreePort();
    while (plan.record.controllerPort == plan.record.port);
    std::error_code ignored;
    fs::rename(folder.log(), fs::path(folder.log().string() + ".1"), ignored);
    for (const auto& [name, content] :
         {std::pair("broker.properties", brokerProperties(plan.record.port, plan.record.controllerPort)),
          std::pair("log4j2.properties", brokerLogging())})
        if (auto done = writeFileAtomically(folder.path / name, content); !done)
            return fail(done.error());
    if (auto done = plan.setup.formatData(folder.path, stop); !done)
        return fail(done.error());
    return plan;
}

} // namespace

Connection localConnection(int port)
{
    return {"127.0.0.1:" + std::to_string(port), {}};
}

Status keepLastPort(const ClusterFolder& folder, int port)
{
    return lastPortOf(folder) == port ? Status{} : writeFileAtomically(folder.lastPort(), std::to_string(port) + "\n");
}

bool waitUntilReady(const BrokerRecord& broker, const std::stop_token& stop, Milliseconds timeout)
{
    const auto end = Clock::now() + timeout;
    while (!stop.stop_requested() && Clock::now() < end) {
        if (isListening(broker.pid, broker.port) && isReachable(localConnection(broker.port), kProbeTimeout))
            return true;
        pauseFor(kProbeEvery, stop);
    }
    return false;
}

BrokerOutcome adoptBroker(const ClusterFolder& folder, const std::stop_token& stop)
{
    BrokerOutcome outcome;
    while (!outcome.lease.acquire(folder.leases()) && !stop.stop_requested())
        pauseFor(kProbeEvery, stop);
    const auto record = livingBroker(folder.state());
    if (!record) {
        outcome.lease.release();
    } else if (waitUntilReady(*record, stop, kRunningAnswerTimeout)) {
        outcome.what = *record;
    } else if (record->isAlive()) {
        outcome.what = stop.stop_requested() ? startCancelled() : silentBroker(*record);
        outcome.silent = *record;
    }
    return outcome;
}

BrokerOutcome prepareBroker(const ClusterFolder& folder, const LocalClusterOptions& options,
                            const std::stop_token& stop)
{
    BrokerOutcome outcome;
    if (auto done = makeClusterFolder(folder.path); !done) {
        outcome.what = done.error();
        return outcome;
    }
    std::optional<FileLock> lock;
    while (!lock && !stop.stop_requested()) {
        auto attempt = FileLock::tryExclusive(folder.lock());
        if (!attempt) {
            outcome.what = attempt.error();
            return outcome;
        }
        lock = std::move(*attempt);
        if (!lock)
            pauseFor(kProbeEvery, stop);
    }
    outcome = adoptBroker(folder, stop);
    outcome.lock = std::move(lock);
    if (stop.stop_requested()) {
        outcome.what = startCancelled();
    } else if (std::holds_alternative<std::monostate>(outcome.what)) {
        outcome.lease.acquire(folder.leases());
        auto plan = makeBrokerPlan(folder, options, stop);
        if (plan)
            outcome.what = std::move(*plan);
        else
            outcome.what = plan.error();
    }
    return outcome;
}

} // namespace millrace
