// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/MetricBuffer.h"

#include <cstddef>
#include <deque>
#include <functional>
#include <vector>

namespace millrace
{

/// Points of a curve in rising x, in bounded memory: when there are too many, every other one of the older half goes.
class Trace
{
public:
    explicit Trace(std::size_t most = 20'000) : m_most(most) {}
    /// True when older points went: what shows it draws it anew.
    bool add(double x, double y);
    void clear();
    [[nodiscard]] const std::vector<double>& x() const { return m_x; }
    [[nodiscard]] const std::vector<double>& y() const { return m_y; }
    [[nodiscard]] double last() const; ///< y; NaN when empty
    /// y at x, between two points in a straight line; the nearest end's outside. NaN when empty.
    [[nodiscard]] double at(double x) const;

private:
    std::size_t m_most;
    std::vector<double> m_x, m_y;
};

/// The curves of a live stream over the second in which the records were made: how well they were predicted when they
/// were learnt, and what is the best possible. So accuracy and best possible of the same records stand above each
/// other, however far behind the learner is. Accuracies are of the last second's records, of the last 1,000 at least.
class StreamCurves
{
public:
    void clear();
    void addSource(const MetricPoint& point);  ///< of the simulation
    void addLearner(const MetricPoint& point); ///< of the online run, in order
    /// In which second of the stream a record was made; `position` is its number in the topic.
    [[nodiscard]] double secondOf(double position) const { return m_clock.at(position); }
    /// The same of a number that counts what the run has scored: what it skipped does not count there.
    [[nodiscard]] double secondOfScored(std::int64_t records) const;
    [[nodiscard]] std::int64_t position() const { return m_position; } ///< of the learner in the topic

    enum Curve { Accuracy, Best, Majority, NoChange, kCurves };
    /// Called for each new point, in the order in which they belong to their curve.
    std::function<void(Curve, double x, double y)> onPoint = [](Curve, double, double) {};

private:
    /// Sums of what was so far, at a moment.
    struct Mark {
        double records = 0, second = 0, right = 0, scored = 0, majority = 0, noChange = 0;
    };
    static void forget(std::deque<Mark>& marks);
    Trace m_clock; ///< second by position
    std::deque<Mark> m_source, m_learner;
    std::int64_t m_position = 0, m_skipped = 0;
};

} // namespace millrace
