// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "train/torch/Floats.h"
#include "train/torch/Kernels.h"
#include "train/torch/Losses.h"
#include "train/torch/Stages.h"

#include <span>

namespace millrace
{

/// What a training step looks like to those who do a part of it.
struct StepView {
    std::span<const float> features, targets; ///< of the whole batch
    LossWeights weights;
    std::size_t rows = 0;
    std::uint64_t seed = 0, step = 0; ///< name the dropout masks
};

/// The part of a batch that one thread computes: its rows go forward and backward through the whole network, and leave
/// the loss and a gradient of their own. Rows depend on each other only in the sums over a batch, which the learner
/// adds up; so a step has two points where threads meet, whatever the number of layers. Buffers are as large as the
/// most rows so far; nothing else is allocated.
class Shard
{
public:
    /// All must outlive it; weights stays where it is.
    Shard(const Graph& graph, const std::vector<Stage>& stages, const LossFunction& loss, const Floats& weights);

    /// Forward, loss and backward of rows first … first + rows − 1.
    void step(const StepView& view, int first, int rows);
    [[nodiscard]] const LossSum& loss() const { return m_loss; } ///< of the last step
    Floats& gradients() { return m_gradients; }                  ///< of the batch's mean loss, this shard's share
    /// Forward without dropout: features is [rows, inputs], outputs [rows, outputs of the graph].
    void predict(const float* features, int rows, float* outputs);

private:
    /// A linear stage's part of the flat buffers.
    struct Matrices {
        const float *weight, *bias;
        float *weightGradient, *biasGradient;
        const float* skip; ///< null where there is none
        float* skipGradient;
    };

    void reserve(int rows);
    [[nodiscard]] Matrices matrices(const Op& op);
    [[nodiscard]] const float* inputOf(std::size_t index) const;
    [[nodiscard]] const float* skipped() const { return inputOf(m_firstLinear); }
    float* gradientOf(std::size_t index) { return m_gradient[index].data(); }
    [[nodiscard]] DropoutMask mask(const Stage& stage) const;
    const float* forward(int rows, bool training);
    void forwardLinear(std::size_t index, int rows, bool training);
    void addSkip(const Op& op, const float* skip, float* z, int rows);
    void forwardElementwise(std::size_t index, int rows, bool training);
    void backward(int rows);
    void backwardLinear(std::size_t index, int rows);
    void backwardElementwise(std::size_t index, int rows);

    const Graph& m_graph;
    const std::vector<Stage>& m_stages;
    const LossFunction& m_lossFunction;
    const Floats& m_weights;
    Floats m_gradients;
    std::vector<Floats> m_output, m_gradient; ///< per stage [rows, outputs]: its result, and the loss's gradient of it
    std::size_t m_firstLinear = 0;            ///< of the stages
    Floats m_skipped;                         ///< [rows, outputs] of a skip
    int m_rows = 0;                           ///< that they have room for
    LossSum m_loss;

    // Of the step or prediction under way.
    const float* m_input = nullptr;
    StepView m_view;
    int m_first = 0;
};

} // namespace millrace
