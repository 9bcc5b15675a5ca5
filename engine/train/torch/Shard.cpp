// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/torch/Shard.h"

#include "train/torch/Gemm.h"

#include <algorithm>
#include <cstring>

namespace millrace
{

Shard::Shard(const Graph& graph, const std::vector<Stage>& stages, const LossFunction& loss, const Floats& weights)
    : m_graph(graph), m_stages(stages), m_lossFunction(loss), m_weights(weights), m_gradients(weights.size()),
      m_output(stages.size()), m_gradient(stages.size()),
      m_firstLinear(static_cast<std::size_t>(
          std::ranges::find(stages, OpKind::Linear, [](const Stage& stage) { return stage.op.kind; }) - stages.begin()))
{
}

void Shard::reserve(int rows)
{
    if (rows <= m_rows)
        return;
    for (std::size_t index = 0; index < m_stages.size(); ++index) {
        const auto count = static_cast<std::size_t>(Shape{rows, m_stages[index].op.outputs}.count());
        m_output[index].resize(count);
        m_gradient[index].resize(count);
        if (m_stages[index].op.skip >= 0 && m_skipped.size() < count)
            m_skipped.resize(count);
    }
    m_rows = rows;
}

void Shard::step(const StepView& view, int first, int rows)
{
    reserve(rows);
    m_view = view;
    m_first = first;
    m_input = view.features.data() + static_cast<std::ptrdiff_t>(first) * m_graph.inputs;
    const float* outputs = forward(rows, true);
    const auto count = static_cast<std::size_t>(rows), width = static_cast<std::size_t>(m_stages.back().op.outputs);
    const std::size_t targets = view.targets.size() / view.rows;
    LossWeights weights = view.weights;
    if (!weights.rows.empty())
        weights.rows = weights.rows.subspan(static_cast<std::size_t>(first), count);
    m_loss = weightedLoss(m_lossFunction, m_graph.task, {outputs, count * width},
                          view.targets.subspan(static_cast<std::size_t>(first) * targets, count * targets), weights,
                          view.rows, m_gradient.back().data());
    backward(rows);
}

void Shard::predict(const float* features, int rows, float* outputs)
{
    reserve(rows);
    m_input = features;
    const auto count = static_cast<std::size_t>(Shape{rows, m_stages.back().op.outputs}.count());
    std::memcpy(outputs, forward(rows, false), count * sizeof(float));
}

Shard::Matrices Shard::matrices(const Op& op)
{
    const std::int64_t weight = m_graph.parameters[static_cast<std::size_t>(op.weight)].offset;
    const std::int64_t bias = m_graph.parameters[static_cast<std::size_t>(op.bias)].offset;
    Matrices own{m_weights.data() + weight,
                 m_weights.data() + bias,
                 m_gradients.data() + weight,
                 m_gradients.data() + bias,
                 nullptr,
                 nullptr};
    if (op.skip >= 0) {
        const std::int64_t skip = m_graph.parameters[static_cast<std::size_t>(op.skip)].offset;
        own.skip = m_weights.data() + skip;
        own.skipGradient = m_gradients.data() + skip;
    }
    return own;
}

DropoutMask Shard::mask(const Stage& stage) const
{
    return {m_view.seed, m_view.step, stage.dropoutIndex, stage.rate, m_first};
}

const float* Shard::inputOf(std::size_t index) const
{
    return index == 0 ? m_input : m_output[index - 1].data();
}

const float* Shard::forward(int rows, bool training)
{
    for (std::size_t index = 0; index < m_stages.size(); ++index) {
        if (m_stages[index].op.kind == OpKind::Linear)
            forwardLinear(index, rows, training);
        else
            forwardElementwise(index, rows, training);
    }
    return m_output.back().data();
}

void Shard::forwardLinear(std::size_t index, int rows, bool training)
{
    const Stage& stage = m_stages[index];
    const Matrices own = matrices(stage.op);
    const float* x = inputOf(index);
    float* z = m_output[index].data();
    const Shape shape{rows, stage.op.outputs};
    const bool isOne = shape.columns == 1 && !stage.relu;
    if (isOne)
        linearOne(x, own.weight, *own.bias, z, {rows, stage.op.inputs});
    else
        multiplyForward(x, own.weight, z, shape, stage.op.inputs);
    if (own.skip != nullptr)
        addSkip(stage.op, own.skip, z, rows);
    if (isOne)
        return;
    if (!stage.relu)
        addBias(z, own.bias, shape);
    else if (training && stage.rate > 0)
        addBiasReluDropout(z, own.bias, shape, mask(stage));
    else
        addBiasRelu(z, own.bias, shape);
}

/// z += x₀ · Vᵀ.
void Shard::addSkip(const Op& op, const float* skip, float* z, int rows)
{
    const Shape shape{rows, op.outputs};
    if (op.outputs == 1)
        linearOne(skipped(), skip, 0, m_skipped.data(), {rows, op.skipInputs});
    else
        multiplyForward(skipped(), skip, m_skipped.data(), shape, op.skipInputs);
    add(m_skipped.data(), z, shape.count());
}

void Shard::forwardElementwise(std::size_t index, int rows, bool training)
{
    const Stage& stage = m_stages[index];
    const float* x = inputOf(index);
    float* y = m_output[index].data();
    const Shape shape{rows, stage.op.outputs};
    switch (stage.op.kind) {
    case OpKind::Affine:
        return affine(x, stage.op.scale.data(), stage.op.shift.data(), y, shape);
    case OpKind::Clip:
        return clip(x, stage.op.low.data(), stage.op.high.data(), y, shape);
    case OpKind::Relu:
        return relu(x, y, shape.count());
    case OpKind::Tanh:
        return millrace::tanh(x, y, shape.count());
    case OpKind::Sigmoid:
        return sigmoid(x, y, shape.count());
    case OpKind::Dropout:
        if (training)
            return dropout(x, y, shape, mask(stage));
        std::memcpy(y, x, static_cast<std::size_t>(shape.count()) * sizeof(float));
        return;
    case OpKind::Linear:
        return;
    }
}

void Shard::backward(int rows)
{
    for (std::size_t index = m_stages.size(); index-- > 0;) {
        if (m_stages[index].op.kind == OpKind::Linear)
            backwardLinear(index, rows);
        else
            backwardElementwise(index, rows);
        if (!m_stages[index].needsGradient)
            return;
    }
}

void Shard::backwardLinear(std::size_t index, int rows)
{
    const Stage& stage = m_stages[index];
    const Matrices own = matrices(stage.op);
    const float* x = inputOf(index);
    float* gradient = gradientOf(index);
    float* below = stage.needsGradient ? gradientOf(index - 1) : nullptr;
    const Shape shape{rows, stage.op.outputs};
    if (stage.relu)
        reluBackward(m_output[index].data(), 1 / (1 - stage.rate), gradient, own.biasGradient, shape);
    else
        columnSums(gradient, own.biasGradient, shape);
    if (own.skip != nullptr && shape.columns == 1)
        linearOneBackward(skipped(), own.skip, gradient, own.skipGradient, nullptr, {rows, stage.op.skipInputs});
    else if (own.skip != nullptr)
        multiplyWeights(gradient, skipped(), own.skipGradient, shape, stage.op.skipInputs);
    if (shape.columns == 1)
        return linearOneBackward(x, own.weight, gradient, own.weightGradient, below, {rows, stage.op.inputs});
    multiplyWeights(gradient, x, own.weightGradient, shape, stage.op.inputs);
    if (below != nullptr)
        multiplyBackward(gradient, own.weight, below, shape, stage.op.inputs);
}

void Shard::backwardElementwise(std::size_t index, int rows)
{
    const Stage& stage = m_stages[index];
    if (!stage.needsGradient)
        return;
    const float* y = m_output[index].data();
    const float* above = gradientOf(index);
    float* below = gradientOf(index - 1);
    const Shape shape{rows, stage.op.outputs};
    switch (stage.op.kind) {
    case OpKind::Clip: // of features: no weight stands before it
        return;
    case OpKind::Affine:
        return scaleColumns(above, stage.op.scale.data(), below, shape);
    case OpKind::Relu:
        return reluBackward(y, above, below, shape.count());
    case OpKind::Tanh:
        return tanhBackward(y, above, below, shape.count());
    case OpKind::Sigmoid:
        return sigmoidBackward(y, above, below, shape.count());
    case OpKind::Dropout:
        return dropout(above, below, shape, mask(stage));
    case OpKind::Linear:
        return;
    }
}

} // namespace millrace
