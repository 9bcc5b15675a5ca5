// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/PortLook.h"

#include "base/Clock.h"
#include "kafka/Handle.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fcntl.h>
#include <future>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace millrace::kafka
{
namespace
{

constexpr Milliseconds kStopSlice(50); ///< of waiting, between looks at the stop request
constexpr Milliseconds kResolveTime(2000);
constexpr Milliseconds kGreeting(500); ///< for who speaks first

using Addresses = std::unique_ptr<addrinfo, Deleter<freeaddrinfo>>;

struct Resolved {
    Addresses addresses;
    int failure = 0; ///< EAI_…
};

/// A name server that does not answer is asked for much longer than anybody waits: on a thread that is left behind
/// then.
std::optional<Resolved> resolve(const std::string& host, int port, const std::stop_token& stop)
{
    std::packaged_task<Resolved()> task([host, port] {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        const int failure = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
        return Resolved{Addresses(found), failure};
    });
    std::future<Resolved> resolved = task.get_future();
    std::thread(std::move(task)).detach();
    for (const auto end = Clock::now() + kResolveTime; resolved.wait_for(kStopSlice) != std::future_status::ready;)
        if (stop.stop_requested() || Clock::now() >= end)
            return std::nullopt;
    return resolved.get();
}

/// A connection of our own, without librdkafka.
class Socket
{
public:
    explicit Socket(const addrinfo& address)
        : m_descriptor(
              ::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol))
    {
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    /// 0, or the errno of the attempt.
    int connect(const addrinfo& address, Milliseconds timeout, const std::stop_token& stop)
    {
        if (m_descriptor < 0)
            return errno;
        int failure = ::connect(m_descriptor, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
        if (failure != EINPROGRESS)
            return failure;
        socklen_t size = sizeof failure;
        if (!await(POLLOUT, timeout, stop))
            return ETIMEDOUT;
        ::getsockopt(m_descriptor, SOL_SOCKET, SO_ERROR, &failure, &size);
        return failure;
    }
    /// What comes within the time, as far as it comes at once; empty: nothing.
    std::string receive(Milliseconds timeout, const std::stop_token& stop)
    {
        std::array<char, 64> bytes{};
        const auto got = await(POLLIN, timeout, stop) ? ::recv(m_descriptor, bytes.data(), bytes.size(), 0) : 0;
        return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(0, got))};
    }
    void send(std::string_view bytes) { (void)::send(m_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

private:
    [[nodiscard]] bool await(short event, Milliseconds timeout, const std::stop_token& stop) const
    {
        pollfd wanted{m_descriptor, event, 0};
        const auto end = Clock::now() + timeout;
        int ready = 0;
        while (ready == 0 && !stop.stop_requested() && Clock::now() < end)
            ready = ::poll(&wanted, 1, static_cast<int>(std::min(kStopSlice, timeout).count()));
        return ready > 0;
    }
    int m_descriptor;
};

} // namespace

PortLook lookAtPort(const std::string& host, int port, Milliseconds timeout, const std::stop_token& stop)
{
    const auto resolved = resolve(host, port, stop);
    if (!resolved)
        return {{}, "no name server answers"};
    if (resolved->failure != 0)
        return {{}, std::string("the name does not resolve (") + ::gai_strerror(resolved->failure) + ")"};
    PortLook look;
    int failure = ECONNREFUSED;
    for (const addrinfo* each = resolved->addresses.get(); each != nullptr && failure != 0; each = each->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        ::getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
        look.address = text.data();
        failure = Socket(*each).connect(*each, timeout, stop);
    }
    if (failure == ECONNREFUSED)
        look.trouble = "the port is closed (" + std::string(std::strerror(failure)) + ")";
    else if (failure != 0)
        look.trouble = "it cannot be reached (" + std::string(std::strerror(failure)) + ")";
    return look;
}

std::optional<Trouble> lookForStranger(const std::string& host, int port, Milliseconds timeout,
                                       const std::stop_token& stop)
{
    const auto resolved = resolve(host, port, stop);
    if (!resolved || resolved->failure != 0)
        return std::nullopt;
    for (const addrinfo* each = resolved->addresses.get(); each != nullptr; each = each->ai_next) {
        Socket socket(*each);
        if (socket.connect(*each, timeout, stop) != 0)
            continue;
        std::string first = socket.receive(kGreeting, stop); // a database's, or SSH's
        if (first.empty()) {
            socket.send("GET / HTTP/1.0\r\n\r\n");
            first = socket.receive(timeout, stop);
        }
        return strangerIn(host + ":" + std::to_string(port), first);
    }
    return std::nullopt;
}

} // namespace millrace::kafka
