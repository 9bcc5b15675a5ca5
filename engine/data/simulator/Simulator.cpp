// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/simulator/Simulator.h"

#include "data/Binary.h"
#include "data/simulator/NormalDistribution.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numbers>
#include <numeric>
#include <utility>

namespace millrace
{
namespace
{

tl::unexpected<Error> bad(const std::string& what)
{
    return fail(ErrorCode::BadData, "The simulator profile " + what, "Fit it again with millrace simulate --fit");
}

std::string feature(std::size_t index)
{
    return ", of feature " + std::to_string(index + 1);
}

Status checkMargin(const SimulatorProfile& profile, std::size_t i)
{
    const std::vector<double>& table = profile.quantiles[i];
    if (!profile.isText(i) && (table.size() < 2 || !std::is_sorted(table.begin(), table.end())))
        return bad("has a quantile table that does not rise" + feature(i));
    if (!profile.isText(i))
        return {};
    const TextLevels& levels = profile.levels[i];
    const double sum = std::accumulate(levels.shares.begin(), levels.shares.end(), 0.0);
    const bool good = levels.shares.size() == levels.texts.size() && std::abs(sum - 1) < 1e-3 &&
                      std::ranges::all_of(levels.shares, [](double share) { return share >= 0; });
    return good ? Status{} : bad("has levels whose shares do not add up to 1" + feature(i));
}

Status checkTables(const SimulatorProfile& profile, std::size_t width)
{
    if (width == 0)
        return bad("has no features");
    if (profile.quantiles.size() != width)
        return bad("has " + std::to_string(profile.quantiles.size()) + " quantile tables for " + std::to_string(width) +
                   " features");
    for (const std::size_t size : {profile.levels.size(), profile.missing.size(), profile.whole.size()})
        if (size != 0 && size != width)
            return bad("does not have levels, missing shares and whole numbers of "
                       "each feature");
    if (std::ranges::any_of(profile.missing, [](double share) { return !(share >= 0 && share <= 1); }))
        return bad("has a missing share that is none");
    for (std::size_t i = 0; i < width; ++i)
        if (auto good = checkMargin(profile, i); !good)
            return good;
    if (profile.correlation.size() != width * width)
        return bad("has a correlation of the wrong size");
    return {};
}

Status checkNetwork(const SimulatorProfile& profile, std::size_t width)
{
    const std::size_t hidden = profile.hiddenBias.size();
    const auto outputs = static_cast<std::size_t>(outputsOf(taskOf(profile.schema)));
    if (profile.hiddenWeights.size() != hidden * profile.inputs() || profile.outputWeights.size() != outputs * hidden ||
        profile.outputBias.size() != outputs)
        return bad("has a label network whose sizes disagree");
    if (profile.schema.task == TaskKind::Regression && profile.residuals.size() < 2)
        return bad("has no residuals");
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

std::size_t SimulatorProfile::inputs() const
{
    std::size_t inputs = 0;
    for (std::size_t i = 0; i < quantiles.size(); ++i)
        inputs += isText(i) ? levels[i].texts.size() : 1;
    return inputs;
}

Simulator::Simulator(SimulatorProfile profile, std::vector<double> cholesky, std::uint64_t seed)
    : m_profile(std::move(profile)), m_cholesky(std::move(cholesky)), m_seed(seed),
      m_inputWeights(m_profile.hiddenWeights), m_inputBias(m_profile.hiddenBias), m_bounds(m_profile.quantiles.size()),
      m_outputs(static_cast<std::size_t>(outputsOf(taskOf(m_profile.schema))))
{
    for (std::size_t i = 0, input = 0; i < m_bounds.size(); ++i) {
        if (m_profile.isText(i)) {
            const TextLevels& levels = m_profile.levels[i];
            std::partial_sum(levels.shares.begin(), levels.shares.end(), std::back_inserter(m_bounds[i]));
            input += levels.texts.size();
            continue;
        }
        m_numbers.push_back(i);
        for (std::size_t unit = 0; unit < m_inputBias.size(); ++unit) {
            double& weight = m_inputWeights[unit * m_profile.inputs() + input];
            weight /= m_profile.scale[i];
            m_inputBias[unit] -= weight * m_profile.mean[i];
        }
        ++input;
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

std::string Simulator::whyNot(const DriftKnob& knob) const
{
    const TaskKind task = m_profile.schema.task;
    const std::string what = "the events' task is " + infoOf(taskOf(m_profile.schema)).name;
    if (knob.value == &DriftKnobs::classPrior && task != TaskKind::Binary)
        return "it is the share of class 1 of two, and " + what;
    if (knob.value == &DriftKnobs::labelNoise && task == TaskKind::Regression)
        return "it is of classes, and " + what;
    if (knob.value == &DriftKnobs::conceptRotation && m_numbers.size() < 2)
        return "it turns pairs of features that are numbers, and there are not two";
    if (knob.value == &DriftKnobs::featureShift && m_numbers.empty())
        return "it is of features that are numbers, and there is none";
    return {};
}

double Simulator::valueAt(std::size_t feature, double share) const
{
    if (m_profile.isText(feature)) {
        const auto level = std::ranges::upper_bound(m_bounds[feature], share) - m_bounds[feature].begin();
        return static_cast<double>(std::min(level, std::ssize(m_bounds[feature]) - 1));
    }
    const double value = interpolated(m_profile.quantiles[feature], share);
    return feature < m_profile.whole.size() && m_profile.whole[feature] != 0 ? std::round(value) : value;
}

void Simulator::drawFeatures(Rng& rng, Rng& gaps, std::span<double> features) const
{
    const std::size_t width = m_profile.quantiles.size();
    for (std::size_t i = 0; i < width; ++i)
        features[i] = rng.normal();
    // From the last row up, so that each sum still finds the numbers it needs
    // where it writes.
    for (std::size_t row = width; row-- > 0;) {
        double sum = 0;
        for (std::size_t i = 0; i <= row; ++i)
            sum += m_cholesky[row * width + i] * features[i];
        features[row] = valueAt(row, normalCdf(sum));
    }
    for (std::size_t i = 0; i < m_profile.missing.size(); ++i)
        if (m_profile.missing[i] > 0 && gaps.uniform() < m_profile.missing[i])
            features[i] = std::numeric_limits<double>::quiet_NaN();
}

Simulator::Event Simulator::draw(std::uint64_t index, const DriftKnobs& knobs, std::span<double> features) const
{
    Rng rng(m_seed, Purpose::SimulatedFeature, index), labels(m_seed, Purpose::SimulatedLabel, index),
        gaps(m_seed, Purpose::SimulatedGap, index);
    Event event;
    if (m_profile.schema.task == TaskKind::Binary) {
        event = drawTwoClasses(rng, gaps, labels, knobs, features);
    } else {
        drawFeatures(rng, gaps, features);
        event = m_profile.schema.task == TaskKind::MultiClass ? drawClasses(labels, knobs, features)
                                                              : drawValue(labels, knobs, features);
    }
    if (knobs.featureShift != 0)
        shift(knobs.featureShift, features);
    return event;
}

/// The prior is changed by rejection: an event of class y stays with a probability in proportion to w(y), the ratio of
/// the new share of its class to the old one. That leaves p(x|y), and multiplies the odds of class 1 by w(1)/w(0).
Simulator::Event Simulator::drawTwoClasses(Rng& rng, Rng& gaps, Rng& labels, const DriftKnobs& knobs,
                                           std::span<double> features) const
{
    const bool reweighed = knobs.classPrior != m_profile.prior;
    const double one = reweighed ? knobs.classPrior / m_profile.prior : 1;
    const double zero = reweighed ? (1 - knobs.classPrior) / (1 - m_profile.prior) : 1;
    double p = 0;
    bool label = false;
    do {
        drawFeatures(rng, gaps, features);
        double logit = 0;
        rotatedOutputs(features, knobs.conceptRotation, {&logit, 1});
        p = sigmoid(logit);
        label = labels.uniform() < p;
    } while (reweighed && labels.uniform() * std::max(one, zero) >= (label ? one : zero));
    p = p * one / (p * one + (1 - p) * zero);
    if (knobs.labelNoise > 0) {
        label = label != (labels.uniform() < knobs.labelNoise);
        p = p * (1 - knobs.labelNoise) + (1 - p) * knobs.labelNoise;
    }
    return {p, label ? 1.0F : 0.0F, 0, 0};
}

/// Noise makes a label one of the other classes, each as likely.
Simulator::Event Simulator::drawClasses(Rng& labels, const DriftKnobs& knobs, std::span<const double> features) const
{
    std::vector<double> p(m_outputs);
    rotatedOutputs(features, knobs.conceptRotation, p);
    const double top = *std::ranges::max_element(p);
    double sum = 0;
    for (double& each : p)
        sum += each = std::exp(each - top);
    const double others = static_cast<double>(m_outputs) - 1;
    for (double& each : p) {
        each /= sum;
        each = each * (1 - knobs.labelNoise) + (1 - each) * knobs.labelNoise / others;
    }
    std::size_t label = 0;
    for (double left = labels.uniform() - p[0]; left >= 0 && label + 1 < p.size();)
        left -= p[++label];
    Event event{*std::ranges::max_element(p), static_cast<float>(label), 0, 0};
    for (const double each : p)
        event.loss -= each > 0 ? each * std::log(each) : 0;
    return event;
}

Simulator::Event Simulator::drawValue(Rng& labels, const DriftKnobs& knobs, std::span<const double> features) const
{
    double expected = 0;
    rotatedOutputs(features, knobs.conceptRotation, {&expected, 1});
    return {0, static_cast<float>(expected + interpolated(m_profile.residuals, labels.uniform())), 0, expected};
}

void Simulator::shift(double deviations, std::span<double> features) const
{
    for (const std::size_t i : m_numbers)
        features[i] += deviations * m_profile.scale[i];
}

void Simulator::rotatedOutputs(std::span<const double> features, double degrees, std::span<double> results) const
{
    if (degrees == 0)
        return outputs(features, results);
    const double angle = degrees * std::numbers::pi / 180, cosine = std::cos(angle), sine = std::sin(angle);
    const std::size_t half = m_numbers.size() / 2;
    std::vector<double> rotated(features.begin(), features.end());
    for (std::size_t pair = 0; pair < half; ++pair) {
        const std::size_t i = m_numbers[pair], j = m_numbers[pair + half];
        const double a = (features[i] - m_profile.mean[i]) / m_profile.scale[i];
        const double b = (features[j] - m_profile.mean[j]) / m_profile.scale[j];
        rotated[i] = m_profile.mean[i] + m_profile.scale[i] * (cosine * a - sine * b);
        rotated[j] = m_profile.mean[j] + m_profile.scale[j] * (sine * a + cosine * b);
    }
    outputs(rotated, results);
}

double Simulator::probability(std::span<const double> features) const
{
    double logit = 0;
    outputs(features, {&logit, 1});
    return sigmoid(logit);
}

void Simulator::outputs(std::span<const double> features, std::span<double> results) const
{
    const std::size_t width = m_profile.quantiles.size(),
                      inputs = m_inputWeights.size() / std::max<std::size_t>(1, m_inputBias.size());
    std::ranges::copy(m_profile.outputBias, results.begin());
    for (std::size_t unit = 0; unit < m_inputBias.size(); ++unit) {
        double sum = m_inputBias[unit];
        const double* weights = m_inputWeights.data() + unit * inputs;
        for (std::size_t i = 0; i < width; ++i) {
            const double value = features[i];
            if (m_profile.isText(i)) {
                sum += std::isnan(value) ? 0 : weights[static_cast<std::size_t>(value)];
                weights += m_profile.levels[i].texts.size();
            } else {
                sum += *weights++ * (std::isnan(value) ? m_profile.mean[i] : value);
            }
        }
        const double activation = std::tanh(sum);
        for (std::size_t output = 0; output < results.size(); ++output)
            results[output] += m_profile.outputWeights[output * m_inputBias.size() + unit] * activation;
    }
}

} // namespace millrace
