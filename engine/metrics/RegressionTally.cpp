// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/RegressionTally.h"

#include "metrics/SparseCounts.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace millrace
{
namespace
{

constexpr std::int64_t kMostErrors = 1'000'000;
constexpr int kSmallest = -20, kLargest = 20; ///< exponents of 2 between which errors have bins
constexpr int kErrorBinsInDoubling = 128;
constexpr int kErrorBins = 1 + (kLargest - kSmallest) * kErrorBinsInDoubling;

/// The bin of an absolute error in scales: the first is of all that is smaller than 2⁻²⁰, the last has what is larger.
std::size_t errorBinOf(double error)
{
    if (error < std::ldexp(1.0, kSmallest))
        return 0;
    const int exponent = std::ilogb(error);
    if (exponent >= kLargest)
        return kErrorBins - 1;
    const auto within = static_cast<std::size_t>((std::ldexp(error, -exponent) - 1) * kErrorBinsInDoubling);
    return 1 + static_cast<std::size_t>(exponent - kSmallest) * kErrorBinsInDoubling + within;
}

double lowEndOf(std::size_t errorBin)
{
    if (errorBin == 0)
        return 0;
    const int place = static_cast<int>(errorBin) - 1;
    return std::ldexp(1 + static_cast<double>(place % kErrorBinsInDoubling) / kErrorBinsInDoubling,
                      kSmallest + place / kErrorBinsInDoubling);
}

/// From 1 on over [from, to) in `bins` equal bins; 0 below and bins + 1 above.
std::size_t outerBinOf(double value, double from, double to, int bins)
{
    const double place = std::floor((value - from) / (to - from) * bins) + 1;
    return static_cast<std::size_t>(std::clamp(place, 0.0, bins + 1.0));
}

void addCounts(std::vector<double>& counts, const std::vector<double>& others)
{
    std::ranges::transform(counts, others, counts.begin(), std::plus{});
}

} // namespace

RegressionTally::RegressionTally(const Target& target, std::int64_t mostErrors)
    : m_target(target), m_mostErrors(static_cast<std::size_t>(std::min(mostErrors, kMostErrors))),
      m_keepsErrors(m_mostErrors > 0), m_cells((kCells + 2) * (kCells + 2)), m_residuals(kResidualBins + 2),
      m_errorBins(kErrorBins)
{
}

std::size_t RegressionTally::cellOf(double value) const
{
    return outerBinOf(value, m_target.mean - kReach * m_target.scale, m_target.mean + kReach * m_target.scale, kCells);
}

void RegressionTally::add(float output, float target, float weight)
{
    ++m_records;
    if (!std::isfinite(output) || !std::isfinite(target)) {
        ++m_unknown;
        return;
    }
    const double actual = target, predicted = output;
    const double residual = actual - predicted, error = std::abs(residual), deviation = actual - m_target.mean;
    const auto counted = static_cast<double>(weight);
    m_total += counted;
    m_squares.add(counted * (error * error));
    m_errors.add(counted * error);
    m_targets.add(counted * deviation);
    m_targetSquares.add(counted * (deviation * deviation));
    m_lowest = std::min(m_lowest, actual);
    m_highest = std::max(m_highest, actual);
    m_cells[cellOf(actual) * (kCells + 2) + cellOf(predicted)] += counted;
    m_residuals[outerBinOf(residual, -kReach * m_target.scale, kReach * m_target.scale, kResidualBins)] += counted;
    m_errorBins[errorBinOf(error / m_target.scale)] += counted;
    keep(error, weight);
}

void RegressionTally::keep(double error, float weight)
{
    if (m_keepsErrors && m_kept.size() == m_mostErrors)
        useBins();
    if (!m_keepsErrors)
        return;
    if (weight != 1 && !m_isWeighted) {
        m_isWeighted = true;
        m_keptWeights.assign(m_kept.size(), 1);
    }
    m_kept.push_back(error);
    if (m_isWeighted)
        m_keptWeights.push_back(weight);
}

void RegressionTally::merge(const RegressionTally& other)
{
    useBins();
    m_records += other.m_records;
    m_unknown += other.m_unknown;
    m_total += other.m_total;
    m_squares.merge(other.m_squares);
    m_errors.merge(other.m_errors);
    m_targets.merge(other.m_targets);
    m_targetSquares.merge(other.m_targetSquares);
    m_lowest = std::min(m_lowest, other.m_lowest);
    m_highest = std::max(m_highest, other.m_highest);
    addCounts(m_cells, other.m_cells);
    addCounts(m_residuals, other.m_residuals);
    addCounts(m_errorBins, other.m_errorBins);
}

void RegressionTally::useBins()
{
    m_keepsErrors = false;
    std::vector<double>().swap(m_kept);
    std::vector<float>().swap(m_keptWeights);
}

double RegressionTally::meanOf(const ExactSum& sum) const
{
    return !(m_total > 0) || m_unknown > 0 ? kUnknown : sum.value() / m_total;
}

double RegressionTally::loss() const
{
    return meanOf(m_squares) / (m_target.scale * m_target.scale);
}

double RegressionTally::rmse() const
{
    return std::sqrt(meanOf(m_squares));
}

double RegressionTally::mae() const
{
    return meanOf(m_errors);
}

double RegressionTally::r2Of(const ExactSum& squaredErrors) const
{
    if (!(m_lowest < m_highest))
        return kUnknown;
    const double mean = meanOf(m_targets), variance = meanOf(m_targetSquares) - mean * mean;
    return variance > 0 ? 1 - meanOf(squaredErrors) / variance : kUnknown;
}

double RegressionTally::meanTarget() const
{
    return m_target.mean + (m_total > 0 ? m_targets.value() / m_total : 0);
}

double RegressionTally::medianError() const
{
    if (!(m_total > 0) || m_unknown > 0)
        return kUnknown;
    if (!m_keepsErrors)
        return binnedMedian();
    if (m_isWeighted)
        return weightedMedian();
    std::vector<double> errors = m_kept;
    const auto middle = errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2);
    std::ranges::nth_element(errors, middle);
    const double above = *middle;
    return errors.size() % 2 == 1 ? above : (*std::max_element(errors.begin(), middle) + above) / 2;
}

