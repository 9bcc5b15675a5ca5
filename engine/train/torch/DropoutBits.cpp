// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/torch/DropoutBits.h"

#include "base/Rng.h"

#if defined(__x86_64__) && !defined(MILLRACE_SANITIZED)
#define MILLRACE_AVX2_BITS
#include <immintrin.h>
#endif

namespace millrace
{
namespace
{

constexpr int kLanes = 4;

struct Counter {
    std::array<std::uint32_t, 2> key;
    std::uint32_t op, stepLow, stepHigh;
};

Counter counterOf(const DropoutMask& mask)
{
    const auto purpose = static_cast<std::uint32_t>(Purpose::Dropout) << 24;
    return {{static_cast<std::uint32_t>(mask.seed), static_cast<std::uint32_t>(mask.seed >> 32) ^ purpose},
            mask.op,
            static_cast<std::uint32_t>(mask.step),
            static_cast<std::uint32_t>(mask.step >> 32)};
}

void store(std::uint32_t word, std::uint16_t* bits)
{
    bits[0] = static_cast<std::uint16_t>(word);
    bits[1] = static_cast<std::uint16_t>(word >> 16);
}

void plainBits(const Counter& counter, std::uint32_t firstBlock, int groups, std::uint16_t* bits)
{
    for (int group = 0; group < groups; ++group, bits += kGroup, firstBlock += kLanes)
        for (unsigned lane = 0; lane < kLanes; ++lane) {
            const auto block = philox(counter.key, {firstBlock + lane, counter.op, counter.stepLow, counter.stepHigh});
            store(block[0], bits + 4 * lane);
            store(block[2], bits + 4 * lane + 2);
            store(block[1], bits + kGroup / 2 + 4 * lane);
            store(block[3], bits + kGroup / 2 + 4 * lane + 2);
        }
}

#ifdef MILLRACE_AVX2_BITS

__attribute__((target("avx2"))) inline __m256i wide(std::uint32_t word)
{
    return _mm256_set1_epi64x(word);
}

/// Philox on four counters at once. Each 32-bit word lives in a 64-bit lane whose upper half is garbage, since the
/// multiplication reads the lower halves only: two products, two shifts and four exclusive-ors a round.
__attribute__((target("avx2"))) void avx2Bits(const Counter& counter, std::uint32_t firstBlock, int groups,
                                              std::uint16_t* bits)
{
    const __m256i multiplier0 = wide(0xD2511F53U), multiplier1 = wide(0xCD9E8D57U), low = wide(0xFFFFFFFFU);
    for (int group = 0; group < groups; ++group, bits += kGroup, firstBlock += kLanes) {
        __m256i a = _mm256_set_epi64x(firstBlock + 3, firstBlock + 2, firstBlock + 1, firstBlock);
        __m256i b = wide(counter.op), c = wide(counter.stepLow), d = wide(counter.stepHigh);
        std::uint32_t key0 = counter.key[0], key1 = counter.key[1];
#pragma GCC unroll 10
        for (int round = 0; round < 10; ++round) {
            const __m256i product0 = _mm256_mul_epu32(a, multiplier0);
            const __m256i product1 = _mm256_mul_epu32(c, multiplier1);
            a = _mm256_xor_si256(_mm256_srli_epi64(product1, 32), _mm256_xor_si256(b, wide(key0)));
            c = _mm256_xor_si256(_mm256_srli_epi64(product0, 32), _mm256_xor_si256(d, wide(key1)));
            b = product1;
            d = product0;
            key0 += 0x9E3779B9U;
            key1 += 0xBB67AE85U;
        }
        const __m256i first = _mm256_or_si256(_mm256_and_si256(a, low), _mm256_slli_epi64(c, 32));
        const __m256i second = _mm256_or_si256(_mm256_and_si256(b, low), _mm256_slli_epi64(d, 32));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(bits), first);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(bits + kGroup / 2), second);
    }
}

#endif

using BitsFunction = void (*)(const Counter&, std::uint32_t, int, std::uint16_t*);

BitsFunction chooseBits()
{
#ifdef MILLRACE_AVX2_BITS
    if (__builtin_cpu_supports("avx2"))
        return avx2Bits;
#endif
    return plainBits;
}

} // namespace

void dropoutBits(const DropoutMask& mask, int row, int groups, std::uint16_t* bits)
{
    static const BitsFunction draw = chooseBits();
    draw(counterOf(mask), static_cast<std::uint32_t>(row) * static_cast<std::uint32_t>(groups) * kLanes, groups, bits);
}

} // namespace millrace
