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
        ++m_confusion.at(label).at(predictsPositive(logit, m_cut) ? 1 : 0);
        const double probability = sigmoid(logit), miss = probability - static_cast<double>(label);
        m_squares.add(miss * miss);
        if (m_loss.add(logLoss(logit, static_cast<double>(label))))
            ++m_histogram.at(label).at(
                static_cast<std::size_t>(std::min(kBins - 1, static_cast<int>(probability * kBins))));
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

std::int64_t BinaryTally::records() const
{
    return m_confusion[0][0] + m_confusion[0][1] + m_confusion[1][0] + m_confusion[1][1];
}

double BinaryTally::accuracy() const
{
    if (records() == 0)
        return kUnknown;
    return static_cast<double>(m_confusion[0][0] + m_confusion[1][1]) / static_cast<double>(records());
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
    return {{"confusion", m_confusion},
            {"loss", m_loss.sum},
            {"unknown-loss", m_loss.unknown},
            {"squares", {m_squares.sum, m_squares.unknown}},
            {"histogram", m_histogram}};
}

bool BinaryTally::restore(const nlohmann::json& state)
{
    try {
        BinaryTally read(m_cut);
        state.at("confusion").get_to(read.m_confusion);
        state.at("loss").get_to(read.m_loss.sum);
        state.at("unknown-loss").get_to(read.m_loss.unknown);
        if (const auto squares = state.find("squares"); squares != state.end())
            read.m_squares = {squares->at(0).get<std::int64_t>(), squares->at(1).get<std::int64_t>()};
        else
            read.m_squares.unknown = read.records(); // of an earlier build, which did not add them up
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
