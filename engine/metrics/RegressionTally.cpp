// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/RegressionTally.h"

#include "metrics/SparseCounts.h"

#include <algorithm>
#include <cmath>

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

void addCounts(std::vector<std::int64_t>& counts, const std::vector<std::int64_t>& others)
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

void RegressionTally::add(float output, float target)
{
    ++m_records;
    if (!std::isfinite(output) || !std::isfinite(target)) {
        ++m_unknown;
        return;
    }
    const double actual = target, predicted = output;
    const double residual = actual - predicted, error = std::abs(residual), deviation = actual - m_target.mean;
    m_squares.add(error * error);
    m_errors.add(error);
    m_targets.add(deviation);
    m_targetSquares.add(deviation * deviation);
    m_lowest = std::min(m_lowest, actual);
    m_highest = std::max(m_highest, actual);
    ++m_cells[cellOf(actual) * (kCells + 2) + cellOf(predicted)];
    ++m_residuals[outerBinOf(residual, -kReach * m_target.scale, kReach * m_target.scale, kResidualBins)];
    ++m_errorBins[errorBinOf(error / m_target.scale)];
    if (m_keepsErrors && m_kept.size() == m_mostErrors)
        useBins();
    if (m_keepsErrors)
        m_kept.push_back(error);
}

void RegressionTally::merge(const RegressionTally& other)
{
    useBins();
    m_records += other.m_records;
    m_unknown += other.m_unknown;
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
}

double RegressionTally::meanOf(const ExactSum& sum) const
{
    return m_records == 0 || m_unknown > 0 ? kUnknown : sum.value() / static_cast<double>(m_records);
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
    const std::int64_t known = m_records - m_unknown;
    return m_target.mean + (known > 0 ? m_targets.value() / static_cast<double>(known) : 0);
}

double RegressionTally::medianError() const
{
    if (m_records == 0 || m_unknown > 0)
        return kUnknown;
    if (!m_keepsErrors)
        return binnedMedian();
    std::vector<double> errors = m_kept;
    const auto middle = errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2);
    std::ranges::nth_element(errors, middle);
    const double above = *middle;
    return errors.size() % 2 == 1 ? above : (*std::max_element(errors.begin(), middle) + above) / 2;
}

/// As if a bin's records stood in it at equal distances.
double RegressionTally::binnedMedian() const
{
    const double middle = static_cast<double>(m_records) / 2;
    double below = 0;
    for (std::size_t bin = 0; bin < m_errorBins.size(); ++bin) {
        const auto count = static_cast<double>(m_errorBins[bin]);
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
        rows.push_back(std::vector<std::int64_t>(m_cells.begin() + static_cast<std::ptrdiff_t>(row * kWide),
                                                 m_cells.begin() + static_cast<std::ptrdiff_t>((row + 1) * kWide)));
    const double reach = kReach * m_target.scale;
    return {{"predicted_actual",
             {{"from", m_target.mean - reach}, {"to", m_target.mean + reach}, {"counts", std::move(rows)}}},
            {"residuals",
             {{"from", -reach},
              {"to", reach},
              {"counts", std::vector<std::int64_t>(m_residuals.begin() + 1, m_residuals.end() - 1)},
              {"below", m_residuals.front()},
              {"above", m_residuals.back()}}}};
}

/// The range of the targets is null without one.
nlohmann::json RegressionTally::state() const
{
    return {{"records", m_records},
            {"unknown", m_unknown},
            {"squares", m_squares.state()},
            {"errors", m_errors.state()},
            {"targets", m_targets.state()},
            {"target-squares", m_targetSquares.state()},
            {"lowest", orNull(m_lowest)},
            {"highest", orNull(m_highest)},
            {"cells", sparseCounts(m_cells)},
            {"residuals", sparseCounts(m_residuals)},
            {"error-bins", sparseCounts(m_errorBins)}};
}

void RegressionTally::restore(const nlohmann::json& state)
{
    useBins();
    m_records = state.at("records").get<std::int64_t>();
    m_unknown = state.at("unknown").get<std::int64_t>();
    m_squares.restore(state.at("squares"));
    m_errors.restore(state.at("errors"));
    m_targets.restore(state.at("targets"));
    m_targetSquares.restore(state.at("target-squares"));
    if (!state.at("lowest").is_null()) {
        m_lowest = state.at("lowest").get<double>();
        m_highest = state.at("highest").get<double>();
    }
    readSparseCounts(state.at("cells"), m_cells);
    readSparseCounts(state.at("residuals"), m_residuals);
    readSparseCounts(state.at("error-bins"), m_errorBins);
}

} // namespace millrace
