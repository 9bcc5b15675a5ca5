// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>

namespace millrace
{

/// Philox4x32-10: a counter-based generator, so randomness is a function of (key, counter) and not a state.
/// Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
inline std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 2> key, std::array<std::uint32_t, 4> counter)
{
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t product0 = 0xD2511F53ULL * counter[0];
        const std::uint64_t product1 = 0xCD9E8D57ULL * counter[2];
        counter = {
            static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(product1),
            static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(product0)};
        key[0] += 0x9E3779B9U;
        key[1] += 0xBB67AE85U;
    }
    return counter;
}

/// What a random number is for: streams of different purposes never overlap.
enum class Purpose : std::uint32_t {
    Split,
    ShuffleOrder,
    InitialWeights,
    Dropout,
    SimulatedFeature,
    SimulatedLabel,
    PublishOrder,
    DetectorTrial,
    ColumnSample,
    Validation,
    RangeSample,
    SimulatedGap
};

/// Random numbers of one (seed, purpose, step). Draws are numbered from 0; the same triple gives the same draws on
/// every machine. Not thread-safe; cheap to make and to copy.
class Rng
{
public:
    Rng(std::uint64_t seed, Purpose purpose, std::uint64_t step = 0);

    std::uint32_t bits();
    /// Uniform in [0, 1) with 32 random bits.
    double uniform();
    /// Uniform integer in [0, bound), bound > 0, without bias (Lemire 2019).
    std::uint32_t below(std::uint32_t bound);
    /// Standard normal (Box and Muller 1958).
    double normal();

    /// How many 32-bit numbers were drawn, and going on after so many (normal() draws two at a time: between its
    /// pairs).
    [[nodiscard]] std::uint64_t drawn() const;
    void goTo(std::uint64_t drawn);

private:
    std::array<std::uint32_t, 2> m_key;
    std::array<std::uint32_t, 4> m_counter;
    std::array<std::uint32_t, 4> m_block{};
    int m_used = 4;
    bool m_hasSpare = false;
    double m_spare = 0;
};

} // namespace millrace
