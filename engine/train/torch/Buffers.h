// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "train/torch/Stages.h"

#include <ATen/ATen.h>
#include <map>
#include <vector>

namespace millrace
{

/// What one number of rows needs: views of the shared buffers, made once, so that a step allocates nothing.
struct BatchViews {
    at::Tensor input;
    std::vector<at::Tensor> output;    ///< per stage [rows, outputs]
    std::vector<at::Tensor> gradient;  ///< of the loss with respect to output
    std::vector<at::Tensor> gradientT; ///< the same memory, transposed
};

/// The activations of a learner: one buffer per stage, as large as the largest batch so far, and views of it by rows.
class Buffers
{
public:
    explicit Buffers(const std::vector<Stage>& stages, int inputs);
    const BatchViews& views(int rows);

private:
    void grow(int rows);
    [[nodiscard]] BatchViews makeViews(int rows) const;

    int m_inputs;
    std::vector<int> m_widths;
    int m_rows = 0;
    at::Tensor m_input;
    std::vector<at::Tensor> m_output, m_gradient;
    std::map<int, BatchViews> m_views;
};

} // namespace millrace
