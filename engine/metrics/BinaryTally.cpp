// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/BinaryTally.h"

#include "data/Binary.h"
#include "metrics/Logit.h"

#include <algorithm>
#include <numeric>

namespace millrace
{
namespace
{

constexpr double kLossUnits = 1 << 30;
constexpr double kMostLoss = 1e6; ///< of one record; more is no number to add up

std::int64_t sumOf(const std::vector<std::int64_t>& counts)
{
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

} // namespace

void BinaryTally::add(std::span<const float> logits, std::span<const float> labels)
{
    for (std::size_t i = 0; i < std::min(logits.size(), labels.size()); ++i) {
        const auto logit = static_cast<double>(logits[i]);
        const std::size_t label = isPositive(labels[i]) ? 1 : 0;
        ++m_confusion.at(label).at(predictsPositive(logit) ? 1 : 0);
        const double loss = logLoss(logit, static_cast<double>(label));
        if (!(loss <= kMostLoss)) { // or not a number
            ++m_unknownLoss;
            continue;
        }
        m_loss += std::llround(loss * kLossUnits);
        ++m_histogram.at(label).at(
            static_cast<std::size_t>(std::min(kBins - 1, static_cast<int>(sigmoid(logit) * kBins))));
    }
}

void BinaryTally::merge(const BinaryTally& other)
{
    for (std::size_t actual = 0; actual < 2; ++actual) {
        for (std::size_t predicted = 0; predicted < 2; ++predicted)
            m_confusion.at(actual).at(predicted) += other.m_confusion.at(actual).at(predicted);
        std::ranges::transform(m_histogram.at(actual), other.m_histogram.at(actual), m_histogram.at(actual).begin(),
                               std::plus{});
    }
    m_loss += other.m_loss;
    m_unknownLoss += other.m_unknownLoss;
}

std::int64_t BinaryTally::records() const
{
    return m_confusion[0][0] + m_confusion[0][1] + m_confusion[1][0] + m_confusion[1][1];
}

double BinaryTally::loss() const
{
    if (records() == 0 || m_unknownLoss > 0)
        return kUnknown;
    return static_cast<double>(m_loss) / kLossUnits / static_cast<double>(records());
}

double BinaryTally::accuracy() const
{
    if (records() == 0)
        return kUnknown;
    return static_cast<double>(m_confusion[0][0] + m_confusion[1][1]) / static_cast<double>(records());
}

double BinaryTally::auc() const
{
    const std::int64_t negatives = sumOf(m_histogram[0]), positives = sumOf(m_histogram[1]);
    if (negatives == 0 || positives == 0 || m_unknownLoss > 0)
        return kUnknown;
    double pairs = 0;
    std::int64_t below = 0;
    for (std::size_t bin = 0; bin < kBins; ++bin) {
        pairs += static_cast<double>(m_histogram[1][bin]) *
                 (static_cast<double>(below) + 0.5 * static_cast<double>(m_histogram[0][bin]));
        below += m_histogram[0][bin];
    }
    return pairs / static_cast<double>(positives) / static_cast<double>(negatives);
}

std::vector<std::array<double, 2>> BinaryTally::roc(int points) const
{
    const std::int64_t negatives = sumOf(m_histogram[0]), positives = sumOf(m_histogram[1]);
    if (negatives == 0 || positives == 0)
        return {};
    // Equal steps along the way from (0,0) to (1,1), which is 2 long when only right and up count.
    const double step = 2.0 / std::max(points - 1, 1);
    double next = step;
    std::int64_t falseOnes = 0, trueOnes = 0;
    std::vector<std::array<double, 2>> curve = {{0, 0}};
    for (std::size_t bin = kBins; bin-- > 1 && static_cast<int>(curve.size()) < points - 1;) {
        falseOnes += m_histogram[0][bin];
        trueOnes += m_histogram[1][bin];
        const double right = static_cast<double>(falseOnes) / static_cast<double>(negatives);
        const double up = static_cast<double>(trueOnes) / static_cast<double>(positives);
        if (right + up < next)
            continue;
        curve.push_back({right, up});
        next = (std::floor((right + up) / step) + 1) * step;
    }
    curve.push_back({1, 1});
    return curve;
}

BinaryTally::Histogram BinaryTally::histogram(int bins) const
{
    const auto width = static_cast<std::size_t>(kBins / bins);
    Histogram folded{std::vector<std::int64_t>(static_cast<std::size_t>(bins)),
                     std::vector<std::int64_t>(static_cast<std::size_t>(bins))};
    for (std::size_t label = 0; label < 2; ++label)
        for (std::size_t bin = 0; bin < kBins; ++bin)
            folded.at(label).at(bin / width) += m_histogram.at(label)[bin];
    return folded;
}

nlohmann::json BinaryTally::state() const
{
    return {{"confusion", m_confusion}, {"loss", m_loss}, {"unknown-loss", m_unknownLoss}, {"histogram", m_histogram}};
}

bool BinaryTally::restore(const nlohmann::json& state)
{
    try {
        BinaryTally read;
        state.at("confusion").get_to(read.m_confusion);
        state.at("loss").get_to(read.m_loss);
        state.at("unknown-loss").get_to(read.m_unknownLoss);
        state.at("histogram").get_to(read.m_histogram);
        if (read.m_histogram[0].size() != kBins || read.m_histogram[1].size() != kBins)
            return false;
        *this = std::move(read);
        return true;
    } catch (const nlohmann::json::exception&) {
        return false;
    }
}

} // namespace millrace
