// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "train/Learner.h"
#include "train/torch/Buffers.h"
#include "train/torch/Kernels.h"
#include "train/torch/Optimizers.h"

namespace millrace
{

/// Runs a graph forward and backward by hand. Weights, gradients and moments are flat buffers with the layers' matrices
/// as views; LibTorch does the matrix products, Kernels.h the rest. The lifetime of all memory is that of the learner.
class TorchLearner final : public Learner
{
public:
    /// May throw; the module catches.
    explicit TorchLearner(const LearnerSetup& setup);

    Result<StepResult> step(std::span<const float> features, std::span<const float> labels) override;
    Status predict(std::span<const float> features, std::span<float> logits) override;
    void setLearningRate(double rate) override { m_learningRate = rate; }
    [[nodiscard]] LearnerState state() const override;
    Status restore(const LearnerState& state) override;

private:
    /// The matrices of a linear stage within the flat buffers; undefined for other stages.
    struct Matrices {
        at::Tensor weight, weightT, weightGradient;
        float* bias = nullptr;
        float* biasGradient = nullptr;
    };

    at::Tensor makeFlat() const;
    void bindMatrices();
    [[nodiscard]] DropoutMask mask(const Stage& stage) const;
    const float* forward(const BatchViews& views, int rows, bool training);
    void forwardLinear(std::size_t index, const BatchViews& views, int rows, bool training);
    void forwardElementwise(std::size_t index, const BatchViews& views, int rows, bool training);
    void backward(const BatchViews& views, int rows);
    void backwardLinear(std::size_t index, const BatchViews& views, int rows);
    void backwardElementwise(std::size_t index, const BatchViews& views, int rows);
    void update();
    [[nodiscard]] const at::Tensor& inputOf(std::size_t index, const BatchViews& views) const;
    Result<StepResult> stepUnguarded(std::span<const float> features, std::span<const float> labels);
    void predictPiece(std::span<const float> features, std::span<float> logits);

    Graph m_graph;
    OptimizerSpec m_optimizer;
    std::uint64_t m_seed;
    double m_learningRate;
    std::int64_t m_step = 0, m_momentsFrom = 0;
    const OptimizerUpdate* m_update;
    std::vector<Stage> m_stages;
    std::vector<Matrices> m_matrices; ///< per stage
    at::Tensor m_weights, m_gradients, m_firstMoments, m_secondMoments;
    Buffers m_buffers;
};

} // namespace millrace
