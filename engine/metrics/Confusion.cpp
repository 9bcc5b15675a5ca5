// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Confusion.h"

#include "metrics/ScoreTable.h"
#include "metrics/SparseCounts.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <tuple>

namespace millrace
{
namespace
{

constexpr std::size_t kMostDenseClasses = 20;
constexpr std::size_t kMostMistakes = 1000;

double shareOf(double part, double whole)
{
    return whole > 0 ? part / whole : kUnknown;
}

} // namespace

void Confusion::add(int actual, int predicted, double weight)
{
    m_cells[static_cast<std::size_t>(actual) * m_classes + static_cast<std::size_t>(predicted)] += weight;
    m_total += weight;
}

void Confusion::merge(const Confusion& other)
{
    for (const auto& [cell, count] : other.m_cells)
        m_cells[cell] += count;
    m_total += other.m_total;
}

double Confusion::count(int actual, int predicted) const
{
    const auto cell = m_cells.find(static_cast<std::size_t>(actual) * m_classes + static_cast<std::size_t>(predicted));
    return cell == m_cells.end() ? 0 : cell->second;
}

std::vector<double> Confusion::actual() const
{
    std::vector<double> counts(m_classes);
    for (const auto& [cell, count] : m_cells)
        counts[cell / m_classes] += count;
    return counts;
}

std::vector<std::int64_t> Confusion::classCounts() const
{
    const auto counts = actual();
    return {counts.begin(), counts.end()};
}

std::vector<double> Confusion::predicted() const
{
    std::vector<double> counts(m_classes);
    for (const auto& [cell, count] : m_cells)
        counts[cell % m_classes] += count;
    return counts;
}

std::vector<double> Confusion::correct() const
{
    std::vector<double> counts(m_classes);
    for (int i = 0; i < static_cast<int>(m_classes); ++i)
        counts[static_cast<std::size_t>(i)] = count(i, i);
    return counts;
}

bool Confusion::hasNegativeSums() const
{
    const auto isNegative = [](double sum) { return sum < 0; };
    return std::ranges::any_of(actual(), isNegative) || std::ranges::any_of(predicted(), isNegative);
}

bool Confusion::hasSeveralClasses() const
{
    const auto counts = actual();
    return std::ranges::count_if(counts, [](double count) { return count > 0; }) > 1;
}

double Confusion::accuracy() const
{
    double right = 0;
    for (const double count : correct())
        right += count;
    return shareOf(right, m_total);
}

double Confusion::majority() const
{
    const auto counts = actual();
    return m_total > 0 ? *std::ranges::max_element(counts) / m_total : kUnknown;
}

double Confusion::precision(int ofClass) const
{
    return shareOf(count(ofClass, ofClass), predicted()[static_cast<std::size_t>(ofClass)]);
}

double Confusion::recall(int ofClass) const
{
    return shareOf(count(ofClass, ofClass), actual()[static_cast<std::size_t>(ofClass)]);
}

double Confusion::f1(int ofClass) const
{
    const auto index = static_cast<std::size_t>(ofClass);
    return shareOf(2 * count(ofClass, ofClass), actual()[index] + predicted()[index]);
}

double Confusion::balancedAccuracy() const
{
    const auto there = actual(), right = correct();
    double sum = 0;
    std::int64_t classes = 0;
    for (std::size_t i = 0; i < m_classes; ++i) {
        if (there[i] == 0)
            continue;
        sum += shareOf(right[i], there[i]);
        ++classes;
    }
    return classes > 0 ? sum / static_cast<double>(classes) : kUnknown;
}

double Confusion::macroF1() const
{
    const auto there = actual(), said = predicted(), right = correct();
    double sum = 0;
    std::int64_t classes = 0;
    for (std::size_t i = 0; i < m_classes; ++i) {
        if (there[i] + said[i] == 0)
            continue;
        sum += shareOf(2 * right[i], there[i] + said[i]);
        ++classes;
    }
    return classes > 0 ? sum / static_cast<double>(classes) : kUnknown;
}

double Confusion::weightedF1() const
{
    const auto there = actual(), said = predicted(), right = correct();
    double sum = 0;
    for (std::size_t i = 0; i < m_classes; ++i)
        if (there[i] > 0)
            sum += shareOf(2 * right[i], there[i] + said[i]) * there[i];
    return m_total > 0 ? sum / m_total : kUnknown;
}

double Confusion::kappa() const
{
    if (!hasSeveralClasses()) // there is nothing to tell apart: 0 would read as "no better than chance"
        return kUnknown;
    const auto there = actual(), said = predicted();
    double chance = 0;
    for (std::size_t i = 0; i < m_classes; ++i)
        chance += shareOf(there[i], m_total) * shareOf(said[i], m_total);
    return (accuracy() - chance) / (1 - chance);
}

nlohmann::json Confusion::mistakes() const
{
    std::vector<std::tuple<double, std::size_t>> cells; // sorts by falling count, then by cell
    for (const auto& [cell, count] : m_cells)
        if (cell / m_classes != cell % m_classes)
            cells.emplace_back(-count, cell);
    const auto shown = static_cast<std::ptrdiff_t>(std::min(cells.size(), kMostMistakes));
    std::partial_sort(cells.begin(), cells.begin() + shown, cells.end());
    cells.resize(static_cast<std::size_t>(shown));
    nlohmann::json list = nlohmann::json::array();
    for (const auto& [negative, cell] : cells)
        list.push_back({cell / m_classes, cell % m_classes, countJson(-negative)});
    return list;
}

nlohmann::json Confusion::figures() const
{
    if (m_classes > kMostDenseClasses)
        return {{"class_counts", countsJson(actual())},
                {"class_predicted", countsJson(predicted())},
                {"class_correct", countsJson(correct())},
                {"confusion_cells", mistakes()}};
    std::vector<std::vector<double>> dense(m_classes, std::vector<double>(m_classes));
    for (const auto& [cell, count] : m_cells)
        dense[cell / m_classes][cell % m_classes] = count;
    nlohmann::json rows = nlohmann::json::array();
    for (const std::vector<double>& row : dense)
        rows.push_back(countsJson(row));
    return {{"class_counts", countsJson(actual())}, {"confusion", std::move(rows)}};
}

nlohmann::json Confusion::state() const
{
    const std::map<std::size_t, double> ordered(m_cells.begin(), m_cells.end());
    nlohmann::json sparse = nlohmann::json::array(); // as sparseCounts() has it, without a cell for each pair
    std::size_t next = 0;
    for (const auto& [cell, count] : ordered) {
        sparse.push_back(cell - next);
        sparse.push_back(countJson(count));
        next = cell + 1;
    }
    return sparse;
}

void Confusion::restore(const nlohmann::json& state)
{
    std::size_t next = 0;
    for (std::size_t i = 0; i + 1 < state.size(); i += 2) {
        next += state.at(i).get<std::size_t>();
        if (next >= m_classes * m_classes)
            throw std::out_of_range("more cells than there are pairs of classes");
        const auto count = state.at(i + 1).get<double>();
        m_cells[next++] = count;
        m_total += count;
    }
}

} // namespace millrace
