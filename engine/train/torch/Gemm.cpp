// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/torch/Gemm.h"

extern "C" void sgemm_(const char* transA, const char* transB, const int* m, const int* n, const int* k,
                       const float* alpha, const float* a, const int* lda, const float* b, const int* ldb,
                       const float* beta, float* c, const int* ldc);

namespace millrace
{
namespace
{

/// BLAS sees our row-major matrices transposed: its column-major c of [m, n] is our row-major [n, m].
struct Operand {
    const float* values;
    bool transposed; ///< as BLAS sees it
    int columns;     ///< of the row-major matrix
};

void multiply(Operand a, Operand b, float* c, int m, int n, int k)
{
    const float one = 1, zero = 0;
    sgemm_(a.transposed ? "T" : "N", b.transposed ? "T" : "N", &m, &n, &k, &one, a.values, &a.columns, b.values,
           &b.columns, &zero, c, &m);
}

} // namespace

void multiplyForward(const float* x, const float* w, float* y, Shape shape, int inputs)
{
    multiply({w, true, inputs}, {x, false, inputs}, y, shape.columns, shape.rows, inputs);
}

void multiplyWeights(const float* gradientY, const float* x, float* gradientW, Shape shape, int inputs)
{
    multiply({x, false, inputs}, {gradientY, true, shape.columns}, gradientW, inputs, shape.columns, shape.rows);
}

void multiplyBackward(const float* gradientY, const float* w, float* gradientX, Shape shape, int inputs)
{
    multiply({w, false, inputs}, {gradientY, false, shape.columns}, gradientX, inputs, shape.rows, shape.columns);
}

} // namespace millrace
