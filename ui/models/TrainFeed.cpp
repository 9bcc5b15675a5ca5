// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/TrainFeed.h"

#include "base/Json.h"
#include "models/RunTask.h"
#include "session/Session.h"

#include <algorithm>
#include <filesystem>

namespace millrace
{

namespace
{

constexpr std::size_t kMostPoints = 400'000;   ///< 104 bytes each; what charts have drawn they keep
constexpr std::size_t kMostOfEndless = 40'000; ///< an online run may go on for days
constexpr std::size_t kMostAtOnce = 20'000;
constexpr std::size_t kMostNotes = 10'000;

bool isTraining(const Job* job)
{
    return job->kind() == "train" || job->kind() == "online";
}

/// The folder of the run that the job goes on with; empty when it begins one.
std::string resumedBy(const Job& job)
{
    return std::filesystem::path(textIn(job.section(), "resume")).filename().string();
}

/// The folder of the run that the job made or goes on with; empty while that is not known.
std::string runOf(const Job& job)
{
    const std::string run = job.run().toStdString();
    return run.empty() ? resumedBy(job) : run;
}

} // namespace

TrainFeed& TrainFeed::of(Session& session)
{
    if (auto* feed = session.findChild<TrainFeed*>(QString(), Qt::FindDirectChildrenOnly))
        return *feed;
    return *new TrainFeed(session);
}

TrainFeed::TrainFeed(Session& session) : QObject(&session), m_session(session)
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
    const std::string resumed = resumedBy(*job);
    if (m_job && !resumed.empty() && resumed == runOf(*m_job)) {
        pump(); // what it has told last
        if (!m_points.empty())
            m_earlier = {std::move(m_points), std::move(m_notes)};
    } else {
        m_earlier = {};
    }
    if (m_job)
        m_job->disconnect(this);
    m_job = job;
    connect(job, &Job::finished, this, &TrainFeed::askForTask);
    askForTask();
    ++m_generation;
    m_points = {};
    m_points.reserve(mostPoints()); // memory is used as it fills, and no tick copies what is there
    m_notes.clear();
    m_notesDropped = 0;
    emit jobChanged();
}

/// What was told after the checkpoint is told anew.
void TrainFeed::putEarlierBefore(std::int64_t records)
{
    const auto isBefore = [records](const auto& told) { return told.records < records; };
    std::ranges::copy_if(m_earlier.points, std::back_inserter(m_points), isBefore);
    std::ranges::copy_if(m_earlier.notes, std::back_inserter(m_notes), isBefore);
    m_earlier = {};
}

/// Asked when the job begins, when it has learnt something (then it has its run), and when its result names the task.
void TrainFeed::askForTask()
{
    if (const auto told = taskInResult(m_job->result()))
        return setTask(*told);
    m_session.call(
        this,
        [catalog = m_session.runs(), home = m_session.home(), kind = m_job->kind().toStdString(),
         topic = textIn(m_job->section(), "topic")] { return taskOfJob(catalog, home, kind, topic); },
        [this, asked = m_job](Task task) {
            if (asked == m_job && !taskInResult(m_job->result()))
                setTask(std::move(task));
        });
}

void TrainFeed::setTask(Task task)
{
    const bool other = task.kind != m_task.kind;
    m_task = std::move(task);
    if (other)
        emit taskChanged();
}

void TrainFeed::pump()
{
    if (!m_job)
        return;
    const auto points = m_job->metrics().drain();
    if (m_points.empty() && !points.empty()) {
        askForTask();
        putEarlierBefore(points.front().records);
    }
    if (m_points.size() + points.size() > mostPoints())
        halve();
    m_points.insert(m_points.end(), points.begin(), points.end());
    const auto notes = m_job->drainNotes();
    m_notes.insert(m_notes.end(), notes.begin(), notes.end());
    if (m_notes.size() > kMostNotes) {
        const std::size_t dropped = m_notes.size() - kMostNotes / 2;
        m_notes.erase(m_notes.begin(), m_notes.begin() + static_cast<std::ptrdiff_t>(dropped));
        m_notesDropped += dropped;
    }
}

std::size_t TrainFeed::mostPoints() const
{
    return m_job->kind() == "online" ? kMostOfEndless : kMostPoints;
}

void TrainFeed::halve()
{
    std::size_t kept = 0;
    for (std::size_t i = 0; i < m_points.size(); i += 2)
        m_points[kept++] = i + 1 < m_points.size() ? merge(m_points[i], m_points[i + 1]) : m_points[i];
    m_points.resize(kept);
    ++m_merges;
}

std::span<const MetricPoint> TrainFeed::next(Place& place) const
{
    if (place.generation != m_generation)
        place = {m_generation, m_merges, 0};
    for (; place.merges < m_merges; ++place.merges)
        place.index = (place.index + 1) / 2;
    const auto points = std::span(m_points).subspan(place.index);
    const auto taken = points.first(std::min(points.size(), kMostAtOnce));
    place.index += taken.size();
    return taken;
}

std::span<const Note> TrainFeed::nextNotes(Place& place) const
{
    if (place.generation != m_generation)
        place = {m_generation, m_merges, 0, 0};
    const std::size_t first = std::max(place.notes, m_notesDropped) - m_notesDropped;
    place.notes = m_notesDropped + m_notes.size();
    return std::span(m_notes).subspan(first);
}

} // namespace millrace
