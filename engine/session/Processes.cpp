// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/Processes.h"

#include "base/Text.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <sstream>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace millrace
{
namespace
{

/// What the child tells through a pipe: its number, or why it could not become the program.
struct Birth {
    pid_t pid = 0;
    int reason = 0;
};

/// In the child of a process with threads: only calls that are safe after a signal, up to exec.
[[noreturn]] void becomeProgram(char* const* arguments, const char* folder, const char* output, int report)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    Birth birth{::getpid(), 0};
    const int in = ::open("/dev/null", O_RDONLY);
    const int out = ::open(output, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (in < 0 || out < 0 || ::chdir(folder) != 0 || ::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(out, 2) < 0) {
        birth.reason = errno;
    } else {
        ::syscall(SYS_close_range, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */);
        ::execvp(arguments[0], arguments);
        birth.reason = errno;
    }
    static_cast<void>(!::write(report, &birth, sizeof birth));
    ::_exit(127);
}

[[noreturn]] void forkOnce(char* const* arguments, const char* folder, const char* output, int report)
{
    ::setsid();
    const pid_t pid = ::fork();
    if (pid == 0)
        becomeProgram(arguments, folder, output, report);
    const Birth birth{pid, pid < 0 ? errno : 0};
    static_cast<void>(!::write(report, &birth, sizeof birth));
    ::_exit(0);
}

} // namespace

std::optional<std::uint64_t> processStartTime(std::int64_t pid)
{
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    if (pid <= 0 || !std::getline(file, line))
        return std::nullopt;
    // pid (name) state … starttime is field 22; the name may hold anything, so count from its closing bracket.
    std::istringstream fields(line.substr(line.rfind(')') + 1));
    std::string field;
    for (int number = 3; number <= 22 && fields >> field; ++number)
        if (number == 3 && (field == "Z" || field == "X"))
            return std::nullopt;
    const auto ticks = parseInteger(field);
    return ticks ? std::optional(static_cast<std::uint64_t>(*ticks)) : std::nullopt;
}

std::string processProgram(std::int64_t pid)
{
    std::ifstream file("/proc/" + std::to_string(pid) + "/comm");
    std::string name;
    std::getline(file, name);
    return name;
}

Result<std::int64_t> spawnProcess(const SpawnRequest& request)
{
    std::vector<char*> arguments;
    for (const std::string& argument : request.arguments)
        arguments.push_back(const_cast<char*>(argument.c_str())); // execvp writes to none of them
    arguments.push_back(nullptr);
    const std::string folder = request.folder.empty() ? "." : request.folder.string();
    const std::string output = request.output.empty() ? "/dev/null" : request.output.string();
    const auto failed = [&](int reason) {
        return fail(ErrorCode::Failed, "Cannot start " + request.arguments.front() + ": " + std::strerror(reason));
    };
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return failed(errno);
    const pid_t between = ::fork();
    if (between == 0)
        forkOnce(arguments.data(), folder.c_str(), output.c_str(), ends[1]);
    const int reason = errno;
    ::close(ends[1]);
    Birth birth{0, between < 0 ? reason : ECHILD};
    Birth part;
    while (between > 0 && ::read(ends[0], &part, sizeof part) == sizeof part)
        if (part.reason != 0 || birth.reason == ECHILD)
            birth = part;
    ::close(ends[0]);
    while (between > 0 && ::waitpid(between, nullptr, 0) < 0 && errno == EINTR) {
    }
    if (birth.reason != 0)
        return failed(birth.reason);
    return birth.pid;
}

ProcessHandle::ProcessHandle(std::int64_t pid)
    : m_descriptor(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0)))
{
}

ProcessHandle::~ProcessHandle()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

void ProcessHandle::signal(int number) const
{
    if (m_descriptor >= 0)
        ::syscall(SYS_pidfd_send_signal, m_descriptor, number, nullptr, 0);
}

bool ProcessHandle::waitForEnd(std::chrono::milliseconds timeout) const
{
    if (m_descriptor < 0)
        return true;
    const auto end = std::chrono::steady_clock::now() + timeout;
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        pollfd wanted{m_descriptor, POLLIN, 0};
        const int got = ::poll(&wanted, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
        if (got >= 0 || errno != EINTR)
            return got > 0;
    }
}

} // namespace millrace
