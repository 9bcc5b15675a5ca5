// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/encoders/LabelSketch.h"

#include "base/Hash.h"
#include "base/Text.h"
#include "data/Cell.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <unordered_map>

namespace millrace
{
namespace
{

constexpr std::size_t kSampledRows = 20'000, kSampledCells = 2'000'000;
constexpr std::size_t kFewestSampled = 40, kFewestOfClass = 5;
constexpr std::size_t kQuantileBins = 32, kFrequentClasses = 5;
constexpr double kTellsAlone = 0.98;

/// Rows of one half say what the groups mean, those of the other are asked. Scattered (Knuth's multiplicative
/// hashing), since a table may repeat itself every few rows.
bool isLearnt(std::size_t row)
{
    return (row * 0x9E3779B97F4A7C15ULL) >> 63 == 0;
}

/// The mean of the learnt rows of its group, for each row; of a group that was not learnt that of all.
std::vector<double> groupMeans(const std::vector<std::uint64_t>& groups, const std::vector<double>& targets)
{
    std::unordered_map<std::uint64_t, std::pair<double, double>> sums;
    double sum = 0, count = 0;
    for (std::size_t row = 0; row < groups.size(); ++row) {
        if (!isLearnt(row))
            continue;
        auto& [ofGroup, rows] = sums[groups[row]];
        ofGroup += targets[row];
        rows += 1;
        sum += targets[row];
        count += 1;
    }
    std::vector<double> means(groups.size(), sum / std::max(count, 1.0));
    for (std::size_t row = 0; row < groups.size(); ++row)
        if (const auto found = sums.find(groups[row]); found != sums.end())
            means[row] = found->second.first / found->second.second;
    return means;
}

double meanOf(std::span<const double> values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Of a line through the values.
double squaredCorrelation(std::span<const double> x, std::span<const double> y)
{
    const double meanX = meanOf(x), meanY = meanOf(y);
    double xx = 0, yy = 0, xy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        xx += (x[i] - meanX) * (x[i] - meanX);
        yy += (y[i] - meanY) * (y[i] - meanY);
        xy += (x[i] - meanX) * (y[i] - meanY);
    }
    return xx > 0 && yy > 0 ? xy * xy / (xx * yy) : 0;
}

/// 1 − squared errors / squared distances to the mean, of the rows that were not learnt.
double explained(const std::vector<double>& predicted, const std::vector<double>& targets)
{
    std::vector<double> asked;
    for (std::size_t row = 0; row < targets.size(); ++row)
        if (!isLearnt(row))
            asked.push_back(targets[row]);
    const double mean = meanOf(asked);
    double errors = 0, distances = 0;
    for (std::size_t row = 0; row < targets.size(); ++row) {
        if (isLearnt(row))
            continue;
        errors += (targets[row] - predicted[row]) * (targets[row] - predicted[row]);
        distances += (targets[row] - mean) * (targets[row] - mean);
    }
    return distances > 0 ? 1 - errors / distances : 0;
}

/// Of the rows that were not learnt.
double askedAuc(const std::vector<double>& scores, const std::vector<bool>& isPositive)
{
    std::vector<double> asked;
    std::vector<bool> positive;
    for (std::size_t row = 0; row < scores.size(); ++row) {
        if (isLearnt(row))
            continue;
        asked.push_back(scores[row]);
        positive.push_back(isPositive[row]);
    }
    return rankAuc(asked, positive);
}

/// With their counts; of two the rarer alone: one against the other is the other against the one.
std::vector<std::pair<std::size_t, float>> frequentClasses(std::span<const float> targets)
{
    std::map<float, std::size_t> counts;
    for (const float target : targets)
        ++counts[target];
    std::vector<std::pair<std::size_t, float>> frequent;
    for (const auto& [target, count] : counts)
        frequent.emplace_back(count, target);
    std::ranges::sort(frequent, std::greater());
    frequent.resize(std::min(frequent.size(), kFrequentClasses));
    if (frequent.size() == 2)
        frequent.erase(frequent.begin());
    return frequent;
}

/// Of the targets where a column has one value.
struct LevelMoments {
    double count = 0, sum = 0, squares = 0;
    void add(double target)
    {
        count += 1;
        sum += target;
        squares += target * target;
    }
    [[nodiscard]] double mean() const { return sum / count; }
    [[nodiscard]] double spread() const { return squares - sum * sum / count; } ///< squared distances to the mean
};

/// Sum of the squared distances of the levels' means to the polynomial that is nearest to them, each as often as it has
/// rows: what is left of them beside an orthogonal basis (Gram and Schmidt).
double distanceToCurve(const std::map<double, LevelMoments>& levels, int degree)
{
    std::vector<double> rest, values, weights;
    const double low = levels.begin()->first, width = levels.rbegin()->first - low;
    for (const auto& [value, level] : levels) {
        rest.push_back(level.mean());
        values.push_back(2 * (value - low) / width - 1);
        weights.push_back(level.count);
    }
    const auto product = [&](const std::vector<double>& a, const std::vector<double>& b) {
        double sum = 0;
        for (std::size_t i = 0; i < weights.size(); ++i)
            sum += weights[i] * a[i] * b[i];
        return sum;
    };
    const auto remove = [&](std::vector<double>& from, const std::vector<double>& direction) {
        const double share = product(from, direction) / product(direction, direction);
        for (std::size_t i = 0; i < from.size(); ++i)
            from[i] -= share * direction[i];
    };
    std::vector<std::vector<double>> basis;
    for (int power = 0; power <= degree; ++power) {
        std::vector<double> next;
        for (const double value : values)
            next.push_back(std::pow(value, power));
        for (const std::vector<double>& direction : basis)
            remove(next, direction);
        remove(rest, next);
        basis.push_back(std::move(next));
    }
    return product(rest, rest);
}

/// Whether the ratio of the mean squares, F, is five of its standard deviations (with so many rows those of χ²)
/// above 1.
bool lacksFit(const std::map<double, LevelMoments>& levels)
{
    constexpr std::size_t kFewForAParabola = 4;
    constexpr double kFar = 5;
    const int degree = levels.size() <= kFewForAParabola ? 1 : 2;
    const double between = static_cast<double>(levels.size()) - degree - 1;
    double within = 0, rows = 0;
    for (const auto& [value, level] : levels) {
        within += level.spread();
        rows += level.count;
    }
    const double freedom = rows - static_cast<double>(levels.size());
    if (between < 1 || freedom < 1)
        return false;
    const double lack = distanceToCurve(levels, degree) / between;
    return lack > (1 + kFar * std::sqrt(2 / between)) * within / freedom;
}

} // namespace

double rankAuc(std::span<const double> values, const std::vector<bool>& isPositive)
{
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
    double positives = 0, negatives = 0, wins = 0;
    for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
        double tiedPositives = 0, tiedNegatives = 0;
        for (; end < order.size() && values[order[end]] == values[order[begin]]; ++end)
            (isPositive[order[end]] ? tiedPositives : tiedNegatives) += 1;
        wins += tiedPositives * (negatives + tiedNegatives / 2);
        positives += tiedPositives;
        negatives += tiedNegatives;
    }
    return positives > 0 && negatives > 0 ? wins / (positives * negatives) : std::numeric_limits<double>::quiet_NaN();
}

