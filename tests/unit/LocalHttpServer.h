// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

/// An HTTP server on loopback that answers what a test makes up, byte for byte: heads and lengths that are not true,
/// and bodies that end early. One connection at a time, closed after its answer. It waits for a request's whole head,
/// unless it is told to answer to whatever comes first.
class LocalHttpServer
{
public:
    struct Request {
        std::string path;
        std::map<std::string, std::string> headers; ///< names in lower case
        [[nodiscard]] std::string header(const std::string& name) const
        {
            const auto found = headers.find(name);
            return found == headers.end() ? std::string() : found->second;
        }
        /// The first byte that is asked for; 0 without a range.
        [[nodiscard]] std::size_t from() const
        {
            const std::string range = header("range");
            return range.empty() ? 0 : std::stoull(range.substr(range.find('=') + 1));
        }
    };
    /// The whole answer, head and body.
    using Handler = std::function<std::string(const Request&)>;

    LocalHttpServer()
    {
        m_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* any = reinterpret_cast<sockaddr*>(&address);
        if (::bind(m_socket, any, size) != 0 || ::listen(m_socket, 8) != 0 || ::getsockname(m_socket, any, &size) != 0)
            std::abort();
        m_port = ntohs(address.sin_port);
        m_thread = std::jthread([this] { serve(); });
    }

    LocalHttpServer(const LocalHttpServer&) = delete;
    LocalHttpServer& operator=(const LocalHttpServer&) = delete;

    ~LocalHttpServer()
    {
        ::shutdown(m_socket, SHUT_RDWR);
        m_thread.join();
        ::close(m_socket);
    }

    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(m_port); }
    [[nodiscard]] std::string url(const std::string& path) const { return "http://" + address() + path; }

    /// The requests are answered by these in turn; the last one answers all that follow.
    void answer(std::deque<Handler> handlers)
    {
        const std::lock_guard lock(m_mutex);
        m_handlers = std::move(handlers);
        m_requests.clear();
    }

    void answerAnything() { m_answersAnything = true; }

    [[nodiscard]] std::vector<Request> requests() const
    {
        const std::lock_guard lock(m_mutex);
        return m_requests;
    }

private:
    void serve()
    {
        for (;;) {
            const int connection = ::accept(m_socket, nullptr, nullptr);
            if (connection < 0)
                return;
            if (const std::string head = readHead(connection); !head.empty())
                writeAll(connection, reply(parse(head)));
            ::shutdown(connection, SHUT_WR);
            ::close(connection);
        }
    }

    [[nodiscard]] std::string readHead(int connection) const
    {
        std::string head;
        if (m_answersAnything) { // all of it: what is left unread when it closes would take the answer back
            head.resize(4096);
            head.resize(
                static_cast<std::size_t>(std::max<ssize_t>(0, ::recv(connection, head.data(), head.size(), 0))));
            return head;
        }
        for (char c = 0; !head.ends_with("\r\n\r\n") && ::recv(connection, &c, 1, 0) == 1;)
            head += c;
        return head;
    }

    static Request parse(const std::string& head)
    {
        Request request;
        const auto path = head.find(' ') + 1;
        request.path = head.substr(path, head.find(' ', path) - path);
        for (auto begin = head.find("\r\n") + 2; begin < head.size(); begin = head.find("\r\n", begin) + 2) {
            const auto colon = head.find(": ", begin), end = head.find("\r\n", begin);
            if (colon == std::string::npos || colon > end)
                break;
            std::string name = head.substr(begin, colon - begin);
            for (char& c : name)
                c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            request.headers[name] = head.substr(colon + 2, end - colon - 2);
        }
        return request;
    }

    std::string reply(const Request& request)
    {
        Handler handler;
        {
            const std::lock_guard lock(m_mutex);
            m_requests.push_back(request);
            if (m_handlers.empty())
                return {};
            handler = m_handlers.front();
            if (m_handlers.size() > 1)
                m_handlers.pop_front();
        }
        return handler(request);
    }

    static void writeAll(int connection, const std::string& bytes)
    {
        for (std::size_t sent = 0; sent < bytes.size();) {
            const auto got = ::send(connection, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
            if (got <= 0)
                return; // the client has had enough
            sent += static_cast<std::size_t>(got);
        }
    }

    int m_socket = -1;
    int m_port = 0;
    std::atomic<bool> m_answersAnything = false;
    mutable std::mutex m_mutex;
    std::deque<Handler> m_handlers;
    std::vector<Request> m_requests;
    std::jthread m_thread;
};
