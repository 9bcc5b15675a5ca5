// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace millrace
{

inline double threadCpuMilliseconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

inline double quantile(std::vector<double> values, double share)
{
    if (values.empty())
        return 0;
    std::ranges::sort(values);
    return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

/// As a table, as one line of JSON, and what ctest looks for.
inline void printFigures(const nlohmann::ordered_json& figures)
{
    for (const auto& [name, value] : figures.items())
        std::printf("%-36s %s\n", name.c_str(), value.dump().c_str());
    std::printf("%s\nTotals: 1 passed, 0 failed, 0 skipped\n", figures.dump().c_str());
}

} // namespace millrace
