// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/JobContext.h"
#include "session/Job.h"

#include <QObject>
#include <QPointer>
#include <vector>

namespace millrace
{

class Session;

/// The points and notes of the newest training ("train" or "online"), kept so that several pages can draw them: a
/// job hands each out only once. Belongs to the session; main thread only.
class TrainFeed : public QObject
{
    Q_OBJECT
public:
    static TrainFeed& of(Session& session);

    void pump();                                     ///< takes what has come; from any page's tick()
    [[nodiscard]] Job* job() const { return m_job; } ///< nullptr before the first
    /// Changes when `points` begin anew: another job, or older points merged to bound the memory.
    [[nodiscard]] int generation() const { return m_generation; }
    [[nodiscard]] const std::vector<MetricPoint>& points() const { return m_points; }
    [[nodiscard]] const std::vector<Note>& notes() const { return m_notes; }

signals:
    void jobChanged(); ///< another job

private:
    explicit TrainFeed(Session& session);
    void follow(Job* job);

    QPointer<Job> m_job;
    int m_generation = 0;
    std::vector<MetricPoint> m_points;
    std::vector<Note> m_notes;
};

/// Exponential smoothing with bias correction (as Adam's moments: Kingma and Ba 2015), so that the first points are not
/// drawn towards zero. A value may stand for several.
class Smoother
{
public:
    explicit Smoother(double factor = 0.98) : m_factor(factor) {}
    void add(double value, int times = 1);
    [[nodiscard]] double value() const; ///< NaN before the first

private:
    double m_factor, m_sum = 0, m_weight = 0;
};

} // namespace millrace
