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

/// The texts of a column, in the order in which the copula counts them, and the share of each among the values.
struct TextLevels {
    std::vector<std::string> texts;
    std::vector<double> shares;
};

/// What makes events that behave like a data set: a Gaussian copula (per-column quantile tables, or levels, and the
/// correlation of the normal scores over all rows; Nelsen, An Introduction to Copulas, 2006) and a label network (one
/// hidden layer of tanh units). Its probabilities draw the class; of a regression a residual is added to its value.
struct SimulatorProfile {
    Schema schema;
    std::string attribution;                    ///< source and licence of the data it was fitted on
    double prior = 0.5;                         ///< share of class 1 that the label network's offset was set to
    std::vector<std::vector<double>> quantiles; ///< per feature, equally spaced from 0 to 1; of texts empty
    std::vector<TextLevels> levels;             ///< per feature, of numbers empty; none where all are numbers
    std::vector<double> missing;                ///< per feature: share of values that are not there; none: all are
    std::vector<int> whole;                     ///< per feature: 1 where all numbers are whole; none: nowhere
    std::vector<double> correlation;            ///< [features, features] row-major
    std::vector<double> mean, scale;            ///< standardisation before the label network, per feature
    /// [hidden, inputs]: a number is one input, a text one for each level, 1 at its own; what is missing is 0, of
    /// numbers once standardised.
    std::vector<double> hiddenWeights;
    std::vector<double> hiddenBias;
    std::vector<double> outputWeights; ///< [outputs, hidden]: outputsOf() the task
    std::vector<double> outputBias;
    std::vector<double> residuals; ///< of a regression: a quantile table of what its value is off by

    [[nodiscard]] bool isText(std::size_t feature) const
    {
        return feature < levels.size() && !levels[feature].texts.empty();
    }
    [[nodiscard]] std::size_t inputs() const;
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
        double probability = 0; ///< of class 1, as drawn from; what a perfect model would say. Of more: the likeliest's
        float label = 0;        ///< the class, or the value
        double loss = 0;        ///< of a perfect model, on average: the entropy of more than two classes
        double expected = 0;    ///< of a regression: its value without the residual
    };
    /// Why a knob makes no sense for these events; empty where it does.
    [[nodiscard]] std::string whyNot(const DriftKnob& knob) const;
    /// The knobs of a stream that does not drift.
    [[nodiscard]] DriftKnobs restingKnobs() const { return {.classPrior = m_profile.prior}; }
    /// Fills features [featureCount] and returns the label with its probability. A text is the number of its level;
    /// what is missing is NaN.
    Event draw(std::uint64_t index, const DriftKnobs& knobs, std::span<double> features) const;
    Event draw(std::uint64_t index, std::span<double> features) const { return draw(index, restingKnobs(), features); }
    [[nodiscard]] const SimulatorProfile& profile() const { return m_profile; }
    [[nodiscard]] int featureCount() const;
    /// What the label network says of an event's features: of two classes the probability of class 1,
    [[nodiscard]] double probability(std::span<const double> features) const;
    /// and before that: a logit, or more, or the value. outputs is [outputsOf() the task].
    void outputs(std::span<const double> features, std::span<double> outputs) const;

private:
    Simulator(SimulatorProfile profile, std::vector<double> cholesky, std::uint64_t seed);
    [[nodiscard]] double valueAt(std::size_t feature, double share) const;
    void drawFeatures(Rng& rng, Rng& gaps, std::span<double> features) const;
    void rotatedOutputs(std::span<const double> features, double degrees, std::span<double> outputs) const;
    Event drawTwoClasses(Rng& rng, Rng& gaps, Rng& labels, const DriftKnobs& knobs, std::span<double> features) const;
    Event drawClasses(Rng& labels, const DriftKnobs& knobs, std::span<const double> features) const;
    Event drawValue(Rng& labels, const DriftKnobs& knobs, std::span<const double> features) const;
    void shift(double deviations, std::span<double> features) const;
    SimulatorProfile m_profile;
    std::vector<double> m_cholesky;
    std::uint64_t m_seed;
    std::vector<double> m_inputWeights, m_inputBias; ///< of the hidden layer, the standardisation folded in
    std::vector<std::size_t> m_numbers;              ///< the features that are numbers
    std::vector<std::vector<double>> m_bounds;       ///< per text: the shares of its levels, added up
    std::size_t m_outputs;
};

/// Of the normal scores of the columns of rows [count, width]: 1 on the diagonal, 0 beside constant columns; a missing
/// value (NaN) has the score 0.
std::vector<double> normalCorrelation(std::span<const double> rows, std::size_t width);

/// Fits the copula part: quantile tables or levels, and correlation. rows is [count, features] row-major, NaN where a
/// value is missing; levels, where there are texts, has their texts per feature, and the rows hold their numbers. The
/// label network is fitted by pipeline/FitProfile, which has a learner.
Result<SimulatorProfile> fitCopula(const Schema& schema, std::span<const double> rows, int quantileCount = 201,
                                   const std::vector<std::vector<std::string>>& levels = {});

} // namespace millrace
