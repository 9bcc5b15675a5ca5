// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/BinaryTally.h"

#include "data/Binary.h"
#include "metrics/Logit.h"
#include "metrics/SparseCounts.h"

#include <algorithm>
#include <numeric>

namespace millrace
{
namespace
{

double sumOf(const std::vector<double>& counts)
{
    return std::accumulate(counts.begin(), counts.end(), 0.0);
}

} // namespace

void BinaryTally::add(std::span<const float> logits, std::span<const float> labels, std::span<const float> weights)
{
    for (std::size_t i = 0; i < std::min(logits.size(), labels.size()); ++i) {
        const auto logit = static_cast<double>(logits[i]);
        const std::size_t label = isPositive(labels[i]) ? 1 : 0;
        const double weight = weights.empty() ? 1 : static_cast<double>(weights[i]);
        m_confusion.at(label).at(predictsPositive(logit, m_cut) ? 1 : 0) += weight;
        const double probability = sigmoid(logit), miss = probability - static_cast<double>(label);
        m_squares.add(miss * miss, weight);
        if (m_loss.add(logLoss(logit, static_cast<double>(label)), weight))
            m_histogram.at(label).at(
                static_cast<std::size_t>(std::min(kBins - 1, static_cast<int>(probability * kBins)))) += weight;
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
    m_loss.merge(other.m_loss);
    m_squares.merge(other.m_squares);
}

double BinaryTally::total() const
{
    return m_confusion[0][0] + m_confusion[0][1] + m_confusion[1][0] + m_confusion[1][1];
}

double BinaryTally::accuracy() const
{
    return total() > 0 ? (m_confusion[0][0] + m_confusion[1][1]) / total() : kUnknown;
}

std::vector<RankGroup> BinaryTally::ranked() const
{
    std::vector<RankGroup> groups(m_loss.unknown > 0 ? 0 : kBins);
    for (std::size_t bin = 0; bin < groups.size(); ++bin)
        groups[bin] = {m_histogram[0][bin], m_histogram[1][bin]};
    return groups;
}

double BinaryTally::auc() const
{
    return aucOf(ranked());
}

double BinaryTally::averagePrecision() const
{
    return averagePrecisionOf(ranked());
}

std::vector<std::array<double, 2>> BinaryTally::roc(int points) const
{
    const double negatives = sumOf(m_histogram[0]), positives = sumOf(m_histogram[1]);
    if (!(negatives > 0) || !(positives > 0))
        return {};
    // Equal steps along the way from (0,0) to (1,1), which is 2 long when only right and up count.
    const double step = 2.0 / std::max(points - 1, 1);
    double next = step;
    double falseOnes = 0, trueOnes = 0;
    std::vector<std::array<double, 2>> curve = {{0, 0}};
    for (std::size_t bin = kBins; bin-- > 1 && static_cast<int>(curve.size()) < points - 1;) {
        falseOnes += m_histogram[0][bin];
        trueOnes += m_histogram[1][bin];
        const double right = falseOnes / negatives;
        const double up = trueOnes / positives;
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
    Histogram folded{std::vector<double>(static_cast<std::size_t>(bins)),
                     std::vector<double>(static_cast<std::size_t>(bins))};
    for (std::size_t label = 0; label < 2; ++label)
        for (std::size_t bin = 0; bin < kBins; ++bin)
            folded.at(label).at(bin / width) += m_histogram.at(label)[bin];
    return folded;
}

nlohmann::json BinaryTally::state() const
{
    nlohmann::json json = {{"confusion", {countsJson(m_confusion[0]), countsJson(m_confusion[1])}},
                           {"loss", m_loss.sum},
                           {"unknown-loss", m_loss.unknown},
                           {"squares", {m_squares.sum, m_squares.unknown}},
                           {"histogram", {countsJson(m_histogram[0]), countsJson(m_histogram[1])}}};
    if (m_loss.weighted != 0 || m_squares.weighted != 0)
        json["weighted-sums"] = {m_loss.weighted, m_squares.weighted};
    return json;
}

bool BinaryTally::restore(const nlohmann::json& state)
{
    try {
        BinaryTally read(m_cut);
        state.at("confusion").get_to(read.m_confusion);
        state.at("loss").get_to(read.m_loss.sum);
        state.at("unknown-loss").get_to(read.m_loss.unknown);
        if (const auto squares = state.find("squares"); squares != state.end())
            read.m_squares = {squares->at(0).get<std::int64_t>(), 0, squares->at(1).get<std::int64_t>()};
        else
            read.m_squares.unknown = read.records(); // of an earlier build, which did not add them up
        if (const auto weighted = state.find("weighted-sums"); weighted != state.end()) {
            read.m_loss.weighted = weighted->at(0).get<double>();
            read.m_squares.weighted = weighted->at(1).get<double>();
        }
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
