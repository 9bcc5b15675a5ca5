// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace millrace
{

/// A share in a file (shared flock): many processes may hold one, and each is gone with its process, however it dies.
class Lease
{
public:
    Lease() = default;
    Lease(Lease&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}
    Lease& operator=(Lease&& other) noexcept
    {
        std::swap(m_descriptor, other.m_descriptor);
        return *this;
    }
    ~Lease() { release(); }

    /// False when somebody holds the file alone, or it cannot be made.
    bool acquire(const std::filesystem::path& file)
    {
        if (m_descriptor >= 0)
            return true;
        m_descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (m_descriptor >= 0 && ::flock(m_descriptor, LOCK_SH | LOCK_NB) != 0)
            release();
        return m_descriptor >= 0;
    }
    /// True when nobody else has a share; this one is then exclusive.
    [[nodiscard]] bool isLast() const { return m_descriptor >= 0 && ::flock(m_descriptor, LOCK_EX | LOCK_NB) == 0; }
    void release()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
        m_descriptor = -1;
    }

private:
    int m_descriptor = -1;
};

} // namespace millrace
