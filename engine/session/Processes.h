// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace millrace
{

/// When a process started, in clock ticks since the machine did: with its number its identity, since numbers are used
/// again. Nullopt when there is none (a zombie is none).
std::optional<std::uint64_t> processStartTime(std::int64_t pid);
std::string processProgram(std::int64_t pid);

/// What to start: the program (searched in PATH), where it works, and where its output goes (appended; empty: nowhere).
struct SpawnRequest {
    std::vector<std::string> arguments;
    std::filesystem::path folder;
    std::filesystem::path output;
};

/// Starts a process in a session of its own, without a terminal: Ctrl-C doesn't reach it. It is nobody's child, so
/// nobody has to wait for it; ProcessHandle tells its end.
Result<std::int64_t> spawnProcess(const SpawnRequest& request);

/// A process kept by file descriptor: never mistaken for a later one with the same number.
class ProcessHandle
{
public:
    ProcessHandle() = default;
    explicit ProcessHandle(std::int64_t pid);
    ProcessHandle(ProcessHandle&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}
    ProcessHandle& operator=(ProcessHandle&& other) noexcept
    {
        std::swap(m_descriptor, other.m_descriptor);
        return *this;
    }
    ~ProcessHandle();

    [[nodiscard]] int descriptor() const { return m_descriptor; } ///< readable once the process has ended; −1: none
    void signal(int number) const;
    /// True when it ended within the time, or there is none.
    [[nodiscard]] bool waitForEnd(std::chrono::milliseconds timeout) const;

private:
    int m_descriptor = -1;
};

} // namespace millrace
