// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace millrace
{

/// Who listens on a port, as far as /proc tells: another user's process stays unknown (pid 0).
struct PortHolder {
    std::int64_t pid = 0;
    std::string program;
};

/// True when a server can listen on 127.0.0.1:port now.
bool isPortFree(int port);
/// True when this process listens on the port; asks the kernel's tables, so the listener sees no connection.
bool isListening(std::int64_t pid, int port);
/// A port of 127.0.0.1 that nobody listens on, and that no outgoing connection gets by chance; 0 when there is none.
int anyFreePort();
/// The wanted port; for 0: the one before where there was one and it is free, so that those who wait there find the
/// broker again, then 9092 when free, else any free one.
int choosePort(int wanted, int before = 0);
/// Nullopt when nobody listens on the port.
std::optional<PortHolder> portHolder(int port);

} // namespace millrace
