// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace millrace
{

/// All that is elementwise in a training step, as plain loops that GCC vectorises, in versions for newer processors
/// where that pays. Matrices are dense and row-major; nothing here allocates.
struct Shape {
    int rows = 0;
    int columns = 0;
    [[nodiscard]] std::int64_t count() const { return static_cast<std::int64_t>(rows) * columns; }
};

/// Names one dropout mask. It is a function of these, so that a resumed run draws the same and backward may draw again:
/// Philox4x32-10 with the key of Rng(seed, Purpose::Dropout) and the counter (block, op, step).
struct DropoutMask {
    std::uint64_t seed = 0;
    std::uint64_t step = 0;
    std::uint32_t op = 0;
    float rate = 0;
    int firstRow = 0; ///< of the matrix within its batch: a part of the rows has that part of the mask
};

/// y = x · scale + shift, per column.
void affine(const float* x, const float* scale, const float* shift, float* y, Shape shape);

/// y = x, but at least low and at most high, per column.
void clip(const float* x, const float* low, const float* high, float* y, Shape shape);

/// z += bias, per column; then relu; then dropout.
void addBias(float* z, const float* bias, Shape shape);
void addBiasRelu(float* z, const float* bias, Shape shape);
void addBiasReluDropout(float* z, const float* bias, Shape shape, const DropoutMask& mask);

/// gradient becomes that of relu's input times `factor`, where output > 0; biasGradient its column sums. After relu and
/// dropout together, output > 0 says both that relu let through and that dropout kept, so no mask is needed.
void reluBackward(const float* output, float factor, float* gradient, float* biasGradient, Shape shape);
void columnSums(const float* gradient, float* sums, Shape shape);

/// y = f(x) and gradient of x from that of y, for the elementwise operations that are not fused.
void relu(const float* x, float* y, std::int64_t count);
void reluBackward(const float* y, const float* gradientY, float* gradientX, std::int64_t count);
void tanh(const float* x, float* y, std::int64_t count);
void tanhBackward(const float* y, const float* gradientY, float* gradientX, std::int64_t count);
void sigmoid(const float* x, float* y, std::int64_t count);
void sigmoidBackward(const float* y, const float* gradientY, float* gradientX, std::int64_t count);
/// The same function serves backward: the gradient goes through the same mask.
void dropout(const float* x, float* y, Shape shape, const DropoutMask& mask);
void scaleColumns(const float* x, const float* scale, float* y, Shape shape);

/// A linear operation of one output, where a matrix product would be mostly overhead: z[r] = x[r] · w + b and its
/// gradients. gradientX may be null.
void linearOne(const float* x, const float* w, float b, float* z, Shape shape);
void linearOneBackward(const float* x, const float* w, const float* gradientZ, float* gradientW, float* gradientX,
                       Shape shape);

/// sum += x.
void add(const float* x, float* sum, std::int64_t count);

struct AdamFactors {
    float beta1 = 0, beta2 = 0;
    float rest1 = 0, rest2 = 0;   ///< 1 − beta, rounded once
    float stepSize = 0;           ///< learning rate / (1 − beta1^t)
    float inverseRootOfBias2 = 0; ///< 1 / sqrt(1 − beta2^t)
    float epsilon = 0;
    float kept = 1; ///< of a weight before it steps: AdamW's 1 − learning rate · decay
};
void adam(float* weights, const float* gradients, float* firstMoments, float* secondMoments, std::int64_t count,
          const AdamFactors& factors);
void descend(float* weights, const float* gradients, std::int64_t count, float rate);

/// While it lives, this thread rounds denormal numbers to 0: Adam's moments of dead units would decay into them and
/// make every step several times slower.
class FlushDenormals
{
public:
    FlushDenormals();
    ~FlushDenormals();
    FlushDenormals(const FlushDenormals&) = delete;
    FlushDenormals& operator=(const FlushDenormals&) = delete;

private:
    unsigned m_before = 0;
};

} // namespace millrace
