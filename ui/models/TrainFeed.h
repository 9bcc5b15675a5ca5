// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Task.h"
#include "pipeline/runs/JobContext.h"
#include "session/Job.h"

#include <QObject>
#include <QPointer>
#include <span>
#include <vector>

namespace millrace
{

class Session;

/// The points and notes of the newest training ("train" or "online"), kept so that several pages can draw them: a
/// job hands each out only once. Those of a job that goes on with the run of the one before follow upon its points.
/// Belongs to the session; main thread only.
class TrainFeed : public QObject
{
    Q_OBJECT
public:
    static TrainFeed& of(Session& session);

    void pump();                                     ///< takes what has come; from any page's tick()
    [[nodiscard]] Job* job() const { return m_job; } ///< nullptr before the first
    /// What the job's model is asked for, as far as it is known: two classes until then. Of it a point's score is the
    /// curve.
    [[nodiscard]] const Task& task() const { return m_task; }

    /// How far a reader has come.
    struct Place {
        int generation = -1;
        std::int64_t merges = 0;
        std::size_t index = 0, notes = 0;
    };
    /// The next points, no more than one tick can draw; moves the place on. Another job than the place's begins anew.
    std::span<const MetricPoint> next(Place& place) const;
    std::span<const Note> nextNotes(Place& place) const;
    [[nodiscard]] int generation() const { return m_generation; } ///< another one with another job
    /// All of the job, and of those before it of the same run; older ones are merged to bound the memory.
    [[nodiscard]] const std::vector<MetricPoint>& points() const { return m_points; }

signals:
    void jobChanged();  ///< another job
    void taskChanged(); ///< what was drawn as another score is to be drawn anew

private:
    explicit TrainFeed(Session& session);
    void askForTask();
    void setTask(Task task);
    void follow(Job* job);
    void putEarlierBefore(std::int64_t records);
    void halve();
    [[nodiscard]] std::size_t mostPoints() const;

    Session& m_session;
    QPointer<Job> m_job;
    Task m_task;
    int m_generation = 0;
    std::int64_t m_merges = 0; ///< how often the number of points was halved
    std::vector<MetricPoint> m_points;
    std::vector<Note> m_notes; ///< the last ones
    std::size_t m_notesDropped = 0;
    /// Of the run that the job resumes, until its own points tell where it goes on.
    struct Earlier {
        std::vector<MetricPoint> points;
        std::vector<Note> notes;
    } m_earlier;
};

} // namespace millrace