LabelSketch::LabelSketch(std::size_t columns, TaskKind task, std::uint64_t seed, std::size_t targets)
    : m_columns(columns), m_ofRow(targets),
      m_most(std::min(kSampledRows, kSampledCells / std::max<std::size_t>(1, columns))), m_task(task),
      m_rng(seed, Purpose::ColumnSample, std::numeric_limits<std::uint64_t>::max())
{
}

LabelSketch::Cell LabelSketch::cellOf(const RawCell& cell)
{
    if (cell.kind == RawCell::Kind::Number)
        return {static_cast<double>(cell.number), kNumber};
    const std::string_view text = trimmed(cell.text);
    if (cell.kind == RawCell::Kind::Missing || isMissing(text))
        return {0, kMissing};
    if (const auto number = parseDoubleCell(text, '.'))
        return {*number, kNumber};
    return {0, std::max(hashOf(text), kMissing + 1)};
}

void LabelSketch::add(const RawRow& row, std::span<const float> targets)
{
    ++m_rows;
    std::size_t place = rows();
    if (place == m_most) {
        place = static_cast<std::size_t>(m_rng.uniform() * static_cast<double>(m_rows));
        if (place >= m_most)
            return;
    } else {
        m_targets.resize(m_targets.size() + m_ofRow);
        m_cells.resize(m_cells.size() + m_columns);
    }
    std::ranges::copy(targets, m_targets.begin() + static_cast<std::ptrdiff_t>(place * m_ofRow));
    for (std::size_t i = 0; i < m_columns; ++i)
        m_cells[place * m_columns + i] = cellOf(row.cells[i]);
}

std::vector<LabelSketch::Cell> LabelSketch::columnCells(std::size_t column) const
{
    std::vector<Cell> cells;
    for (std::size_t row = 0; row < rows(); ++row)
        cells.push_back(m_cells[row * m_columns + column]);
    return cells;
}

