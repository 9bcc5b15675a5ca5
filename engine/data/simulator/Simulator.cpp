// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/simulator/Simulator.h"

#include "data/Binary.h"
#include "data/simulator/NormalDistribution.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace millrace
{
namespace
{

tl::unexpected<Error> bad(const std::string& what)
{
    return fail(ErrorCode::BadData, "The simulator profile " + what, "Fit it again with millrace simulate --fit");
}

Status checkTables(const SimulatorProfile& profile, std::size_t width)
{
    if (width == 0)
        return bad("has no features");
    if (profile.quantiles.size() != width)
        return bad("has " + std::to_string(profile.quantiles.size()) + " quantile tables for " + std::to_string(width) +
                   " features");
    for (std::size_t i = 0; i < width; ++i) {
        const std::vector<double>& table = profile.quantiles[i];
        if (table.size() < 2 || !std::is_sorted(table.begin(), table.end()))
            return bad("has a quantile table that does not rise, of feature " + std::to_string(i + 1));
    }
    if (profile.correlation.size() != width * width)
        return bad("has a correlation of the wrong size");
    return {};
}

Status checkNetwork(const SimulatorProfile& profile, std::size_t width)
{
    const std::size_t hidden = profile.hiddenBias.size();
    if (profile.hiddenWeights.size() != hidden * width || profile.outputWeights.size() != hidden)
        return bad("has a label network whose sizes disagree");
    if (profile.mean.size() != width || profile.scale.size() != width)
        return bad("has a standardisation of the wrong size");
    if (std::any_of(profile.scale.begin(), profile.scale.end(), [](double scale) { return !(scale > 0); }))
        return bad("has a scale that is not positive");
    return {};
}

double interpolated(const std::vector<double>& table, double share)
{
    const double place = share * static_cast<double>(table.size() - 1);
    const auto low = std::min(static_cast<std::size_t>(place), table.size() - 2);
    return table[low] + (place - static_cast<double>(low)) * (table[low + 1] - table[low]);
}

} // namespace

Simulator::Simulator(SimulatorProfile profile, std::vector<double> cholesky, std::uint64_t seed)
    : m_profile(std::move(profile)), m_cholesky(std::move(cholesky)), m_seed(seed),
      m_inputWeights(m_profile.hiddenWeights), m_inputBias(m_profile.hiddenBias)
{
    const std::size_t width = m_profile.quantiles.size();
    for (std::size_t unit = 0; unit < m_inputBias.size(); ++unit) {
        for (std::size_t i = 0; i < width; ++i) {
            m_inputWeights[unit * width + i] /= m_profile.scale[i];
            m_inputBias[unit] -= m_inputWeights[unit * width + i] * m_profile.mean[i];
        }
    }
}

Result<Simulator> Simulator::make(SimulatorProfile profile, std::uint64_t seed)
{
    const std::size_t width = profile.schema.featureColumns().size();
    if (auto good = checkTables(profile, width); !good)
        return fail(good.error());
    if (auto good = checkNetwork(profile, width); !good)
        return fail(good.error());
    std::vector<double> cholesky = choleskyFactor(profile.correlation, static_cast<int>(width));
    if (cholesky.empty())
        return bad("has a correlation that is not positive definite");
    return Simulator(std::move(profile), std::move(cholesky), seed);
}

int Simulator::featureCount() const
{
    return static_cast<int>(m_profile.quantiles.size());
}

void Simulator::drawFeatures(Rng& rng, std::span<double> features) const
{
    const std::size_t width = m_profile.quantiles.size();
    for (std::size_t i = 0; i < width; ++i)
        features[i] = rng.normal();
    // From the last row up, so that each sum still finds the numbers it needs where it writes.
    for (std::size_t row = width; row-- > 0;) {
        double sum = 0;
        for (std::size_t i = 0; i <= row; ++i)
            sum += m_cholesky[row * width + i] * features[i];
        features[row] = interpolated(m_profile.quantiles[row], normalCdf(sum));
    }
}

/// The prior is changed by rejection: an event of class y stays with a probability in proportion to w(y), the ratio of
/// the new share of its class to the old one. That leaves p(x|y), and multiplies the odds of class 1 by w(1)/w(0).
Simulator::Event Simulator::draw(std::uint64_t index, const DriftKnobs& knobs, std::span<double> features) const
{
    Rng rng(m_seed, Purpose::SimulatedFeature, index), labels(m_seed, Purpose::SimulatedLabel, index);
    const bool reweighed = knobs.classPrior != m_profile.prior;
    const double one = reweighed ? knobs.classPrior / m_profile.prior : 1;
    const double zero = reweighed ? (1 - knobs.classPrior) / (1 - m_profile.prior) : 1;
    double p = 0;
    bool label = false;
    do {
        drawFeatures(rng, features);
        p = knobs.conceptRotation == 0 ? probability(features) : rotatedProbability(features, knobs.conceptRotation);
        label = labels.uniform() < p;
    } while (reweighed && labels.uniform() * std::max(one, zero) >= (label ? one : zero));
    p = p * one / (p * one + (1 - p) * zero);
    if (knobs.labelNoise > 0) {
        label = label != (labels.uniform() < knobs.labelNoise);
        p = p * (1 - knobs.labelNoise) + (1 - p) * knobs.labelNoise;
    }
    if (knobs.featureShift != 0)
        for (std::size_t i = 0; i < m_profile.scale.size(); ++i)
            features[i] += knobs.featureShift * m_profile.scale[i];
    return {p, label ? 1.0F : 0.0F};
}

double Simulator::rotatedProbability(std::span<const double> features, double degrees) const
{
    const double angle = degrees * std::numbers::pi / 180, cosine = std::cos(angle), sine = std::sin(angle);
    const std::size_t half = m_profile.quantiles.size() / 2;
    std::vector<double> rotated(features.begin(), features.end());
    for (std::size_t i = 0, j = half; i < half; ++i, ++j) {
        const double a = (features[i] - m_profile.mean[i]) / m_profile.scale[i];
        const double b = (features[j] - m_profile.mean[j]) / m_profile.scale[j];
        rotated[i] = m_profile.mean[i] + m_profile.scale[i] * (cosine * a - sine * b);
        rotated[j] = m_profile.mean[j] + m_profile.scale[j] * (sine * a + cosine * b);
    }
    return probability(rotated);
}

double Simulator::probability(std::span<const double> features) const
{
    const std::size_t width = m_profile.quantiles.size();
    double logit = m_profile.outputBias;
    for (std::size_t unit = 0; unit < m_inputBias.size(); ++unit) {
        double sum = m_inputBias[unit];
        for (std::size_t i = 0; i < width; ++i)
            sum += m_inputWeights[unit * width + i] * features[i];
        logit += m_profile.outputWeights[unit] * std::tanh(sum);
    }
    return sigmoid(logit);
}

} // namespace millrace
