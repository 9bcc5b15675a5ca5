// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Rng.h"
#include "data/Schema.h"
#include "data/simulator/DriftSchedule.h"

#include <cstdint>
#include <filesystem>
#include <span>

namespace millrace
{

/// What makes events that behave like a data set: a Gaussian copula (per-column quantile tables and the correlation of
/// the normal scores over all rows; Nelsen, An Introduction to Copulas, 2006) and a label network (one hidden layer of
/// tanh units) whose probability draws the label.
struct SimulatorProfile {
    Schema schema;
    std::string attribution;                    ///< source and licence of the data it was fitted on
    double prior = 0.5;                         ///< share of class 1 that the label network's offset was set to
    std::vector<std::vector<double>> quantiles; ///< per feature, equally spaced from 0 to 1, non-decreasing
    std::vector<double> correlation;            ///< [features, features] row-major
    std::vector<double> mean, scale;            ///< standardisation before the label network, per feature
    std::vector<double> hiddenWeights;          ///< [hidden, features]
    std::vector<double> hiddenBias, outputWeights;
    double outputBias = 0;
};

nlohmann::json toJson(const SimulatorProfile& profile);
Result<SimulatorProfile> profileFromJson(const nlohmann::json& json);

/// Draws events. Event i depends only on (profile, seed, knobs, i): any order, any number, the same events.
/// Thread-safe.
class Simulator
{
public:
    /// An error when the correlation is not positive definite or sizes disagree.
    static Result<Simulator> make(SimulatorProfile profile, std::uint64_t seed);
    struct Event {
        double probability = 0; ///< of class 1, as drawn from; what a perfect model would say
        float label = 0;
    };
    /// The knobs of a stream that does not drift.
    [[nodiscard]] DriftKnobs restingKnobs() const { return {.classPrior = m_profile.prior}; }
    /// Fills features [featureCount] and returns the label with its probability.
    Event draw(std::uint64_t index, const DriftKnobs& knobs, std::span<double> features) const;
    Event draw(std::uint64_t index, std::span<double> features) const { return draw(index, restingKnobs(), features); }
    [[nodiscard]] const SimulatorProfile& profile() const { return m_profile; }
    [[nodiscard]] int featureCount() const;
    /// What the label network says of an event's features: the probability of class 1.
    [[nodiscard]] double probability(std::span<const double> features) const;

private:
    Simulator(SimulatorProfile profile, std::vector<double> cholesky, std::uint64_t seed);
    void drawFeatures(Rng& rng, std::span<double> features) const;
    [[nodiscard]] double rotatedProbability(std::span<const double> features, double degrees) const;
    SimulatorProfile m_profile;
    std::vector<double> m_cholesky;
    std::uint64_t m_seed;
    std::vector<double> m_inputWeights, m_inputBias; ///< of the hidden layer, the standardisation folded in
};

/// Fits the copula part: quantile tables and correlation. rows is [count, features] row-major. The label network is
/// fitted by pipeline/FitProfile, which has a learner.
Result<SimulatorProfile> fitCopula(const Schema& schema, std::span<const double> rows, int quantileCount = 201);

} // namespace millrace
