// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/bench/BenchFigures.h"

#include "pipeline/training/Median.h"

namespace millrace
{

Status BenchFigures::noteRate(const std::string& name, double megabytes, const Result<double>& seconds)
{
    if (!seconds)
        return fail(seconds.error());
    note(name, megabytes / *seconds);
    return {};
}

void BenchFigures::noteRatio(const std::string& name, const std::string& above, const std::string& below)
{
    note(name, m_values[above].back() / m_values[below].back());
}

std::map<std::string, double> BenchFigures::medians() const
{
    std::map<std::string, double> medians;
    for (const auto& [name, values] : m_values)
        medians[name] = median(values);
    return medians;
}

} // namespace millrace
