// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/Smoother.h"

#include <cmath>
#include <limits>

namespace millrace
{

void Smoother::add(double value, int times)
{
    if (!std::isfinite(value) || times <= 0)
        return;
    const double kept = times == 1 ? m_factor : std::pow(m_factor, times);
    m_sum = kept * m_sum + (1 - kept) * value;
    m_weight = kept * m_weight + (1 - kept);
}

double Smoother::value() const
{
    return m_weight > 0 ? m_sum / m_weight : std::numeric_limits<double>::quiet_NaN();
}

} // namespace millrace
