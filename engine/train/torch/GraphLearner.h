// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "train/Learner.h"
#include "train/torch/Optimizers.h"
#include "train/torch/Shard.h"
#include "train/torch/WorkerPool.h"

namespace millrace
{

/// Runs a graph forward and backward by hand. Weights, gradients and moments are flat buffers with the layers' matrices
/// as views; BLAS does the matrix products, Kernels.h the rest. With several threads each takes a shard of the rows,
/// and then a piece of the update. All memory lives as long as the learner.
class GraphLearner final : public Learner
{
public:
    /// May throw; the module catches.
    explicit GraphLearner(const LearnerSetup& setup);

    Result<StepResult> step(std::span<const float> features, std::span<const float> targets,
                            std::span<const float> weights) override;
    [[nodiscard]] int inputs() const override { return m_graph.inputs; }
    [[nodiscard]] int outputs() const override { return m_stages.back().op.outputs; }
    Status predict(std::span<const float> features, std::span<float> outputs) override;
    [[nodiscard]] bool canStartLinear() const override;
    Status startLinear(std::span<const float> features, std::span<const float> targets,
                       std::span<const float> weights) override;
    void setLearningRate(double rate) override { m_learningRate = rate; }
    Status setClassWeights(const std::vector<double>& weights) override;
    [[nodiscard]] LearnerState state() const override;
    Status restore(const LearnerState& state) override;

private:
    LossSum computeGradients(std::span<const float> features, std::span<const float> targets,
                             std::span<const float> weights);
    void update();
    void updatePiece(int member);
    Result<StepResult> stepUnguarded(std::span<const float> features, std::span<const float> targets,
                                     std::span<const float> weights);
    [[nodiscard]] const Op& lastLinear() const;
    [[nodiscard]] std::size_t rowsOf(std::span<const float> targets) const;

    Graph m_graph;
    OptimizerSpec m_optimizer;
    std::uint64_t m_seed;
    double m_learningRate;
    std::vector<float> m_classWeights;
    double m_meanWeight;
    std::int64_t m_step = 0, m_momentsFrom = 0;
    const OptimizerUpdate* m_update;
    const LossFunction* m_loss;
    std::vector<Stage> m_stages;
    Floats m_weights, m_firstMoments, m_secondMoments;
    std::vector<Shard> m_shards; ///< one a thread
    WorkerPool m_pool;
};

} // namespace millrace
