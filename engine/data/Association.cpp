// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/Association.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace millrace
{
namespace
{

constexpr std::size_t kLeastRows = 10, kRowsOfBin = 10, kMostBins = 24;

struct Ranked {
    float value = 0;
    int group = 0;
    float target = 0;
};

/// Calls visit(first, last) of each run of equal values.
void eachTie(const std::vector<Ranked>& rows, const std::function<void(std::size_t, std::size_t)>& visit)
{
    for (std::size_t first = 0; first < rows.size();) {
        std::size_t last = first + 1;
        while (last < rows.size() && rows[last].value == rows[first].value)
            ++last;
        visit(first, last);
        first = last;
    }
}

struct Group {
    double count = 0, sum = 0;
};

Group& groupAt(std::vector<Group>& groups, int index)
{
    const auto place = static_cast<std::size_t>(index);
    if (place >= groups.size())
        groups.resize(place + 1);
    return groups[place];
}

/// η² = between / total, corrected for chance: 1 − (1 − η²)(n − 1)/(n − k).
std::optional<double> corrected(double explained, double total, double rows, double groups)
{
    if (!(total > 0) || rows <= groups || groups < 2)
        return std::nullopt;
    return std::clamp(1 - (1 - explained / total) * (rows - 1) / (rows - groups), 0.0, 1.0);
}

/// Of a value by groups. Deviations are from the mean, by way of the first value: large values keep their digits, and
/// equal ones are exactly 0.
std::optional<double> explainedByGroups(const std::vector<Ranked>& rows)
{
    const double origin = rows.empty() ? 0 : static_cast<double>(rows.front().target);
    double mean = 0;
    for (const Ranked& row : rows)
        mean += (static_cast<double>(row.target) - origin) / static_cast<double>(rows.size());
    std::vector<Group> groups;
    double total = 0;
    for (const Ranked& row : rows) {
        const double deviation = static_cast<double>(row.target) - origin - mean;
        Group& group = groupAt(groups, row.group);
        group.count += 1;
        group.sum += deviation;
        total += deviation * deviation;
    }
    double explained = 0, there = 0;
    for (const Group& group : groups) {
        explained += group.count > 0 ? group.sum * group.sum / group.count : 0;
        there += group.count > 0 ? 1 : 0;
    }
    return corrected(explained, total, static_cast<double>(rows.size()), there);
}

/// By value, with the mean rank (from 1) as target.
std::vector<Ranked> ranked(std::vector<Ranked> rows)
{
    std::ranges::sort(rows, {}, &Ranked::value);
    eachTie(rows, [&rows](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i)
            rows[i].target = static_cast<float>(first + last + 1) / 2;
    });
    return rows;
}

/// 2 AUC − 1 of two groups.
std::optional<double> rankBiserial(const std::vector<Ranked>& ranks)
{
    double ones = 0, sum = 0;
    for (const Ranked& row : ranks) {
        ones += row.group == 1 ? 1 : 0;
        sum += row.group == 1 ? static_cast<double>(row.target) : 0;
    }
    const double zeros = static_cast<double>(ranks.size()) - ones;
    if (ones == 0 || zeros == 0)
        return std::nullopt;
    return 2 * (sum - ones * (ones + 1) / 2) / (ones * zeros) - 1;
}

bool hasTwoClasses(std::span<const int> classes)
{
    return std::ranges::all_of(classes, [](int index) { return index < 2; });
}

bool varies(const std::vector<Ranked>& sorted)
{
    return sorted.size() >= kLeastRows && sorted.front().value < sorted.back().value;
}

/// The share of class 1 by level in the rows of one half; of a level that it does not have, its share of all.
std::vector<double> sharesIn(const std::vector<Ranked>& rows, std::size_t half, std::size_t levels)
{
    std::vector<Group> groups(levels);
    Group all;
    for (std::size_t i = half; i < rows.size(); i += 2) {
        Group& group = groups[static_cast<std::size_t>(rows[i].value)];
        group.count += 1;
        group.sum += rows[i].group;
        all.count += 1;
        all.sum += rows[i].group;
    }
    std::vector<double> shares;
    for (const Group& group : groups)
        shares.push_back(group.count > 0 ? group.sum / group.count : all.sum / all.count);
    return shares;
}

/// Rows that have a level, as their value. Levels below 2²⁴ are exact.
std::vector<Ranked> withLevel(std::span<const int> levels, std::size_t& count)
{
    std::vector<Ranked> rows;
    count = 0;
    for (std::size_t i = 0; i < levels.size(); ++i) {
        if (levels[i] < 0)
            continue;
        rows.push_back({static_cast<float>(levels[i]), static_cast<int>(i), 0});
        count = std::max(count, static_cast<std::size_t>(levels[i]) + 1);
    }
    return rows;
}

/// Goodman and Kruskal's τ: the share of the labels' variety (Gini's) that the levels explain.
std::optional<double> varietyExplained(std::vector<Ranked> rows)
{
    std::ranges::sort(rows, [](const Ranked& left, const Ranked& right) {
        return std::pair(left.value, left.group) < std::pair(right.value, right.group);
    });
    const auto n = static_cast<double>(rows.size());
    std::vector<Group> classes;
    double within = 0, levels = 0;
    eachTie(rows, [&](std::size_t first, std::size_t last) {
        levels += 1;
        for (std::size_t i = first; i < last;) {
            std::size_t end = i + 1;
            while (end < last && rows[end].group == rows[i].group)
                ++end;
            const auto count = static_cast<double>(end - i);
            groupAt(classes, rows[i].group).count += count;
            within += count * count / static_cast<double>(last - first);
            i = end;
        }
    });
    double all = 0;
    for (const Group& group : classes)
        all += group.count * group.count / n;
    return corrected(within - all, n - all, n, levels);
}

} // namespace

