// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace millrace
{

/// A first-in-first-out queue of bounded length between threads. Full means backpressure: push() waits.
/// Thread-safe. After close() nothing is accepted, and pop() hands out what is left, then nullopt.
template <class T>
class BoundedQueue
{
public:
    explicit BoundedQueue(std::size_t capacity) : m_capacity(capacity) {}

    /// Waits for room. False when the queue was closed or a stop was requested; the item is dropped then.
    bool push(T item, std::stop_token stop = {})
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, stop, [&] { return m_closed || m_items.size() < m_capacity; });
        if (m_closed || m_items.size() >= m_capacity)
            return false;
        m_items.push_back(std::move(item));
        m_changed.notify_all();
        return true;
    }

    /// Waits until there is room or the timeout has passed; true when there is room.
    bool waitForRoom(std::chrono::milliseconds timeout, std::stop_token stop = {})
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, stop, timeout, [&] { return m_closed || m_items.size() < m_capacity; });
    }

    /// Waits until there is an item, the queue is closed, or the timeout has passed; false when it has passed.
    bool waitForItem(std::chrono::milliseconds timeout)
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, timeout, [&] { return m_closed || !m_items.empty(); });
    }

    /// Waits for an item; nullopt when the queue is closed and empty, or a stop was requested and it is empty.
    std::optional<T> pop(std::stop_token stop = {})
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, stop, [&] { return m_closed || !m_items.empty(); });
        if (m_items.empty())
            return std::nullopt;
        T item = std::move(m_items.front());
        m_items.pop_front();
        m_changed.notify_all();
        return item;
    }

    /// Waits for an item, but not longer than so; nullopt when none came, or when isOver().
    std::optional<T> popWithin(std::chrono::milliseconds timeout)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, timeout, [&] { return m_closed || !m_items.empty(); });
        if (m_items.empty())
            return std::nullopt;
        T item = std::move(m_items.front());
        m_items.pop_front();
        m_changed.notify_all();
        return item;
    }

    /// Closed, and nothing is left.
    [[nodiscard]] bool isOver() const
    {
        std::lock_guard lock(m_mutex);
        return m_closed && m_items.empty();
    }

    /// Takes all that waits.
    std::deque<T> drain()
    {
        std::lock_guard lock(m_mutex);
        m_changed.notify_all();
        return std::exchange(m_items, {});
    }

    void close()
    {
        std::lock_guard lock(m_mutex);
        m_closed = true;
        m_changed.notify_all();
    }

    [[nodiscard]] bool isClosed() const
    {
        std::lock_guard lock(m_mutex);
        return m_closed;
    }

    [[nodiscard]] std::size_t size() const
    {
        std::lock_guard lock(m_mutex);
        return m_items.size();
    }

    [[nodiscard]] std::size_t capacity() const { return m_capacity; }

private:
    const std::size_t m_capacity;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<T> m_items;
    bool m_closed = false;
};

} // namespace millrace
