// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace millrace
{

/// Exponential moving average with bias correction (as TensorBoard's, and Adam's moments: Kingma and Ba 2015), so that
/// the first points are not drawn towards zero. A value may stand for several.
class Smoother
{
public:
    explicit Smoother(double factor = 0.98) : m_factor(factor) {} ///< from 0, no smoothing, to less than 1
    void add(double value, int times = 1);
    [[nodiscard]] double value() const; ///< NaN before the first
    [[nodiscard]] double factor() const { return m_factor; }

private:
    double m_factor, m_sum = 0, m_weight = 0;
};

} // namespace millrace
