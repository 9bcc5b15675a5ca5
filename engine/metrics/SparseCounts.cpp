// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/SparseCounts.h"

#include <cmath>
#include <stdexcept>

namespace millrace
{
namespace
{

template <class Count>
nlohmann::json sparse(std::span<const Count> counts)
{
    nlohmann::json list = nlohmann::json::array();
    std::size_t next = 0;
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (counts[i] != 0) {
            list.push_back(i - next);
            list.push_back(std::is_same_v<Count, double> ? countJson(static_cast<double>(counts[i]))
                                                         : nlohmann::json(counts[i]));
            next = i + 1;
        }
    return list;
}

template <class Count>
void readSparse(const nlohmann::json& list, std::span<Count> counts)
{
    std::size_t at = 0;
    for (std::size_t i = 0; i + 1 < list.size(); i += 2) {
        at += list.at(i).get<std::size_t>();
        if (at >= counts.size())
            throw std::out_of_range("more counts than there are bins");
        counts[at++] = list.at(i + 1).get<Count>();
    }
}

} // namespace

nlohmann::json countJson(double count)
{
    constexpr double kMostExact = 9007199254740992; // 2⁵³
    if (std::abs(count) < kMostExact && std::floor(count) == count)
        return static_cast<std::int64_t>(count);
    return count;
}

nlohmann::json countsJson(std::span<const double> counts)
{
    nlohmann::json list = nlohmann::json::array();
    for (const double count : counts)
        list.push_back(countJson(count));
    return list;
}

nlohmann::json sparseCounts(std::span<const std::int64_t> counts)
{
    return sparse(counts);
}

nlohmann::json sparseCounts(std::span<const double> counts)
{
    return sparse(counts);
}

void readSparseCounts(const nlohmann::json& sparse, std::span<std::int64_t> counts)
{
    readSparse(sparse, counts);
}

void readSparseCounts(const nlohmann::json& sparse, std::span<double> counts)
{
    readSparse(sparse, counts);
}

} // namespace millrace
