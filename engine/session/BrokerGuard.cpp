// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/BrokerGuard.h"

#include "session/Processes.h"

#include <csignal>
#include <string>

namespace millrace
{
namespace
{

/// Run by `flock`, which gets the leases' file for itself once no lease is left. The start time makes sure that the
/// number still means the broker.
constexpr const char* kGuard =
    R"sh([ "$(cut -d ' ' -f 22 "/proc/$1/stat")" = "$2" ] && kill -TERM "$1" && kill -CONT "$1")sh";

} // namespace

Status startGuard(BrokerRecord& record, const std::filesystem::path& leases)
{
    const auto guard = spawnProcess({{"flock", "-x", leases.string(), "/bin/sh", "-c", kGuard, "sh",
                                      std::to_string(record.pid), std::to_string(record.startTime)},
                                     {},
                                     {}});
    if (!guard)
        return fail(guard.error());
    record.guardPid = *guard;
    return {};
}

void endGuard(BrokerRecord& record)
{
    if (record.guardPid > 0 && processProgram(record.guardPid) == "flock")
        ::kill(static_cast<pid_t>(record.guardPid), SIGKILL);
    record.guardPid = 0;
}

} // namespace millrace
