// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/torch/Kernels.h"

#include "data/Binary.h"
#include "train/torch/DropoutBits.h"

#include <algorithm>
#include <array>
#include <cmath>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

// Function multi-versioning: the build is for baseline x86-64, and each of these functions exists once more for
// processors with AVX2 and FMA; the loader of the library chooses. Not under sanitizers, which are not ready when it
// does.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(MILLRACE_SANITIZED)
#define MILLRACE_CLONES __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define MILLRACE_CLONES
#endif

namespace millrace
{
namespace
{

/// The numbers of a row are drawn this many columns at a time, so that they stay in the first-level cache.
constexpr int kColumnsAtOnce = 1024;

/// Probability as a threshold on 16 random bits, to the nearest 1/65536: an element is dropped when its bits are below.
std::uint16_t threshold(float rate)
{
    return static_cast<std::uint16_t>(std::min(std::round(std::ldexp(static_cast<double>(rate), 16)), 65535.0));
}

/// Visits the mask of a matrix piece by piece: use(row, first column, columns, bits).
template <class Use>
void forEachMaskPiece(const DropoutMask& mask, Shape shape, Use use)
{
    alignas(64) std::array<std::uint16_t, kColumnsAtOnce> bits;
    const int pieces = (shape.columns + kColumnsAtOnce - 1) / kColumnsAtOnce;
    // Pieces count as rows of their own, so that no two draw the same blocks.
    for (int row = 0; row < shape.rows; ++row)
        for (int piece = 0; piece < pieces; ++piece) {
            const int first = piece * kColumnsAtOnce;
            const int columns = std::min(kColumnsAtOnce, shape.columns - first);
            const int groups = pieces == 1 ? groupsOf(columns) : kColumnsAtOnce / kGroup;
            dropoutBits(mask, (mask.firstRow + row) * pieces + piece, groups, bits.data());
            use(row, first, columns, bits.data());
        }
}

MILLRACE_CLONES void biasReluDropoutPiece(float* __restrict z, const float* __restrict bias,
                                          const std::uint16_t* __restrict bits, int columns, std::uint16_t limit,
                                          float scale)
{
    for (int column = 0; column < columns; ++column) {
        const float value = z[column] + bias[column];
        const float kept = value > 0 ? value * scale : 0.0F;
        z[column] = bits[column] >= limit ? kept : 0.0F;
    }
}

MILLRACE_CLONES void dropoutPiece(const float* x, float* y, const std::uint16_t* __restrict bits, int columns,
                                  std::uint16_t limit, float scale)
{
    for (int column = 0; column < columns; ++column)
        y[column] = bits[column] >= limit ? x[column] * scale : 0.0F;
}

} // namespace

MILLRACE_CLONES void affine(const float* __restrict x, const float* __restrict scale, const float* __restrict shift,
                            float* __restrict y, Shape shape)
{
    for (int row = 0; row < shape.rows; ++row, x += shape.columns, y += shape.columns)
        for (int column = 0; column < shape.columns; ++column)
            y[column] = x[column] * scale[column] + shift[column];
}

MILLRACE_CLONES void clip(const float* __restrict x, const float* __restrict low, const float* __restrict high,
                          float* __restrict y, Shape shape)
{
    for (int row = 0; row < shape.rows; ++row, x += shape.columns, y += shape.columns)
        for (int column = 0; column < shape.columns; ++column)
            y[column] = std::min(std::max(x[column], low[column]), high[column]);
}

MILLRACE_CLONES void scaleColumns(const float* __restrict x, const float* __restrict scale, float* __restrict y,
                                  Shape shape)
{
    for (int row = 0; row < shape.rows; ++row, x += shape.columns, y += shape.columns)
        for (int column = 0; column < shape.columns; ++column)
            y[column] = x[column] * scale[column];
}

MILLRACE_CLONES void addBias(float* __restrict z, const float* __restrict bias, Shape shape)
{
    for (int row = 0; row < shape.rows; ++row, z += shape.columns)
        for (int column = 0; column < shape.columns; ++column)
            z[column] += bias[column];
}

MILLRACE_CLONES void addBiasRelu(float* __restrict z, const float* __restrict bias, Shape shape)
{
    for (int row = 0; row < shape.rows; ++row, z += shape.columns)
        for (int column = 0; column < shape.columns; ++column) {
            const float value = z[column] + bias[column];
            z[column] = value > 0 ? value : 0.0F;
        }
}

void addBiasReluDropout(float* z, const float* bias, Shape shape, const DropoutMask& mask)
{
    const std::uint16_t limit = threshold(mask.rate);
    const float scale = 1 / (1 - mask.rate);
    forEachMaskPiece(mask, shape, [&](int row, int first, int columns, const std::uint16_t* bits) {
        float* piece = z + static_cast<std::int64_t>(row) * shape.columns + first;
        biasReluDropoutPiece(piece, bias + first, bits, columns, limit, scale);
    });
}

MILLRACE_CLONES void reluBackward(const float* __restrict output, float factor, float* __restrict gradient,
                                  float* __restrict biasGradient, Shape shape)
{
    std::fill(biasGradient, biasGradient + shape.columns, 0.0F);
    for (int row = 0; row < shape.rows; ++row, output += shape.columns, gradient += shape.columns)
        for (int column = 0; column < shape.columns; ++column) {
            const float value = output[column] > 0 ? gradient[column] * factor : 0.0F;
            gradient[column] = value;
            biasGradient[column] += value;
        }
}

MILLRACE_CLONES void columnSums(const float* __restrict gradient, float* __restrict sums, Shape shape)
{
    std::fill(sums, sums + shape.columns, 0.0F);
    for (int row = 0; row < shape.rows; ++row, gradient += shape.columns)
        for (int column = 0; column < shape.columns; ++column)
            sums[column] += gradient[column];
}

MILLRACE_CLONES void relu(const float* x, float* y, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i)
        y[i] = x[i] > 0 ? x[i] : 0.0F;
}

