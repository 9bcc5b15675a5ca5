// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/torch/LinearStart.h"

#include <ATen/ATen.h>
#include <torch/optim/lbfgs.h>

namespace millrace
{
namespace
{

constexpr int kMostSteps = 50, kMostHalvings = 30, kMostIterations = 200, kHistory = 20;
constexpr double kFlat = 1e-6; ///< a gradient, over the rows
constexpr double kCloseEnough = 1e-4, kPenalty = 1, kPenaltyOfBias = 1e-8, kEnoughGain = 1e-4;

at::Tensor tensorOf(std::span<const float> values, at::IntArrayRef shape)
{
    return at::from_blob(const_cast<float*>(values.data()), shape, at::kFloat).to(at::kDouble);
}

at::Tensor rowOf(const std::vector<float>& values)
{
    return tensorOf(values, {static_cast<std::int64_t>(values.size())});
}

/// What the first Linear takes, and a column of ones for the bias.
at::Tensor designOf(const Graph& graph, std::span<const float> features)
{
    const auto rows = static_cast<std::int64_t>(features.size()) / graph.inputs;
    at::Tensor x = tensorOf(features, {rows, graph.inputs});
    for (const Op& op : graph.ops) {
        if (op.kind == OpKind::Linear)
            break;
        if (op.kind == OpKind::Clip)
            x = at::minimum(at::maximum(x, rowOf(op.low)), rowOf(op.high));
        else if (op.kind == OpKind::Affine)
            x = x * rowOf(op.scale) + rowOf(op.shift);
    }
    return at::cat({x, at::ones({rows, 1}, x.options())}, 1);
}

at::Tensor penaltyFor(const at::Tensor& design)
{
    at::Tensor diagonal = at::full({design.size(1)}, kPenalty, design.options());
    diagonal.index_put_({-1}, kPenaltyOfBias);
    return diagonal;
}

at::Tensor solve(const at::Tensor& matrix, const at::Tensor& right)
{
    return at::cholesky_solve(right, at::linalg_cholesky(matrix));
}

at::Tensor ridge(const at::Tensor& x, const at::Tensor& y, const at::Tensor& weights)
{
    const at::Tensor weighted = (x * weights).t();
    return solve(weighted.matmul(x) + at::diag(penaltyFor(x)), weighted.matmul(y));
}

/// The penalised logistic loss of y in {0, 1}, which is convex in w.
struct LogisticLoss {
    const at::Tensor &x, &y, &weights, &penalty;

    double at(const at::Tensor& w) const
    {
        const at::Tensor z = x.matmul(w);
        return ((weights * (at::softplus(z) - y * z)).sum() + 0.5 * (penalty * w * w).sum()).item<double>();
    }
};

/// Newton's method with steps halved until they gain (Boyd and Vandenberghe, Convex Optimization, 9.2 and 9.5): a whole
/// step may overshoot where few rows lie far from the others, and the next from there without bound.
at::Tensor logistic(const at::Tensor& x, const at::Tensor& y, const at::Tensor& weights)
{
    const at::Tensor penalty = penaltyFor(x).unsqueeze(1);
    const LogisticLoss loss{x, y, weights, penalty};
    at::Tensor w = at::zeros({x.size(1), 1}, x.options());
    double before = loss.at(w);
    for (int step = 0; step < kMostSteps; ++step) {
        const at::Tensor p = at::sigmoid(x.matmul(w));
        const at::Tensor gradient = x.t().matmul(weights * (p - y)) + penalty * w;
        const at::Tensor curved = (x * (weights * p * (1 - p))).t().matmul(x) + at::diag(penalty.squeeze(1));
        at::Tensor change = solve(curved, gradient);
        double gain = kEnoughGain * (gradient * change).sum().item<double>(), after = loss.at(w - change);
        for (int halving = 0; halving < kMostHalvings && !(after <= before - gain); ++halving) {
            change = change / 2;
            gain /= 2;
            after = loss.at(w - change);
        }
        if (!(after < before))
            break;
        w = w - change;
        before = after;
        if (change.abs().max().item<double>() < kCloseEnough)
            break;
    }
    return w;
}

/// Of y the classes [rows]: multinomial logistic regression by L-BFGS (Liu and Nocedal 1989), as scikit-learn does it.
at::Tensor softmaxRegression(const at::Tensor& x, const at::Tensor& y, const at::Tensor& weights, int classes)
{
    const at::NoGradGuard gradientsAreOurs;
    const at::Tensor penalty = penaltyFor(x).unsqueeze(1);
    const at::Tensor actual = at::one_hot(y.to(at::kLong), classes).to(x.scalar_type());
    at::Tensor w = at::zeros({x.size(1), classes}, x.options()).requires_grad_();
    torch::optim::LBFGS optimizer({w}, torch::optim::LBFGSOptions(1)
                                           .max_iter(kMostIterations)
                                           .history_size(kHistory)
                                           .tolerance_grad(kFlat * static_cast<double>(x.size(0)))
                                           .tolerance_change(0)
                                           .line_search_fn("strong_wolfe"));
    optimizer.step([&] {
        const at::NoGradGuard noGraph;
        const at::Tensor logits = at::log_softmax(x.matmul(w), 1);
        w.mutable_grad() = x.t().matmul(weights * (logits.exp() - actual)) + penalty * w;
        return 0.5 * (penalty * w * w).sum() - (weights * actual * logits).sum();
    });
    return w.detach();
}

std::vector<float> floatsOf(const at::Tensor& tensor)
{
    const at::Tensor flat = tensor.to(at::kFloat).contiguous();
    return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

/// As they are learnt: a regression's on (value − mean) / scale.
at::Tensor targetsOfRows(const Task& task, std::span<const float> targets, std::int64_t rows)
{
    at::Tensor y = tensorOf(targets, {rows, static_cast<std::int64_t>(targets.size()) / rows});
    for (std::size_t i = 0; i < task.targets.size() && task.kind == TaskKind::Regression; ++i) {
        at::Tensor column = y.select(1, static_cast<std::int64_t>(i));
        column.sub_(task.targets[i].mean).div_(task.targets[i].scale);
    }
    return y;
}

at::Tensor fitted(const Task& task, const at::Tensor& x, const at::Tensor& y, const at::Tensor& weights)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return logistic(x, y, weights);
    case TaskKind::MultiClass:
        return softmaxRegression(x, y.select(1, 0), weights, classCount(task));
    case TaskKind::Regression:
        return ridge(x, y, weights);
    }
    return {};
}

} // namespace

LinearModel fitLinear(const Graph& graph, std::span<const float> features, std::span<const float> targets,
                      std::span<const float> weights, std::span<const float> classWeights)
{
    const at::NoGradGuard noGraph;
    const at::Tensor x = designOf(graph, features);
    const at::Tensor y = targetsOfRows(graph.task, targets, x.size(0));
    at::Tensor counted =
        weights.empty() ? at::ones({x.size(0), 1}, x.options()) : tensorOf(weights, {x.size(0), 1}).clamp_min(0);
    if (!classWeights.empty()) // y is the class
        counted = counted * tensorOf(classWeights, {std::ssize(classWeights)})
                                .index_select(0, y.select(1, 0).to(at::kLong))
                                .unsqueeze(1);
    const at::Tensor w = fitted(graph.task, x, y, counted);
    const std::int64_t inputs = x.size(1) - 1;
    return {floatsOf(w.narrow(0, 0, inputs).t()), floatsOf(w.select(0, inputs))};
}

} // namespace millrace
