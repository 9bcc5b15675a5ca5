// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/torch/Losses.h"

#include "data/Binary.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace millrace
{
namespace
{

/// Binary cross-entropy on logits, summed in double without overflow: max(z, 0) − z·y + log(1 + exp(−|z|)); gradient
/// (sigmoid(z) − y) / batch.
LossSum binaryCrossEntropy(std::span<const float> logits, std::span<const float> labels, std::size_t batch,
                           float* gradient)
{
    LossSum sum;
    const auto rows = static_cast<double>(batch);
    int correct = 0;
    for (std::size_t row = 0; row < logits.size(); ++row) {
        const double logit = logits[row];
        const double label = labels[row];
        const double tail = std::exp(-std::abs(logit));
        sum.loss += std::max(logit, 0.0) - logit * label + std::log1p(tail);
        correct += predictsPositive(logit) == isPositive(label) ? 1 : 0;
        const double probability = logit >= 0 ? 1 / (1 + tail) : tail / (1 + tail);
        gradient[row] = static_cast<float>((probability - label) / rows);
    }
    sum.score = correct;
    return sum;
}

constexpr std::array kFunctions = {
    LossFunction{"binary-cross-entropy", binaryCrossEntropy},
};

} // namespace

const LossFunction* findLossFunction(const std::string& name)
{
    const auto function = std::ranges::find_if(kFunctions, [&](const LossFunction& each) { return name == each.name; });
    return function == kFunctions.end() ? nullptr : &*function;
}

} // namespace millrace
