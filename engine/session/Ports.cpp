// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/Ports.h"

#include "base/Text.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <random>
#include <sstream>
#include <sys/socket.h>
#include <unistd.h>

namespace millrace
{
namespace
{

namespace fs = std::filesystem;

constexpr int kUsualPort = 9092;
constexpr int kFirstPort = 10000;
constexpr std::string_view kListening = "0A"; ///< TCP_LISTEN in /proc/net/tcp

/// Ports from here on are given to outgoing connections. A client that tries to reach such a port on its own machine
/// can by chance get the same number as its own and connect to itself; the server can then no longer bind it.
int firstEphemeralPort()
{
    std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
    int first = 0;
    return file >> first && first > kFirstPort + 1000 ? first : 32768;
}

/// The inode of the socket that listens on the port, from a table like /proc/net/tcp.
std::string listenerIn(const char* table, int port)
{
    std::ifstream file(table);
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::string slot, local, remote, state, queues, timer, retransmits, user, timeout, inode;
        fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >> inode;
        int found = 0;
        const auto colon = local.rfind(':');
        if (state != kListening || colon == std::string::npos)
            continue;
        std::from_chars(local.data() + colon + 1, local.data() + local.size(), found, 16);
        if (found == port)
            return inode;
    }
    return {};
}

std::string listenerOf(int port)
{
    const std::string inode = listenerIn("/proc/net/tcp", port);
    return inode.empty() ? listenerIn("/proc/net/tcp6", port) : inode;
}

std::string linkOf(const std::string& inode)
{
    return "socket:[" + inode + "]";
}

bool hasSocket(const fs::path& process, const std::string& link)
{
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(process / "fd", ignored))
        if (fs::read_symlink(entry.path(), ignored) == link)
            return true;
    return false;
}

} // namespace

bool isPortFree(int port)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return false;
    const int yes = 1; // as the broker does: connections that linger after its end do not count
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool free = ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                      ::listen(descriptor, 1) == 0;
    ::close(descriptor);
    return free;
}

bool isListening(std::int64_t pid, int port)
{
    const std::string inode = listenerOf(port);
    return !inode.empty() && hasSocket(fs::path("/proc") / std::to_string(pid), linkOf(inode));
}

int anyFreePort()
{
    std::random_device random;
    std::uniform_int_distribution<int> choice(kFirstPort, firstEphemeralPort() - 1);
    for (int attempt = 0; attempt < 1000; ++attempt)
        if (const int port = choice(random); isPortFree(port))
            return port;
    return 0;
}

int choosePort(int wanted, int before)
{
    if (wanted != 0)
        return wanted;
    if (before != 0 && isPortFree(before))
        return before;
    return isPortFree(kUsualPort) ? kUsualPort : anyFreePort();
}

std::optional<PortHolder> portHolder(int port)
{
    const std::string inode = listenerOf(port);
    if (inode.empty())
        return std::nullopt;
    const std::string link = linkOf(inode);
    std::error_code ignored;
    for (const auto& process : fs::directory_iterator("/proc", ignored)) {
        const auto pid = parseInteger(process.path().filename().string());
        if (!pid || !hasSocket(process.path(), link))
            continue;
        std::ifstream name(process.path() / "comm");
        PortHolder holder{*pid, {}};
        std::getline(name, holder.program);
        return holder;
    }
    return PortHolder{};
}

} // namespace millrace
