// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/torch/MatrixProducts.h"

#include "base/Clock.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <chrono>
#include <vector>

namespace millrace
{
namespace
{

/// Uniform numbers, so that no product meets denormals. ATen's generator is fine: only time is measured.
at::Tensor noise(int rows, int columns)
{
    return at::rand({rows, columns}).sub_(0.5);
}

struct Linear {
    at::Tensor input, weight, weightT, output, gradient, gradientT, weightGradient, inputGradient;
};

std::vector<Linear> makeLinears(const Graph& graph, int batch)
{
    std::vector<Linear> linears;
    for (const Op& op : graph.ops) {
        if (op.kind != OpKind::Linear || op.outputs == 1)
            continue;
        Linear linear;
        linear.input = linears.empty() ? noise(batch, op.inputs) : linears.back().output;
        linear.weight = noise(op.outputs, op.inputs);
        linear.weightT = linear.weight.t();
        linear.output = noise(batch, op.outputs);
        linear.gradient = noise(batch, op.outputs);
        linear.gradientT = linear.gradient.t();
        linear.weightGradient = noise(op.outputs, op.inputs);
        if (!linears.empty())
            linear.inputGradient = linears.back().gradient;
        linears.push_back(std::move(linear));
    }
    return linears;
}

void multiply(std::vector<Linear>& linears)
{
    for (Linear& linear : linears)
        at::mm_out(linear.output, linear.input, linear.weightT);
    for (auto linear = linears.rbegin(); linear != linears.rend(); ++linear) {
        at::mm_out(linear->weightGradient, linear->gradientT, linear->input);
        if (linear->inputGradient.defined())
            at::mm_out(linear->inputGradient, linear->gradient, linear->weight);
    }
}

} // namespace

double timeMatrixProducts(const Graph& graph, int batch, int steps)
{
    const c10::InferenceMode inference;
    std::vector<Linear> linears = makeLinears(graph, batch);
    multiply(linears);
    const auto start = Clock::now();
    for (int step = 0; step < steps; ++step)
        multiply(linears);
    return linears.empty() ? 0 : secondsSince(start);
}

} // namespace millrace
