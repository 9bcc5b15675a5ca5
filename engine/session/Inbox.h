// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>

namespace millrace
{

/// Work that other threads hand to a QObject's thread, which does it in order; what is left when the owner goes is
/// dropped. A queued call alone would carry it too, but Qt's queue is not instrumented: under a lock of our own the
/// thread sanitizer sees what is ordered. A member of its owner, declared before the threads that use it.
class Inbox
{
public:
    explicit Inbox(QObject& owner) : m_owner(owner) {}

    void post(std::function<void()> work)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_work.push_back(std::move(work));
        }
        QMetaObject::invokeMethod(
            &m_owner, [this] { take()(); }, Qt::QueuedConnection);
    }

private:
    std::function<void()> take()
    {
        const std::lock_guard lock(m_mutex);
        std::function<void()> work = std::move(m_work.front());
        m_work.pop_front();
        return work;
    }

    QObject& m_owner;
    std::mutex m_mutex;
    std::deque<std::function<void()>> m_work;
};

} // namespace millrace