MILLRACE_CLONES void reluBackward(const float* y, const float* gradientY, float* gradientX, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i)
        gradientX[i] = y[i] > 0 ? gradientY[i] : 0.0F;
}

void tanh(const float* x, float* y, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i)
        y[i] = std::tanh(x[i]);
}

MILLRACE_CLONES void tanhBackward(const float* y, const float* gradientY, float* gradientX, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i)
        gradientX[i] = gradientY[i] * (1 - y[i] * y[i]);
}

void sigmoid(const float* x, float* y, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i)
        y[i] = 1 / (1 + std::exp(-x[i]));
}

MILLRACE_CLONES void sigmoidBackward(const float* y, const float* gradientY, float* gradientX, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i)
        gradientX[i] = gradientY[i] * y[i] * (1 - y[i]);
}

void dropout(const float* x, float* y, Shape shape, const DropoutMask& mask)
{
    const std::uint16_t limit = threshold(mask.rate);
    const float scale = 1 / (1 - mask.rate);
    forEachMaskPiece(mask, shape, [&](int row, int first, int columns, const std::uint16_t* bits) {
        const std::int64_t offset = static_cast<std::int64_t>(row) * shape.columns + first;
        dropoutPiece(x + offset, y + offset, bits, columns, limit, scale);
    });
}

MILLRACE_CLONES void linearOne(const float* __restrict x, const float* __restrict w, float b, float* __restrict z,
                               Shape shape)
{
    // Partial sums in a fixed order let the compiler use vectors without permission to reassociate.
    constexpr int kSums = 16;
    for (int row = 0; row < shape.rows; ++row, x += shape.columns) {
        std::array<float, kSums> sums{};
        int column = 0;
        for (; column + kSums <= shape.columns; column += kSums)
            for (int i = 0; i < kSums; ++i)
                sums[static_cast<std::size_t>(i)] += x[column + i] * w[column + i];
        float total = b;
        for (const float sum : sums)
            total += sum;
        for (; column < shape.columns; ++column)
            total += x[column] * w[column];
        z[row] = total;
    }
}

MILLRACE_CLONES void linearOneBackward(const float* __restrict x, const float* __restrict w,
                                       const float* __restrict gradientZ, float* __restrict gradientW,
                                       float* __restrict gradientX, Shape shape)
{
    std::fill(gradientW, gradientW + shape.columns, 0.0F);
    for (int row = 0; row < shape.rows; ++row, x += shape.columns)
        for (int column = 0; column < shape.columns; ++column)
            gradientW[column] += gradientZ[row] * x[column];
    if (gradientX == nullptr)
        return;
    for (int row = 0; row < shape.rows; ++row, gradientX += shape.columns)
        for (int column = 0; column < shape.columns; ++column)
            gradientX[column] = gradientZ[row] * w[column];
}

MILLRACE_CLONES void add(const float* __restrict x, float* __restrict sum, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i)
        sum[i] += x[i];
}

MILLRACE_CLONES void adam(float* __restrict weights, const float* __restrict gradients, float* __restrict firstMoments,
                          float* __restrict secondMoments, std::int64_t count, const AdamFactors& factors)
{
    const AdamFactors f = factors;
    for (std::int64_t i = 0; i < count; ++i) {
        const float gradient = gradients[i];
        const float first = f.beta1 * firstMoments[i] + f.rest1 * gradient;
        const float second = f.beta2 * secondMoments[i] + f.rest2 * gradient * gradient;
        firstMoments[i] = first;
        secondMoments[i] = second;
        const float move = f.stepSize * first / (std::sqrt(second) * f.inverseRootOfBias2 + f.epsilon);
        weights[i] = weights[i] * f.kept - move; // with kept = 1 rounded once, fused or not
    }
}

MILLRACE_CLONES void descend(float* __restrict weights, const float* __restrict gradients, std::int64_t count,
                             float rate)
{
    for (std::int64_t i = 0; i < count; ++i)
        weights[i] -= rate * gradients[i];
}

#if defined(__SSE2__)

FlushDenormals::FlushDenormals() : m_before(_mm_getcsr())
{
    constexpr unsigned kFlushToZero = 0x8000, kDenormalsAreZero = 0x0040;
    _mm_setcsr(m_before | kFlushToZero | kDenormalsAreZero);
}

FlushDenormals::~FlushDenormals()
{
    _mm_setcsr(m_before);
}

#else

FlushDenormals::FlushDenormals() = default;
FlushDenormals::~FlushDenormals() = default;

#endif

} // namespace millrace
