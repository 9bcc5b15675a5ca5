// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"
#include "pipeline/runs/JobContext.h"
#include "session/Inbox.h"

#include <QObject>
#include <QString>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>

namespace millrace
{

/// A long piece of work on a thread of its own. Lives on the main thread; its signals arrive there. The work gets the
/// context and returns its result as JSON (the same that --json prints). Destruction stops and joins.
class Job : public QObject
{
    Q_OBJECT
public:
    enum class State { Running, Paused, Stopping, Done, Failed, Cancelled };
    Q_ENUM(State)
    using Work = std::function<Result<nlohmann::json>(JobContext&)>;

    /// `first` is Running, or Paused: then it holds before its first record.
    Job(QString kind, QString title, nlohmann::json section, Work work, QObject* parent, State first = State::Running);
    ~Job() override;

    [[nodiscard]] QString kind() const { return m_kind; }   ///< "train", "publish", … the section's name
    [[nodiscard]] QString title() const { return m_title; } ///< "Training on events-train"
    [[nodiscard]] const nlohmann::json& section() const { return m_section; } ///< resolved: defaults filled in
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] bool isLive() const
    {
        return m_state == State::Running || m_state == State::Paused || m_state == State::Stopping;
    }
    [[nodiscard]] Progress progress() const { return m_context.progress(); } ///< cheap; poll it at 50 ms
    [[nodiscard]] const nlohmann::json& result() const { return m_result; }  ///< when Done; also partly when Cancelled
    [[nodiscard]] const Error& error() const { return m_error; }             ///< when Failed or Cancelled
    /// The folder of its run, once there is one; empty before, and of a job that makes none.
    [[nodiscard]] QString run() const { return QString::fromStdString(m_context.run()); }
    [[nodiscard]] bool brokerAway() const { return m_context.brokerAway(); }
    MetricBuffer& metrics() { return m_context.metrics; }
    RecentPredictions& predictions() { return m_context.predictions; }
    std::vector<Note> drainNotes() { return m_context.drainNotes(); }
    std::vector<nlohmann::json> drainViews() { return m_context.drainViews(); }

    void stop();
    void setPaused(bool paused);
    /// Of a job that learns, from its next batch on. ErrorCode::Usage where its section would not take it.
    Status setLearningRate(double rate);
    /// Of a job that reads or draws records; 0: as fast as it goes. ErrorCode::Usage where its section would not take
    /// it.
    Status setMaxRate(double recordsPerSecond);
    void turn(const DriftTurn& turn)
    {
        m_context.turn(turn);
    } ///< a knob of a running simulation, from its next record on

signals:
    void stateChanged();
    void finished(); ///< once, after the last stateChanged()

private:
    [[nodiscard]] Status checkChange(const std::vector<std::string>& keys, double value) const;
    void onDone(Result<nlohmann::json> result);

    QString m_kind, m_title;
    nlohmann::json m_section;
    State m_state;
    nlohmann::json m_result;
    Error m_error;
    std::stop_source m_stopSource;
    JobContext m_context;
    Inbox m_inbox;
    std::jthread m_thread;
};

} // namespace millrace
