// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/torch/Losses.h"

#include "data/Binary.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace millrace
{
namespace
{

/// Binary cross-entropy on logits, summed in double without overflow: max(z, 0) − z·y + log(1 + exp(−|z|)); gradient
/// (sigmoid(z) − y) / batch.
LossSum binaryCrossEntropy(const Task& task, std::span<const float> logits, std::span<const float> labels,
                           std::size_t batch, float* gradient)
{
    LossSum sum;
    const auto rows = static_cast<double>(batch);
    const double cut = cutOf(task);
    int correct = 0;
    for (std::size_t row = 0; row < logits.size(); ++row) {
        const double logit = logits[row];
        const double label = labels[row];
        const double tail = std::exp(-std::abs(logit));
        sum.loss += std::max(logit, 0.0) - logit * label + std::log1p(tail);
        correct += predictsPositive(logit, cut) == isPositive(label) ? 1 : 0;
        const double probability = logit >= 0 ? 1 / (1 + tail) : tail / (1 + tail);
        gradient[row] = static_cast<float>((probability - label) / rows);
    }
    sum.score = correct;
    return sum;
}

/// Softmax cross-entropy of one row, with the largest logit m taken off so that nothing overflows: log Σ exp(zᵢ − m)
/// − (z_y − m), and its gradient (softmax(z) − onehot(y)) / batch (Goodfellow, Bengio, Courville: "Deep Learning",
/// 2016, 6.2.2.3). Each exponential waits in the gradient's place, so that nothing is allocated.
double softmaxRow(std::span<const float> logits, std::size_t label, std::size_t predicted, double rows,
                  std::span<float> gradient)
{
    const double largest = logits[predicted];
    double sum = 0;
    for (std::size_t index = 0; index < logits.size(); ++index) {
        const double power = std::exp(logits[index] - largest);
        gradient[index] = static_cast<float>(power);
        sum += power;
    }
    for (std::size_t index = 0; index < logits.size(); ++index)
        gradient[index] = static_cast<float>((gradient[index] / sum - (index == label ? 1 : 0)) / rows);
    return std::log(sum) - (logits[label] - largest);
}

/// The row's score is 1 where the largest logit, the first of equals, is the label's.
LossSum softmaxCrossEntropy(const Task& task, std::span<const float> logits, std::span<const float> labels,
                            std::size_t batch, float* gradient)
{
    const std::size_t classes = task.classes.size();
    LossSum sum;
    for (std::size_t row = 0; row < labels.size(); ++row) {
        const auto own = logits.subspan(row * classes, classes);
        if (!(labels[row] >= 0 && labels[row] < static_cast<float>(classes)))
            return {std::numeric_limits<double>::quiet_NaN(), 0};
        const auto label = static_cast<std::size_t>(labels[row]);
        const auto predicted = static_cast<std::size_t>(std::ranges::max_element(own) - own.begin());
        sum.loss += softmaxRow(own, label, predicted, static_cast<double>(batch), {gradient + row * classes, classes});
        sum.score += predicted == label ? 1 : 0;
    }
    return sum;
}

/// The square of each target's error in units of its deviation in the training part, averaged over the targets: a model
/// that says the mean has the loss 1 there, so 1 − loss is R² against that mean. Gradient 2 (o − t) / scale² / targets
/// / batch.
LossSum squaredError(const Task& task, std::span<const float> outputs, std::span<const float> targets,
                     std::size_t batch, float* gradient)
{
    const std::size_t width = task.targets.size(), rows = targets.size() / width;
    const double share = 1 / static_cast<double>(width);
    LossSum sum;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const double scale = task.targets[i % width].scale;
        const double error = (static_cast<double>(outputs[i]) - targets[i]) / scale;
        sum.loss += error * error * share;
        gradient[i] = static_cast<float>(2 * error / scale * share / static_cast<double>(batch));
    }
    sum.score = static_cast<double>(rows) - sum.loss;
    return sum;
}

/// A target that is no class has none: its loss is NaN anyway.
double classWeight(std::span<const float> classes, float target)
{
    const bool isClass = target >= 0 && target < static_cast<float>(classes.size());
    return isClass ? static_cast<double>(classes[static_cast<std::size_t>(target)]) : 1;
}

constexpr std::array kFunctions = {
    LossFunction{"binary-cross-entropy", binaryCrossEntropy},
    LossFunction{"softmax-cross-entropy", softmaxCrossEntropy},
    LossFunction{"squared-error", squaredError},
};

} // namespace

LossSum weightedLoss(const LossFunction& function, const Task& task, std::span<const float> outputs,
                     std::span<const float> targets, const LossWeights& weights, std::size_t batch, float* gradient)
{
    if (weights.areEqual())
        return function.compute(task, outputs, targets, batch, gradient);
    const auto width = static_cast<std::size_t>(outputsOf(task)), ofRow = static_cast<std::size_t>(targetsOf(task));
    LossSum sum;
    for (std::size_t row = 0; row < targets.size() / ofRow; ++row) {
        const auto own = targets.subspan(row * ofRow, ofRow);
        float* const ownGradient = gradient + row * width;
        const LossSum one = function.compute(task, outputs.subspan(row * width, width), own, batch, ownGradient);
        const double ofTheRow = weights.rows.empty() ? 1 : static_cast<double>(weights.rows[row]) / weights.unit;
        const double weight = ofTheRow * classWeight(weights.classes, own.front());
        for (std::size_t output = 0; output < width; ++output)
            ownGradient[output] = static_cast<float>(weight * static_cast<double>(ownGradient[output]));
        sum.loss += weight * one.loss;
        sum.score += ofTheRow * one.score;
    }
    return sum;
}

const LossFunction* findLossFunction(const std::string& name)
{
    const auto function = std::ranges::find_if(kFunctions, [&](const LossFunction& each) { return name == each.name; });
    return function == kFunctions.end() ? nullptr : &*function;
}

} // namespace millrace
