// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/torch/Optimizers.h"

#include "train/torch/Kernels.h"

#include <array>
#include <cmath>

namespace millrace
{
namespace
{

AdamFactors adamFactors(const OptimizerSpec& spec, double learningRate, std::int64_t step)
{
    const auto t = static_cast<double>(step);
    AdamFactors factors;
    factors.beta1 = static_cast<float>(spec.beta1);
    factors.beta2 = static_cast<float>(spec.beta2);
    factors.rest1 = static_cast<float>(1 - spec.beta1);
    factors.rest2 = static_cast<float>(1 - spec.beta2);
    factors.stepSize = static_cast<float>(learningRate / (1 - std::pow(spec.beta1, t)));
    factors.inverseRootOfBias2 = static_cast<float>(1 / std::sqrt(1 - std::pow(spec.beta2, t)));
    factors.epsilon = static_cast<float>(spec.epsilon);
    return factors;
}

void updateBy(const AdamFactors& factors, const FlatParameters& parameters)
{
    adam(parameters.weights, parameters.gradients, parameters.firstMoments, parameters.secondMoments, parameters.count,
         factors);
}

void updateAdam(const FlatParameters& parameters, const OptimizerSpec& spec, double learningRate, std::int64_t step)
{
    updateBy(adamFactors(spec, learningRate, step), parameters);
}

/// The decay goes with the rate, but not through the moments; every parameter decays, as in PyTorch's AdamW.
void updateAdamW(const FlatParameters& parameters, const OptimizerSpec& spec, double learningRate, std::int64_t step)
{
    AdamFactors factors = adamFactors(spec, learningRate, step);
    factors.kept = static_cast<float>(1 - learningRate * spec.weightDecay);
    updateBy(factors, parameters);
}

void updateSgd(const FlatParameters& parameters, const OptimizerSpec&, double learningRate, std::int64_t)
{
    descend(parameters.weights, parameters.gradients, parameters.count, static_cast<float>(learningRate));
}

constexpr std::array kUpdates = {
    OptimizerUpdate{"adam", true, updateAdam},
    OptimizerUpdate{"adamw", true, updateAdamW},
    OptimizerUpdate{"sgd", false, updateSgd},
};

} // namespace

const OptimizerUpdate* findOptimizerUpdate(const std::string& name)
{
    for (const OptimizerUpdate& update : kUpdates)
        if (name == update.name)
            return &update;
    return nullptr;
}

} // namespace millrace
