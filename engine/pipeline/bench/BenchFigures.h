// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <map>
#include <string>
#include <vector>

namespace millrace
{

/// What was measured, by name, a value a round.
class BenchFigures
{
public:
    void note(const std::string& name, double value) { m_values[name].push_back(value); }
    /// Text over seconds.
    Status noteRate(const std::string& name, double megabytes, const Result<double>& seconds);
    /// Of what was noted last of both.
    void noteRatio(const std::string& name, const std::string& above, const std::string& below);
    [[nodiscard]] std::map<std::string, double> medians() const;

private:
    std::map<std::string, std::vector<double>> m_values;
};

} // namespace millrace
