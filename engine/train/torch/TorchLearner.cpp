// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/torch/TorchLearner.h"

#include "train/torch/Border.h"
#include "train/torch/InitialWeights.h"

#include <c10/core/InferenceMode.h>
#include <cmath>
#include <cstring>

namespace millrace
{
namespace
{

/// Predictions go through in pieces of this many rows: their activations stay in the cache and memory stays flat.
constexpr std::size_t kPredictRows = 256;

std::vector<float> copyOf(const at::Tensor& flat)
{
    if (!flat.defined())
        return {};
    const float* values = flat.data_ptr<float>();
    return {values, values + flat.numel()};
}

void copyTo(const at::Tensor& flat, const std::vector<float>& values)
{
    if (flat.defined() && !values.empty())
        std::memcpy(flat.data_ptr<float>(), values.data(), values.size() * sizeof(float));
}

float* dataOf(const at::Tensor& flat)
{
    return flat.defined() ? flat.data_ptr<float>() : nullptr;
}

} // namespace

TorchLearner::TorchLearner(const LearnerSetup& setup)
    : m_graph(setup.graph), m_optimizer(setup.optimizer), m_seed(setup.seed),
      m_learningRate(setup.optimizer.learningRate), m_update(findOptimizerUpdate(setup.optimizer.kind)),
      m_stages(makeStages(m_graph)), m_buffers(m_stages, m_graph.inputs)
{
    const c10::InferenceMode inference;
    TORCH_CHECK(m_update != nullptr, "there is no optimizer \"", m_optimizer.kind, "\"");
    TORCH_CHECK(!m_stages.empty() && m_stages.back().op.kind == OpKind::Linear && m_stages.back().op.outputs == 1,
                "the model must end in one linear output");
    m_weights = makeFlat();
    m_gradients = makeFlat();
    if (m_update->hasMoments) {
        m_firstMoments = makeFlat();
        m_secondMoments = makeFlat();
    }
    bindMatrices();
    drawInitialWeights(m_graph, m_seed, {m_weights.data_ptr<float>(), static_cast<std::size_t>(m_weights.numel())});
}

at::Tensor TorchLearner::makeFlat() const
{
    return at::zeros({m_graph.parameterCount});
}

void TorchLearner::bindMatrices()
{
    m_matrices.resize(m_stages.size());
    for (std::size_t index = 0; index < m_stages.size(); ++index) {
        const Op& op = m_stages[index].op;
        if (op.kind != OpKind::Linear)
            continue;
        const Parameter& weight = m_graph.parameters[static_cast<std::size_t>(op.weight)];
        const Parameter& bias = m_graph.parameters[static_cast<std::size_t>(op.bias)];
        Matrices& matrices = m_matrices[index];
        matrices.weight = m_weights.narrow(0, weight.offset, weight.count()).view({op.outputs, op.inputs});
        matrices.weightT = matrices.weight.t();
        matrices.weightGradient = m_gradients.narrow(0, weight.offset, weight.count()).view({op.outputs, op.inputs});
        matrices.bias = m_weights.data_ptr<float>() + bias.offset;
        matrices.biasGradient = m_gradients.data_ptr<float>() + bias.offset;
    }
}

DropoutMask TorchLearner::mask(const Stage& stage) const
{
    return {m_seed, static_cast<std::uint64_t>(m_step), stage.dropoutIndex, stage.rate};
}

const at::Tensor& TorchLearner::inputOf(std::size_t index, const BatchViews& views) const
{
    return index == 0 ? views.input : views.output[index - 1];
}

const float* TorchLearner::forward(const BatchViews& views, int rows, bool training)
{
    for (std::size_t index = 0; index < m_stages.size(); ++index) {
        if (m_stages[index].op.kind == OpKind::Linear)
            forwardLinear(index, views, rows, training);
        else
            forwardElementwise(index, views, rows, training);
    }
    return views.output.back().data_ptr<float>();
}

void TorchLearner::forwardLinear(std::size_t index, const BatchViews& views, int rows, bool training)
{
    const Stage& stage = m_stages[index];
    const Matrices& matrices = m_matrices[index];
    at::Tensor output = views.output[index];
    const at::Tensor& input = inputOf(index, views);
    float* z = output.data_ptr<float>();
    const Shape shape{rows, stage.op.outputs};
    if (shape.columns == 1 && !stage.relu) {
        linearOne(input.data_ptr<float>(), matrices.weight.data_ptr<float>(), *matrices.bias, z,
                  {rows, stage.op.inputs});
        return;
    }
    at::mm_out(output, input, matrices.weightT);
    if (!stage.relu)
        addBias(z, matrices.bias, shape);
    else if (training && stage.rate > 0)
        addBiasReluDropout(z, matrices.bias, shape, mask(stage));
    else
        addBiasRelu(z, matrices.bias, shape);
}

void TorchLearner::forwardElementwise(std::size_t index, const BatchViews& views, int rows, bool training)
{
    const Stage& stage = m_stages[index];
    const float* x = inputOf(index, views).data_ptr<float>();
    float* y = views.output[index].data_ptr<float>();
    const Shape shape{rows, stage.op.outputs};
    switch (stage.op.kind) {
    case OpKind::Affine:
        return affine(x, stage.op.scale.data(), stage.op.shift.data(), y, shape);
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

void TorchLearner::backward(const BatchViews& views, int rows)
{
    for (std::size_t index = m_stages.size(); index-- > 0;) {
        if (m_stages[index].op.kind == OpKind::Linear)
            backwardLinear(index, views, rows);
        else
            backwardElementwise(index, views, rows);
        if (!m_stages[index].needsGradient)
            return;
    }
}

void TorchLearner::backwardLinear(std::size_t index, const BatchViews& views, int rows)
{
    const Stage& stage = m_stages[index];
    const Matrices& matrices = m_matrices[index];
    const at::Tensor& input = inputOf(index, views);
    float* gradient = views.gradient[index].data_ptr<float>();
    const Shape shape{rows, stage.op.outputs};
    if (stage.relu)
        reluBackward(views.output[index].data_ptr<float>(), 1 / (1 - stage.rate), gradient, matrices.biasGradient,
                     shape);
    else
        columnSums(gradient, matrices.biasGradient, shape);
    if (shape.columns == 1) {
        float* below = stage.needsGradient ? views.gradient[index - 1].data_ptr<float>() : nullptr;
        linearOneBackward(input.data_ptr<float>(), matrices.weight.data_ptr<float>(), gradient,
                          matrices.weightGradient.data_ptr<float>(), below, {rows, stage.op.inputs});
        return;
    }
    at::Tensor weightGradient = matrices.weightGradient;
    at::mm_out(weightGradient, views.gradientT[index], input);
    if (stage.needsGradient) {
        at::Tensor below = views.gradient[index - 1];
        at::mm_out(below, views.gradient[index], matrices.weight);
    }
}

void TorchLearner::backwardElementwise(std::size_t index, const BatchViews& views, int rows)
{
    const Stage& stage = m_stages[index];
    if (!stage.needsGradient)
        return;
    const float* y = views.output[index].data_ptr<float>();
    const float* above = views.gradient[index].data_ptr<float>();
    float* below = views.gradient[index - 1].data_ptr<float>();
    const Shape shape{rows, stage.op.outputs};
    switch (stage.op.kind) {
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

void TorchLearner::update()
{
    ++m_step;
    const FlatParameters parameters{m_weights.data_ptr<float>(), m_gradients.data_ptr<float>(), dataOf(m_firstMoments),
                                    dataOf(m_secondMoments), m_graph.parameterCount};
    m_update->update(parameters, m_optimizer, m_learningRate, m_step - m_momentsFrom);
}

Result<StepResult> TorchLearner::stepUnguarded(std::span<const float> features, std::span<const float> labels)
{
    const auto rows = static_cast<int>(labels.size());
    const BatchViews& views = m_buffers.views(rows);
    std::memcpy(views.input.data_ptr<float>(), features.data(), features.size_bytes());
    const float* logits = forward(views, rows, true);
    const LossSum loss = binaryCrossEntropy({logits, labels.size()}, labels, views.gradient.back().data_ptr<float>());
    if (!std::isfinite(loss.sum))
        return fail(ErrorCode::Failed, "the loss is no finite number at step " + std::to_string(m_step + 1),
                    "Lower the learning rate, standardize the features, or look for values that are not finite");
    backward(views, rows);
    update();
    return StepResult{loss.sum / rows, loss.correct};
}

Result<StepResult> TorchLearner::step(std::span<const float> features, std::span<const float> labels)
{
    if (labels.empty() || features.size() != labels.size() * static_cast<std::size_t>(m_graph.inputs))
        return fail(ErrorCode::Failed, "a batch of " + std::to_string(labels.size()) + " labels and " +
                                           std::to_string(features.size()) + " numbers does not fit a model of " +
                                           std::to_string(m_graph.inputs) + " inputs");
    return guarded("training step", [&] {
        const c10::InferenceMode inference;
        const FlushDenormals flush;
        return stepUnguarded(features, labels);
    });
}

void TorchLearner::predictPiece(std::span<const float> features, std::span<float> logits)
{
    const auto rows = static_cast<int>(logits.size());
    const BatchViews& views = m_buffers.views(rows);
    std::memcpy(views.input.data_ptr<float>(), features.data(), features.size_bytes());
    std::memcpy(logits.data(), forward(views, rows, false), logits.size_bytes());
}

Status TorchLearner::predict(std::span<const float> features, std::span<float> logits)
{
    const auto inputs = static_cast<std::size_t>(m_graph.inputs);
    if (features.size() != logits.size() * inputs)
        return fail(ErrorCode::Failed, "rows of " + std::to_string(features.size()) + " numbers do not fit " +
                                           std::to_string(logits.size()) + " predictions of a model of " +
                                           std::to_string(inputs) + " inputs");
    return guarded("prediction", [&]() -> Status {
        const c10::InferenceMode inference;
        const FlushDenormals flush;
        for (std::size_t first = 0; first < logits.size(); first += kPredictRows) {
            const std::size_t rows = std::min(kPredictRows, logits.size() - first);
            predictPiece(features.subspan(first * inputs, rows * inputs), logits.subspan(first, rows));
        }
        return {};
    });
}

LearnerState TorchLearner::state() const
{
    return {copyOf(m_weights), copyOf(m_firstMoments), copyOf(m_secondMoments), m_step, m_learningRate, m_momentsFrom};
}

Status TorchLearner::restore(const LearnerState& state)
{
    const auto count = static_cast<std::size_t>(m_graph.parameterCount);
    const std::size_t moments = m_update->hasMoments ? count : 0;
    if (state.weights.size() != count)
        return fail(ErrorCode::BadData,
                    "the saved state has " + std::to_string(state.weights.size()) + " weights, but the model has " +
                        std::to_string(count),
                    "Resume with the model that the run was trained with");
    if (state.firstMoments.size() != moments || state.secondMoments.size() != moments)
        return fail(ErrorCode::BadData, "the saved state is not of the optimizer \"" + m_optimizer.kind + "\"",
                    "Resume with the optimizer that the run was trained with");
    copyTo(m_weights, state.weights);
    copyTo(m_firstMoments, state.firstMoments);
    copyTo(m_secondMoments, state.secondMoments);
    m_step = state.step;
    m_learningRate = state.learningRate;
    m_momentsFrom = state.momentsFrom;
    return {};
}

} // namespace millrace
