// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/simulator/DriftSchedule.h"
#include "session/Session.h"

namespace millrace
{

/// Two jobs that belong together: a simulation that feeds a topic for as long as one likes, and an online run that
/// learns from it. Starts the local cluster where there is no broker, and makes the topic anew, with a retention, so
/// that neither disk nor memory fills. Lives on the main thread; the session owns the jobs and must outlive it.
class LiveStream : public QObject
{
    Q_OBJECT
public:
    enum class State { Idle, Starting, Running, Stopping };
    Q_ENUM(State)

    static constexpr const char* kTopic = "live-stream"; ///< and the group's name
    static constexpr std::int64_t kRetentionBytes = std::int64_t{1} << 30U;

    explicit LiveStream(Session& session, QObject* parent = nullptr);

    void start(double rate); ///< records a second
    void stop();             ///< both; changed() tells when it is done

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] QString step() const { return m_step; } ///< of Starting: "Starting a local Kafka"
    [[nodiscard]] const Error& error() const
    {
        return m_error;
    }                                                      ///< what ended the last one; no message where nothing did
    [[nodiscard]] Job* source() const { return m_source; } ///< the simulation, live or ended; nullptr before
    [[nodiscard]] Job* learner() const { return m_learner; }

signals:
    void changed(); ///< state, step or one of the jobs

private:
    void onBroker();
    void makeRoom();
    void startSource();
    void startLearner();
    Job* begin(const char* kind, const nlohmann::json& section);
    void onJobFinished(Job* job);
    void enter(State state, const QString& step = {});
    void end(const Error& error);

    Session& m_session;
    State m_state = State::Idle;
    QString m_step;
    Error m_error;
    double m_rate = 0;
    int m_attempt = 0; ///< an answer to an earlier one is dropped
    bool m_awaitsBroker = false;
    QPointer<Job> m_source, m_learner;
    QTimer m_untilItFlows;
};

} // namespace millrace