/// Where all that is there are numbers: these, the median where one is missing. Else empty.
std::vector<double> LabelSketch::numbersOf(const std::vector<Cell>& cells)
{
    std::vector<double> there;
    for (const Cell& cell : cells)
        if (cell.level == kNumber)
            there.push_back(cell.number);
    const bool hasTexts = std::ranges::any_of(cells, [](const Cell& cell) { return cell.level > kMissing; });
    if (there.empty() || hasTexts)
        return {};
    const auto middle = there.begin() + static_cast<std::ptrdiff_t>(there.size() / 2);
    std::ranges::nth_element(there, middle);
    std::vector<double> numbers;
    for (const Cell& cell : cells)
        numbers.push_back(cell.level == kNumber ? cell.number : *middle);
    return numbers;
}

/// A text, and a number of which there are few, by itself; of many numbers those between two quantiles are one group.
std::vector<std::uint64_t> LabelSketch::groupsOf(const std::vector<Cell>& cells)
{
    std::vector<double> numbers;
    for (const Cell& cell : cells)
        if (cell.level == kNumber)
            numbers.push_back(cell.number);
    std::ranges::sort(numbers);
    std::vector<double> edges = numbers;
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    if (edges.size() > kQuantileBins) {
        edges.clear();
        for (std::size_t bin = 0; bin < kQuantileBins; ++bin)
            edges.push_back(numbers[bin * numbers.size() / kQuantileBins]);
    }
    std::vector<std::uint64_t> groups;
    for (const Cell& cell : cells) {
        const auto bin = std::ranges::upper_bound(edges, cell.number) - edges.begin();
        groups.push_back(cell.level == kNumber ? ~static_cast<std::uint64_t>(bin) : cell.level);
    }
    return groups;
}

double LabelSketch::regression(const std::vector<Cell>& cells) const
{
    const std::vector<double> numbers = numbersOf(cells);
    const std::vector<std::uint64_t> groups = groupsOf(cells);
    double best = 0;
    for (const std::vector<double>& targets : foretold()) {
        const double line = numbers.empty() ? 0 : squaredCorrelation(numbers, targets);
        best = std::max({best, line, explained(groupMeans(groups, targets), targets)});
    }
    return best;
}

std::optional<double> LabelSketch::classes(const std::vector<Cell>& cells) const
{
    const auto frequent = frequentClasses(m_targets);
    const std::vector<double> numbers = numbersOf(cells);
    const std::vector<std::uint64_t> groups = groupsOf(cells);
    double sum = 0, share = 0;
    for (const auto& [count, target] : frequent) {
        if (count < kFewestOfClass || m_targets.size() - count < kFewestOfClass)
            continue;
        std::vector<bool> is;
        std::vector<double> targets;
        for (const float each : m_targets) {
            is.push_back(each == target);
            targets.push_back(each == target ? 1 : 0);
        }
        double best = askedAuc(groupMeans(groups, targets), is);
        if (const double auc = numbers.empty() ? 0.5 : rankAuc(numbers, is); !(best > std::max(auc, 1 - auc)))
            best = std::max(auc, 1 - auc);
        sum += best * static_cast<double>(count);
        share += static_cast<double>(count);
    }
    return share > 0 ? std::optional(sum / share) : std::nullopt;
}

std::optional<double> LabelSketch::association(std::size_t column) const
{
    if (rows() < kFewestSampled)
        return std::nullopt;
    const auto cells = columnCells(column);
    return m_task == TaskKind::Regression ? regression(cells) : classes(cells);
}

/// By row: each target's values, or of the most frequent classes where they are.
std::vector<std::vector<double>> LabelSketch::foretold() const
{
    std::vector<std::vector<double>> all;
    if (m_task == TaskKind::Regression) {
        all.resize(m_ofRow);
        for (std::size_t i = 0; i < m_targets.size(); ++i)
            all[i % m_ofRow].push_back(static_cast<double>(m_targets[i]));
        return all;
    }
    for (const auto& [count, target] : frequentClasses(m_targets)) {
        std::vector<double>& is = all.emplace_back();
        for (const float each : m_targets)
            is.push_back(each == target ? 1 : 0);
    }
    return all;
}

bool LabelSketch::departsFromCurve(std::size_t column) const
{
    const std::vector<Cell> cells = columnCells(column);
    return std::ranges::any_of(foretold(), [&](const std::vector<double>& targets) {
        std::map<double, LevelMoments> levels;
        for (std::size_t row = 0; row < cells.size(); ++row)
            if (cells[row].level == kNumber)
                levels[cells[row].number].add(targets[row]);
        return lacksFit(levels);
    });
}

std::string LabelSketch::question(std::size_t column) const
{
    const auto found = association(column);
    if (!found || *found <= kTellsAlone)
        return {};
    const bool isR2 = m_task == TaskKind::Regression;
    return std::string("known before the outcome? Alone it tells the label with ") +
           (isR2 ? "an R² of " : "an AUC of ") + formatFixed(*found, 3);
}

} // namespace millrace