std::optional<double> numbersWithClasses(std::span<const float> values, std::span<const int> classes)
{
    std::vector<Ranked> rows;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!std::isnan(values[i]))
            rows.push_back({values[i], classes[i], 0});
    rows = ranked(std::move(rows));
    if (!varies(rows))
        return std::nullopt;
    if (!hasTwoClasses(classes))
        return explainedByGroups(rows);
    const auto difference = rankBiserial(rows);
    return difference ? std::optional(std::abs(*difference)) : std::nullopt;
}

std::optional<double> numbersWithTarget(std::span<const float> values, std::span<const float> targets)
{
    std::vector<Ranked> rows;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!std::isnan(values[i]) && !std::isnan(targets[i]))
            rows.push_back({values[i], 0, targets[i]});
    std::ranges::sort(rows, {}, &Ranked::value);
    if (!varies(rows))
        return std::nullopt;
    const std::size_t bins = std::clamp<std::size_t>(rows.size() / kRowsOfBin, 2, kMostBins);
    eachTie(rows, [&rows, bins](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) // equal values are in one bin: that of their middle
            rows[i].group = static_cast<int>((first + last) / 2 * bins / rows.size());
    });
    return explainedByGroups(rows);
}

std::optional<double> levelsWithClasses(std::span<const int> levels, std::span<const int> classes)
{
    std::size_t count = 0;
    std::vector<Ranked> rows = withLevel(levels, count);
    for (Ranked& row : rows)
        row.group = classes[static_cast<std::size_t>(row.group)];
    if (rows.size() < kLeastRows || count < 2)
        return std::nullopt;
    if (!hasTwoClasses(classes))
        return varietyExplained(std::move(rows));
    const std::vector<double> shares[2] = {sharesIn(rows, 1, count), sharesIn(rows, 0, count)};
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i].value = static_cast<float>(shares[i % 2][static_cast<std::size_t>(rows[i].value)]);
    const auto difference = rankBiserial(ranked(std::move(rows)));
    return difference ? std::optional(std::max(0.0, *difference)) : std::nullopt;
}

std::optional<double> levelsWithTarget(std::span<const int> levels, std::span<const float> targets)
{
    std::size_t count = 0;
    std::vector<Ranked> rows = withLevel(levels, count);
    for (Ranked& row : rows) {
        row.target = targets[static_cast<std::size_t>(row.group)];
        row.group = static_cast<int>(row.value);
    }
    std::erase_if(rows, [](const Ranked& row) { return std::isnan(row.target); });
    return rows.size() < kLeastRows ? std::nullopt : explainedByGroups(rows);
}

} // namespace millrace
