// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "charts/Curve.h"
#include "charts/Smoother.h"

#include <optional>

namespace millrace
{

/// The smoothed line of a source curve: every point of the source counts, however few are drawn. It follows the source
/// as that grows; another factor is worked through in slices, while the line before stays to be seen.
class SmoothedCurve
{
public:
    /// The source has got this point, which stands for so many values; 0 is drawn in the source alone.
    void append(const Curve::Point& point, int times);
    void clear(); ///< the factor stays
    /// A new factor that comes while another is worked through waits for its turn: dragging a slider shows lines all
    /// along.
    void setFactor(double factor) { m_factor = factor; }
    [[nodiscard]] double factor() const { return m_factor; }
    /// False: work() has something to do.
    [[nodiscard]] bool isUpToDate() const { return !m_next && m_factor == m_shown.smoother.factor(); }
    /// Takes at most so many points of the source further.
    void work(const Curve& source, std::size_t most);
    void thinSource();                                        ///< the source has been thinned
    void thin(std::size_t most) { m_shown.curve.thin(most); } ///< see Curve::thin()

    [[nodiscard]] const Curve& curve() const { return m_shown.curve; }

private:
    struct Line {
        explicit Line(double factor) : smoother(factor) {}
        void append(const Curve::Point& point, int times);
        Smoother smoother;
        Curve curve;
        std::size_t taken = 0; ///< of the source
    };
    double m_factor = Smoother().factor();
    Line m_shown{m_factor};
    std::optional<Line> m_next; ///< with another factor, not yet through
    std::deque<int> m_times;    ///< of each point of the source
};

} // namespace millrace
