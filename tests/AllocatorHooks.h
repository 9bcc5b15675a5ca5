// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cerrno>
#include <cstdlib>

/// Whoever includes this defines it; it is called at each allocation of the process, on the thread that asks, and must
/// not allocate. One file of an executable may include it, and not under sanitizers, which have an allocator of their
/// own.
void noteAllocation();

// glibc's names for what stands behind malloc.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

// These stand in for the C library's in the whole process, the learner's module and librdkafka included; operator new
// asks them.
extern "C" {
void* malloc(std::size_t size) noexcept
{
    noteAllocation();
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept
{
    noteAllocation();
    return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) noexcept
{
    noteAllocation();
    return __libc_realloc(memory, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept
{
    noteAllocation();
    return __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept
{
    noteAllocation();
    *memory = __libc_memalign(alignment, size);
    return *memory == nullptr ? ENOMEM : 0;
}
}
