// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/ThreadChoice.h"

#include "base/Clock.h"
#include "base/Rng.h"

#include <algorithm>
#include <thread>

namespace millrace
{
namespace
{

constexpr int kMostThreads = 8;
constexpr int kRounds = 5;
constexpr double kSecondsOfAll = 0.4; ///< no further round is begun after this
constexpr double kSecondsOfOne = 0.01;
constexpr double kClearlyQuicker = 0.85;

struct Noise {
    std::vector<float> features, targets;
};

Noise makeNoise(int inputs, int targets, int batch)
{
    Rng rng(1, Purpose::SimulatedFeature);
    Noise noise;
    for (int i = 0; i < inputs * batch; ++i)
        noise.features.push_back(static_cast<float>(rng.uniform() - 0.5));
    for (int i = 0; i < batch * targets; ++i)
        noise.targets.push_back(static_cast<float>(i % 2));
    return noise;
}

/// Seconds a step of as many as fit into kSecondsOfOne, at least one.
Result<double> timeSteps(Learner& learner, const Noise& noise)
{
    const auto began = Clock::now();
    for (int steps = 1;; ++steps) {
        if (auto step = learner.step(noise.features, noise.targets); !step)
            return fail(step.error());
        if (const double seconds = secondsSince(began); seconds >= kSecondsOfOne)
            return seconds / steps;
    }
}

} // namespace

Result<ThreadChoice> measureThreads(LearnerModule& module, const LearnerSetup& setup, int batch)
{
    ThreadChoice choice;
    const int cores = std::min(kMostThreads, static_cast<int>(std::thread::hardware_concurrency()));
    if (batch < kSmallestSharedBatch || cores < 2)
        return choice;
    std::map<int, std::unique_ptr<Learner>> learners;
    for (int threads = 1; threads <= cores; threads *= 2) {
        LearnerSetup own = setup;
        own.threads = threads;
        own.optimizer.learningRate = 0;
        auto learner = module.create(own);
        if (!learner)
            return fail(learner.error());
        learners[threads] = std::move(*learner);
    }
    const Noise noise = makeNoise(setup.graph.inputs, targetsOf(setup.graph.task), batch);
    const auto began = Clock::now();
    for (int round = 0; round < kRounds && (round == 0 || secondsSince(began) < kSecondsOfAll); ++round)
        for (auto& [threads, learner] : learners) {
            const auto seconds = timeSteps(*learner, noise);
            if (!seconds)
                return fail(seconds.error());
            const auto [best, isNew] = choice.seconds.try_emplace(threads, *seconds);
            best->second = std::min(best->second, *seconds);
        }
    for (const auto& [threads, seconds] : choice.seconds)
        if (seconds < kClearlyQuicker * choice.seconds[choice.threads])
            choice.threads = threads;
    return choice;
}

} // namespace millrace
