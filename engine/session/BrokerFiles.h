// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace millrace
{

/// What home/cluster/state.json says about the broker of a home, for every Millrace that uses it.
struct BrokerRecord {
    std::int64_t pid = 0;
    std::uint64_t startTime = 0; ///< processStartTime(pid): a recycled number is another process
    int port = 0;
    int controllerPort = 0;
    std::string version;
    bool detached = false;     ///< lives on when its users end
    std::int64_t ownerPid = 0; ///< the Millrace that started it
    std::int64_t guardPid = 0; ///< what stops it after the last user; 0: nothing does
    bool stopping = false;     ///< somebody asked it to stop: its end is no failure

    friend bool operator==(const BrokerRecord&, const BrokerRecord&) = default;
    /// The process lives and is the one that was meant.
    [[nodiscard]] bool isAlive() const;
};

std::string toText(const BrokerRecord& record);
Result<BrokerRecord> parseBrokerRecord(std::string_view text);
/// The record of a broker that lives; nullopt when there is none, or the file makes no sense.
std::optional<BrokerRecord> livingBroker(const std::filesystem::path& file);

/// The broker's configuration. It works in its own folder, so that no path with spaces, commas or umlauts gets into a
/// properties file: data are in ./data.
std::string brokerProperties(int port, int controllerPort);
std::string brokerLogging();
/// The identity of a new, empty cluster.
std::string metaProperties();

/// The lines of a log that tell why it ended: the last error and its last cause.
std::string causeIn(std::string_view log);
/// Up to so many bytes of the file's end.
std::string endOf(const std::filesystem::path& file, std::int64_t bytes);

} // namespace millrace
