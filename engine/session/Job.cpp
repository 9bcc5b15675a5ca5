// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/Job.h"

#include "base/FreedMemory.h"
#include "session/Sections.h"

#include <QPointer>
#include <algorithm>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace millrace
{
namespace
{

/// Below the GUI thread, so that the window stays fluid while training uses every core.
void lowerThreadPriority()
{
    constexpr int kNice = 5;
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), kNice);
}

Result<nlohmann::json> runGuarded(const Job::Work& work, JobContext& context)
{
    try {
        return work(context);
    } catch (const std::exception& error) {
        return fail(ErrorCode::Failed, std::string("Internal error: ") + error.what(),
                    "Please report this with the run's log");
    }
}

} // namespace

Job::Job(QString kind, QString title, nlohmann::json section, Work work, QObject* parent, State first)
    : QObject(parent), m_kind(std::move(kind)), m_title(std::move(title)), m_section(std::move(section)),
      m_state(first), m_context(m_stopSource.get_token()), m_inbox(*this)
{
    m_context.setPaused(first == State::Paused);
    m_thread = std::jthread([this, work = std::move(work)] {
        lowerThreadPriority();
        auto result = std::make_shared<Result<nlohmann::json>>(runGuarded(work, m_context));
        giveBackFreedMemory();
        m_inbox.post([this, result = std::move(result)] { onDone(std::move(*result)); });
    });
}

Job::~Job()
{
    m_stopSource.request_stop();
    m_context.setPaused(false);
}

void Job::stop()
{
    if (!isLive())
        return;
    m_state = State::Stopping;
    m_stopSource.request_stop();
    m_context.setPaused(false);
    emit stateChanged();
}

void Job::setPaused(bool paused)
{
    if (m_state != State::Running && m_state != State::Paused)
        return;
    m_state = paused ? State::Paused : State::Running;
    m_context.setPaused(paused);
    emit stateChanged();
}

/// By the first of the keys that its section has: the window's fields take what a section takes.
Status Job::checkChange(const std::vector<std::string>& keys, double value) const
{
    const std::string kind = m_kind.toStdString();
    const Section* section = findSection(kind);
    for (const std::string& key : keys)
        if (section != nullptr && std::ranges::find(section->keys, key, &SectionKey::name) != section->keys.end())
            return checkNumber(kind, key, value);
    return fail(ErrorCode::Usage, "A job of kind " + kind + " has no " + keys.front());
}

Status Job::setLearningRate(double rate)
{
    auto good = checkChange({"learning-rate"}, rate);
    if (good)
        m_context.setLearningRate(rate);
    return good;
}

Status Job::setMaxRate(double recordsPerSecond)
{
    auto good = checkChange({"max-rate", "rate"}, recordsPerSecond);
    if (good)
        m_context.setMaxRate(recordsPerSecond);
    return good;
}

void Job::onDone(Result<nlohmann::json> result)
{
    if (result) {
        m_result = std::move(*result);
        m_state = m_result.value("stopped", false) ? State::Cancelled : State::Done;
        if (m_state == State::Cancelled)
            m_error = {ErrorCode::Cancelled, "Stopped; the last state is kept", {}, false};
    } else {
        m_error = result.error();
        m_state = m_error.code == ErrorCode::Cancelled ? State::Cancelled : State::Failed;
    }
    emit stateChanged();
    emit finished();
}

} // namespace millrace
