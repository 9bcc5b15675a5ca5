// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/MetricBuffer.h"

#include <algorithm>
#include <cmath>

namespace millrace
{

/// Mini-datasets that share a point of the curves: record by record there are more of them than anybody can look at.
class CurveSum
{
public:
    /// The loss and the score of one; NaN where nothing of it was scored.
    void add(double loss, double score)
    {
        ++m_count;
        if (std::isnan(loss))
            return;
        m_least = m_scored == 0 ? loss : std::min(m_least, loss);
        m_most = m_scored == 0 ? loss : std::max(m_most, loss);
        m_loss += loss;
        m_score += score;
        ++m_scored;
    }
    [[nodiscard]] bool isEmpty() const { return m_count == 0; }
    /// Their means and extremes; begins anew.
    MetricPoint take()
    {
        const double scored = m_scored > 0 ? m_scored : std::nan("");
        MetricPoint point;
        point.steps = m_count;
        point.loss = m_loss / scored;
        point.score = m_score / scored;
        point.lossMinimum = m_scored > 0 ? m_least : scored;
        point.lossMaximum = m_scored > 0 ? m_most : scored;
        *this = {};
        return point;
    }

private:
    int m_count = 0, m_scored = 0;
    double m_loss = 0, m_score = 0, m_least = 0, m_most = 0;
};

} // namespace millrace
