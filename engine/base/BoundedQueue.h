// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace millrace
{

/// A first-in-first-out queue of bounded length between threads. Full means backpressure: push() waits, and once it
/// waits it goes on when the queue is half empty, so that a slow reader does not wake the writer for every item.
/// Thread-safe, and allocates nothing after it is made. After close() nothing is accepted, and pop() hands out what is
/// left, then nullopt.
template <class T>
class BoundedQueue
{
public:
    explicit BoundedQueue(std::size_t capacity) : m_ring(capacity) {}

    /// Waits for room. False when the queue was closed or a stop was requested; the item is dropped then.
    bool push(T item, std::stop_token stop = {})
    {
        {
            std::unique_lock lock(m_mutex);
            m_roomMade.wait(lock, stop, [&] { return m_closed || hasRoom(); });
            if (m_closed || !hasRoom())
                return false;
            m_ring[(m_first + m_size++) % capacity()] = std::move(item);
        }
        m_itemAdded.notify_one();
        return true;
    }

    /// Waits until there is room or the timeout has passed; true when there is room.
    bool waitForRoom(std::chrono::milliseconds timeout, std::stop_token stop = {})
    {
        std::unique_lock lock(m_mutex);
        return m_roomMade.wait_for(lock, stop, timeout, [&] { return m_closed || hasRoom(); });
    }

    /// Waits for an item; nullopt when the queue is closed and empty, or a stop was requested and it is empty.
    std::optional<T> pop(std::stop_token stop = {})
    {
        std::unique_lock lock(m_mutex);
        m_itemAdded.wait(lock, stop, [&] { return m_closed || m_size > 0; });
        return take(std::move(lock));
    }

    /// Waits for an item, but not longer than so; nullopt when none came, or when isOver().
    std::optional<T> popWithin(std::chrono::milliseconds timeout)
    {
        std::unique_lock lock(m_mutex);
        m_itemAdded.wait_for(lock, timeout, [&] { return m_closed || m_size > 0; });
        return take(std::move(lock));
    }

    /// Closed, and nothing is left.
    [[nodiscard]] bool isOver() const
    {
        std::lock_guard lock(m_mutex);
        return m_closed && m_size == 0;
    }

    /// Takes all that waits.
    std::vector<T> drain()
    {
        std::vector<T> items;
        {
            std::lock_guard lock(m_mutex);
            items.reserve(m_size);
            while (m_size > 0)
                items.push_back(takeFirst());
        }
        m_roomMade.notify_all();
        return items;
    }

    void close()
    {
        {
            std::lock_guard lock(m_mutex);
            m_closed = true;
        }
        m_roomMade.notify_all();
        m_itemAdded.notify_all();
    }

    [[nodiscard]] bool isClosed() const
    {
        std::lock_guard lock(m_mutex);
        return m_closed;
    }

    [[nodiscard]] std::size_t size() const
    {
        std::lock_guard lock(m_mutex);
        return m_size;
    }

    [[nodiscard]] std::size_t capacity() const { return m_ring.size(); }

private:
    [[nodiscard]] bool hasRoom() const { return m_size < capacity(); }

    T takeFirst()
    {
        T item = std::exchange(m_ring[m_first], T());
        m_first = (m_first + 1) % capacity();
        --m_size;
        return item;
    }

    std::optional<T> take(std::unique_lock<std::mutex> lock)
    {
        if (m_size == 0)
            return std::nullopt;
        std::optional<T> item(takeFirst());
        const bool halfEmpty = m_size == capacity() / 2;
        lock.unlock();
        if (halfEmpty)
            m_roomMade.notify_all();
        return item;
    }

    mutable std::mutex m_mutex;
    std::condition_variable_any m_roomMade, m_itemAdded;
    std::vector<T> m_ring; ///< from m_first on, m_size items, around its end
    std::size_t m_first = 0, m_size = 0;
    bool m_closed = false;
};

} // namespace millrace
