// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace millrace
{

/// Memory that begins on a cache line, so that vector loads do not straddle two.
template <class T>
struct CacheLineAllocator {
    using value_type = T;
    CacheLineAllocator() = default;
    template <class U>
    CacheLineAllocator(const CacheLineAllocator<U>&)
    {
    }
    T* allocate(std::size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), kLine)); }
    void deallocate(T* memory, std::size_t) { ::operator delete(memory, kLine); }
    bool operator==(const CacheLineAllocator&) const { return true; }

private:
    static constexpr std::align_val_t kLine{64};
};

using Floats = std::vector<float, CacheLineAllocator<float>>;

} // namespace millrace
