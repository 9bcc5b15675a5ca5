// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace millrace
{

/// Threads that do one piece of work together: the caller's and size − 1 helpers, which sleep in between. One thread
/// uses it at a time. Running allocates nothing, and a pool of one has no helpers.
class WorkerPool
{
public:
    explicit WorkerPool(int size);
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    [[nodiscard]] int size() const { return static_cast<int>(m_helpers.size()) + 1; }
    /// work(member) for every member from 0 to size − 1 at once, 0 on this thread; returns when all are done. The work
    /// must not throw.
    void run(const std::function<void(int)>& work);

private:
    void help(int member);

    std::atomic<int> m_runs{0};                       ///< counts the runs; a helper waits for it to change
    std::atomic<int> m_busy{0};                       ///< helpers that still work
    const std::function<void(int)>* m_work = nullptr; ///< null ends the helpers
    std::vector<std::jthread> m_helpers;
};

} // namespace millrace
