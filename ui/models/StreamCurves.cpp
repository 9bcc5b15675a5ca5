// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/StreamCurves.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace millrace
{

namespace
{

constexpr double kLeastRecords = 1000, kLeastSeconds = 1;

} // namespace

bool Trace::add(double x, double y)
{
    m_x.push_back(x);
    m_y.push_back(y);
    if (m_x.size() <= m_most)
        return false;
    const std::size_t half = m_x.size() / 2;
    for (std::vector<double>* values : {&m_x, &m_y}) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < values->size(); i += i < half ? 2 : 1)
            (*values)[kept++] = (*values)[i];
        values->resize(kept);
    }
    return true;
}

void Trace::clear()
{
    m_x.clear();
    m_y.clear();
}

double Trace::last() const
{
    return m_y.empty() ? std::numeric_limits<double>::quiet_NaN() : m_y.back();
}

double Trace::at(double x) const
{
    if (m_x.empty() || x >= m_x.back())
        return last();
    const auto above = static_cast<std::size_t>(std::ranges::upper_bound(m_x, x) - m_x.begin());
    if (above == 0)
        return m_y.front();
    const double share = (x - m_x[above - 1]) / (m_x[above] - m_x[above - 1]);
    return m_y[above - 1] + share * (m_y[above] - m_y[above - 1]);
}

void StreamCurves::clear()
{
    m_clock.clear();
    m_source.assign(1, {});
    m_learner.assign(1, {});
    m_position = m_skipped = 0;
}

/// Keeps the last second, and 1,000 records at least.
void StreamCurves::forget(std::deque<Mark>& marks)
{
    const Mark& now = marks.back();
    while (marks.size() > 2 && now.records - marks[1].records >= kLeastRecords &&
           now.second - marks[1].second >= kLeastSeconds)
        marks.pop_front();
}

void StreamCurves::addSource(const MetricPoint& point)
{
    const auto records = static_cast<double>(point.records);
    if (m_clock.x().empty())
        m_clock.add(0, 0);
    m_clock.add(records, point.seconds);
    const Mark& before = m_source.back();
    m_source.push_back({records, point.seconds, before.right + point.score * (records - before.records)});
    forget(m_source);
    const Mark &first = m_source.front(), &now = m_source.back();
    onPoint(Best, point.seconds, (now.right - first.right) / std::max(1.0, now.records - first.records));
}

void StreamCurves::addLearner(const MetricPoint& point)
{
    m_position = point.position;
    m_skipped = point.position - point.records;
    const auto records = static_cast<double>(point.records);
    const Mark before = m_learner.back();
    if (records <= before.records)
        return;
    const double second = std::max(before.second, secondOf(static_cast<double>(point.position)));
    const auto scored = static_cast<double>(point.scored);
    m_learner.push_back({records, second, before.right + point.score * (records - before.records), scored,
                         point.majority * scored, point.noChange * scored});
    forget(m_learner);
    const Mark &first = m_learner.front(), &now = m_learner.back();
    const double count = now.records - first.records;
    onPoint(Accuracy, second, (now.right - first.right) / count);
    const double scoredSince = now.scored - first.scored; // 0: the line has a gap
    onPoint(Majority, second, (now.majority - first.majority) / scoredSince);
    onPoint(NoChange, second, (now.noChange - first.noChange) / scoredSince);
}

double StreamCurves::secondOfScored(std::int64_t records) const
{
    return secondOf(static_cast<double>(records + m_skipped));
}

} // namespace millrace
