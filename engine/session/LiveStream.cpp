// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/LiveStream.h"

#include "pipeline/reading/GroupRows.h"
#include "pipeline/runs/TopicNotes.h"

#include <algorithm>

namespace millrace
{
namespace
{

/// The topic of an earlier stream, and its group, are deleted; never a topic that somebody else has filled.
Status removeOld(Session& session)
{
    const std::string topic = LiveStream::kTopic;
    auto admin = session.admin();
    if (!admin)
        return fail(admin.error());
    const auto cluster = (*admin)->cluster();
    if (!cluster)
        return fail(cluster.error());
    if (std::ranges::find(cluster->topics, topic, &TopicInfo::name) == cluster->topics.end())
        return {};
    const auto notes = readTopicNotes(session.home(), topic);
    if (!notes)
        return fail(notes.error());
    if (!notes->simulated)
        return fail(ErrorCode::Usage, "There is a topic " + topic + " whose records are not simulated",
                    "Delete it on the Cluster page if nobody needs it");
    const bool isOwnGroup = readsOnly(**admin, topic, {topic});
    if (auto deleted = (*admin)->deleteTopic(topic); !deleted)
        return deleted;
    if (isOwnGroup)
        (void)(*admin)->deleteGroup(topic); // one that a member holds is told when the learner joins
    return {};
}

/// Learns the concept within a few seconds, and again after it has turned.
nlohmann::json learnerSection()
{
    return {{"topic", LiveStream::kTopic},
            {"group", LiveStream::kTopic},
            {"preset", "tutorial"},
            {"until", "never"},
            {"records", 500},
            {"linger", 100},
            {"epochs", 1},
            {"batch", 32},
            {"shuffle", 32},
            {"learning-rate", 0.001},
            {"detectors", "adwin,ddm"},
            {"scores", "none"},
            {"skip-lag", 2'000'000}, // less than the retention keeps
            {"lost", "skip"},
            {"checkpoint-seconds", 5}};
}

} // namespace

LiveStream::LiveStream(Session& session, QObject* parent) : QObject(parent), m_session(session)
{
    connect(&session, &Session::brokerChanged, this, &LiveStream::onBroker);
    connect(&session, &Session::jobFinished, this, &LiveStream::onJobFinished);
    m_untilItFlows.setInterval(50);
    connect(&m_untilItFlows, &QTimer::timeout, this, &LiveStream::startLearner);
}

void LiveStream::start(double rate)
{
    if (m_state != State::Idle)
        return;
    m_error = {};
    m_rate = rate;
    ++m_attempt;
    m_source = m_learner = nullptr;
    if (m_session.hasBroker()) {
        makeRoom();
        return;
    }
    m_awaitsBroker = true;
    enter(State::Starting, tr("Starting a local Kafka"));
    m_session.cluster().start(m_session.clusterOptions());
}

void LiveStream::onBroker()
{
    if (!std::exchange(m_awaitsBroker, false))
        return;
    if (m_session.hasBroker())
        makeRoom();
    else if (m_session.cluster().state() == LocalCluster::State::Failed)
        end(m_session.cluster().error());
    else
        m_awaitsBroker = true;
}

void LiveStream::makeRoom()
{
    enter(State::Starting, tr("Making the topic %1").arg(kTopic));
    m_session.call(
        this, [&session = m_session] { return removeOld(session); },
        [this, attempt = m_attempt](const Status& removed) {
            if (attempt != m_attempt || m_state != State::Starting)
                return;
            if (removed)
                startSource();
            else
                end(removed.error());
        });
}

void LiveStream::startSource()
{
    m_source =
        begin("simulate", {{"topic", kTopic}, {"rows", 0}, {"rate", m_rate}, {"retention-bytes", kRetentionBytes}});
    if (m_source)
        m_untilItFlows.start();
}

/// The learner is started when there is a topic to read.
void LiveStream::startLearner()
{
    if (m_state != State::Starting || !m_source || m_source->progress().records < 0)
        return;
    m_untilItFlows.stop();
    m_learner = begin("online", learnerSection());
    if (m_learner)
        enter(State::Running);
}

Job* LiveStream::begin(const char* kind, const nlohmann::json& section)
{
    auto started = m_session.start(kind, section);
    if (started)
        return *started;
    end(started.error());
    return nullptr;
}

void LiveStream::stop()
{
    ++m_attempt;
    m_awaitsBroker = false;
    end({});
}

/// One does not go on without the other.
void LiveStream::onJobFinished(Job* job)
{
    if ((job != m_source && job != m_learner) || m_state == State::Idle)
        return;
    end(job->state() == Job::State::Failed ? job->error() : Error{});
}

void LiveStream::end(const Error& error)
{
    if (m_error.message.empty())
        m_error = error;
    m_untilItFlows.stop();
    bool live = false;
    for (const QPointer<Job>& job : {m_source, m_learner})
        if (job && job->isLive()) {
            live = true;
            if (job->state() != Job::State::Stopping)
                job->stop();
        }
    enter(live ? State::Stopping : State::Idle);
}

void LiveStream::enter(State state, const QString& step)
{
    m_state = state;
    m_step = step;
    emit changed();
}

} // namespace millrace
