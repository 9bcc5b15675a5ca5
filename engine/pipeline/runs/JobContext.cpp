// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/runs/JobContext.h"

#include <utility>

namespace millrace
{
namespace
{

constexpr std::size_t kViewsKept = 100, kNotesKept = 10'000, kWarningsKept = 100;

} // namespace

double rateOver(std::int64_t records, double seconds)
{
    return seconds < kRateAfterSeconds ? std::numeric_limits<double>::quiet_NaN()
                                       : static_cast<double>(records) / seconds;
}

double secondsLeftAfter(double fraction, double seconds)
{
    return fraction > 0 ? seconds * (1 - fraction) / fraction : std::numeric_limits<double>::quiet_NaN();
}

void JobContext::beginRun(std::string name)
{
    std::lock_guard lock(m_mutex);
    m_run = std::move(name);
}

std::string JobContext::run() const
{
    std::lock_guard lock(m_mutex);
    return m_run;
}

void JobContext::report(const Progress& progress)
{
    std::lock_guard lock(m_mutex);
    m_progress = progress;
    if (m_brokerAway && !m_paused)
        m_progress.limitedBy = "no broker";
}

void JobContext::note(Note::Severity severity, std::string text, std::int64_t records)
{
    note({severity, std::move(text), records});
}

void JobContext::note(Note note)
{
    std::lock_guard lock(m_mutex);
    if (note.severity == Note::Severity::Warning) {
        if (m_warnings.size() >= kWarningsKept)
            m_warnings.erase(m_warnings.begin());
        m_warnings.push_back(note.text);
    }
    if (m_notes.size() >= kNotesKept)
        m_notes.erase(m_notes.begin());
    m_notes.push_back(std::move(note));
}

std::string JobContext::noteBroker(bool away)
{
    m_brokerAway = away;
    std::string text = away ? "The broker went away: waiting for it to come back" : "The broker is back";
    note(away ? Note::Severity::Warning : Note::Severity::Info, text);
    return text;
}

void JobContext::waitWhilePaused()
{
    if (!m_paused)
        return;
    std::unique_lock lock(m_mutex);
    m_resumed.wait(lock, m_stop, [this] { return !m_paused; });
}

void JobContext::waitFor(std::chrono::duration<double> time)
{
    std::unique_lock lock(m_mutex);
    m_resumed.wait_for(lock, m_stop, time, [] { return false; });
}

void JobContext::show(nlohmann::json view)
{
    std::lock_guard lock(m_mutex);
    if (m_views.size() >= kViewsKept)
        m_views.erase(m_views.begin());
    m_views.push_back(std::move(view));
}

std::optional<double> JobContext::takeLearningRate()
{
    std::lock_guard lock(m_mutex);
    return std::exchange(m_learningRate, std::nullopt);
}

std::vector<DriftTurn> JobContext::takeTurns()
{
    std::lock_guard lock(m_mutex);
    return std::exchange(m_turns, {});
}

void JobContext::turn(const DriftTurn& turn)
{
    std::lock_guard lock(m_mutex);
    m_turns.push_back(turn);
}

void JobContext::setPaused(bool paused)
{
    {
        std::lock_guard lock(m_mutex);
        m_paused = paused;
    }
    m_resumed.notify_all();
}

void JobContext::setLearningRate(double rate)
{
    std::lock_guard lock(m_mutex);
    m_learningRate = rate;
}

Progress JobContext::progress() const
{
    std::lock_guard lock(m_mutex);
    return m_progress;
}

std::vector<std::string> JobContext::warnings() const
{
    std::lock_guard lock(m_mutex);
    return m_warnings;
}

std::vector<Note> JobContext::drainNotes()
{
    std::lock_guard lock(m_mutex);
    return std::exchange(m_notes, {});
}

std::vector<nlohmann::json> JobContext::drainViews()
{
    std::lock_guard lock(m_mutex);
    return std::exchange(m_views, {});
}

} // namespace millrace
