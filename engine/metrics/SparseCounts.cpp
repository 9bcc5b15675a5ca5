// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/SparseCounts.h"

#include <stdexcept>

namespace millrace
{

nlohmann::json sparseCounts(std::span<const std::int64_t> counts)
{
    nlohmann::json sparse = nlohmann::json::array();
    std::size_t next = 0;
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (counts[i] != 0) {
            sparse.push_back(i - next);
            sparse.push_back(counts[i]);
            next = i + 1;
        }
    return sparse;
}

void readSparseCounts(const nlohmann::json& sparse, std::span<std::int64_t> counts)
{
    std::size_t at = 0;
    for (std::size_t i = 0; i + 1 < sparse.size(); i += 2) {
        at += sparse.at(i).get<std::size_t>();
        if (at >= counts.size())
            throw std::out_of_range("more counts than there are bins");
        counts[at++] = sparse.at(i + 1).get<std::int64_t>();
    }
}

} // namespace millrace
