// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/TrainFeed.h"

#include "session/Session.h"

#include <cmath>
#include <limits>

namespace millrace
{

namespace
{

constexpr std::size_t kMostPoints = 400'000;

bool isTraining(const Job* job)
{
    return job->kind() == "train" || job->kind() == "online";
}

} // namespace

TrainFeed& TrainFeed::of(Session& session)
{
    if (auto* feed = session.findChild<TrainFeed*>(QString(), Qt::FindDirectChildrenOnly))
        return *feed;
    return *new TrainFeed(session);
}

TrainFeed::TrainFeed(Session& session) : QObject(&session)
{
    for (Job* job : session.jobs())
        if (isTraining(job))
            follow(job);
    connect(&session, &Session::jobStarted, this, [this](Job* job) {
        if (isTraining(job))
            follow(job);
    });
}

void TrainFeed::follow(Job* job)
{
    m_job = job;
    ++m_generation;
    m_points.clear();
    m_notes.clear();
    emit jobChanged();
}

void TrainFeed::pump()
{
    if (!m_job)
        return;
    const auto points = m_job->metrics().drain();
    m_points.insert(m_points.end(), points.begin(), points.end());
    const auto notes = m_job->drainNotes();
    m_notes.insert(m_notes.end(), notes.begin(), notes.end());
    if (m_points.size() < kMostPoints)
        return;
    std::vector<MetricPoint> merged;
    merged.reserve(m_points.size() / 2 + 1);
    for (std::size_t i = 0; i + 1 < m_points.size(); i += 2)
        merged.push_back(merge(m_points[i], m_points[i + 1]));
    if (m_points.size() % 2 == 1)
        merged.push_back(m_points.back());
    m_points = std::move(merged);
    ++m_generation;
}

void Smoother::add(double value, int times)
{
    if (!std::isfinite(value))
        return;
    const double kept = std::pow(m_factor, times);
    m_sum = kept * m_sum + (1 - kept) * value;
    m_weight = kept * m_weight + (1 - kept);
}

double Smoother::value() const
{
    return m_weight > 0 ? m_sum / m_weight : std::numeric_limits<double>::quiet_NaN();
}

} // namespace millrace
