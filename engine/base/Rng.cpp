// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Rng.h"

#include <cmath>
#include <numbers>

namespace millrace
{

Rng::Rng(std::uint64_t seed, Purpose purpose, std::uint64_t step)
    : m_key{static_cast<std::uint32_t>(seed),
            static_cast<std::uint32_t>(seed >> 32) ^ (static_cast<std::uint32_t>(purpose) << 24)},
      m_counter{0, 0, static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32)}
{
}

std::uint32_t Rng::bits()
{
    if (m_used == 4) {
        m_block = philox(m_key, m_counter);
        if (++m_counter[0] == 0)
            ++m_counter[1];
        m_used = 0;
    }
    return m_block[static_cast<std::size_t>(m_used++)];
}

std::uint64_t Rng::drawn() const
{
    const std::uint64_t blocks = m_counter[0] | static_cast<std::uint64_t>(m_counter[1]) << 32U;
    return blocks * 4 - static_cast<std::uint64_t>(4 - m_used);
}

void Rng::goTo(std::uint64_t drawn)
{
    const std::uint64_t block = drawn / 4;
    m_counter[0] = static_cast<std::uint32_t>(block);
    m_counter[1] = static_cast<std::uint32_t>(block >> 32U);
    m_used = 4;
    m_hasSpare = false;
    for (std::uint64_t i = block * 4; i < drawn; ++i)
        bits();
}

double Rng::uniform()
{
    return bits() * 0x1p-32;
}

std::uint32_t Rng::below(std::uint32_t bound)
{
    std::uint64_t product = static_cast<std::uint64_t>(bits()) * bound;
    if (static_cast<std::uint32_t>(product) < bound) {
        const std::uint32_t threshold = -bound % bound;
        while (static_cast<std::uint32_t>(product) < threshold)
            product = static_cast<std::uint64_t>(bits()) * bound;
    }
    return static_cast<std::uint32_t>(product >> 32);
}

double Rng::normal()
{
    if (m_hasSpare) {
        m_hasSpare = false;
        return m_spare;
    }
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    const double angle = 2 * std::numbers::pi * uniform();
    m_spare = radius * std::sin(angle);
    m_hasSpare = true;
    return radius * std::cos(angle);
}

} // namespace millrace