double RegressionTally::weightedMedian() const
{
    std::vector<std::size_t> rising(m_kept.size());
    std::iota(rising.begin(), rising.end(), std::size_t{0});
    std::ranges::sort(rising, [this](std::size_t a, std::size_t b) { return m_kept[a] < m_kept[b]; });
    double reached = 0;
    for (const std::size_t index : rising)
        if ((reached += static_cast<double>(m_keptWeights[index])) >= m_total / 2)
            return m_kept[index];
    return m_kept[rising.back()];
}

/// As if a bin's records stood in it at equal distances.
double RegressionTally::binnedMedian() const
{
    const double middle = m_total / 2;
    double below = 0;
    for (std::size_t bin = 0; bin < m_errorBins.size(); ++bin) {
        const double count = m_errorBins[bin];
        if (count > 0 && below + count >= middle) {
            const double low = lowEndOf(bin), high = lowEndOf(bin + 1);
            return m_target.scale * (low + (high - low) * (middle - below) / count);
        }
        below += count;
    }
    return kUnknown;
}

nlohmann::json RegressionTally::figures() const
{
    constexpr std::size_t kWide = kCells + 2;
    nlohmann::json rows = nlohmann::json::array();
    for (std::size_t row = 0; row < kWide; ++row)
        rows.push_back(countsJson(std::span(m_cells).subspan(row * kWide, kWide)));
    const double reach = kReach * m_target.scale;
    return {{"predicted_actual",
             {{"from", m_target.mean - reach}, {"to", m_target.mean + reach}, {"counts", std::move(rows)}}},
            {"residuals",
             {{"from", -reach},
              {"to", reach},
              {"counts", countsJson(std::span(m_residuals).subspan(1, kResidualBins))},
              {"below", countJson(m_residuals.front())},
              {"above", countJson(m_residuals.back())}}}};
}

/// The range of the targets is null without one.
nlohmann::json RegressionTally::state() const
{
    nlohmann::json json = {{"records", m_records},
                           {"unknown", m_unknown},
                           {"squares", m_squares.state()},
                           {"errors", m_errors.state()},
                           {"targets", m_targets.state()},
                           {"target-squares", m_targetSquares.state()},
                           {"lowest", orNull(m_lowest)},
                           {"highest", orNull(m_highest)},
                           {"cells", sparseCounts(std::span<const double>(m_cells))},
                           {"residuals", sparseCounts(std::span<const double>(m_residuals))},
                           {"error-bins", sparseCounts(std::span<const double>(m_errorBins))}};
    if (m_total != static_cast<double>(m_records - m_unknown))
        json["total"] = m_total;
    return json;
}

void RegressionTally::restore(const nlohmann::json& state)
{
    useBins();
    m_records = state.at("records").get<std::int64_t>();
    m_unknown = state.at("unknown").get<std::int64_t>();
    m_total = state.value("total", static_cast<double>(m_records - m_unknown));
    m_squares.restore(state.at("squares"));
    m_errors.restore(state.at("errors"));
    m_targets.restore(state.at("targets"));
    m_targetSquares.restore(state.at("target-squares"));
    if (!state.at("lowest").is_null()) {
        m_lowest = state.at("lowest").get<double>();
        m_highest = state.at("highest").get<double>();
    }
    readSparseCounts(state.at("cells"), std::span(m_cells));
    readSparseCounts(state.at("residuals"), std::span(m_residuals));
    readSparseCounts(state.at("error-bins"), std::span(m_errorBins));
}

} // namespace millrace
