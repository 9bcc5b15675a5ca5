// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Experiment.h"
#include "session/ExperimentSteps.h"
#include "session/Session.h"

namespace millrace
{

/// Runs an experiment step by step as jobs of the session; the window's tutorial button and `millrace run` alike. The
/// steps are those of the table in ExperimentSteps.h; a section that is absent has no step. Of the session's thread,
/// and it must not outlive the session.
class ExperimentRun : public QObject
{
    Q_OBJECT
public:
    enum class StepState { Waiting, Running, Done, Failed };
    struct Step {
        std::string key;
        QString title; ///< "Train 10 epochs"
        QString page;  ///< objectName of the page it belongs to
        StepState state = StepState::Waiting;
        QString text; ///< live: "epoch 7 · loss 0.447"; at the end what came out
        double seconds = 0;
        nlohmann::json result;
    };

    ExperimentRun(Session& session, Experiment experiment, QObject* parent = nullptr);
    void start();
    void stop();
    void setPaused(bool paused);
    [[nodiscard]] bool isLive() const { return m_live; }
    [[nodiscard]] bool isPaused() const { return m_paused; }
    [[nodiscard]] bool succeeded() const { return m_succeeded; }
    [[nodiscard]] const Error& error() const { return m_error; }
    [[nodiscard]] const std::vector<Step>& steps() const { return m_steps; }
    [[nodiscard]] Job* currentJob() const { return m_job; }
    /// {"steps":[{step, seconds, …result}], "train":…, "test":…, "seconds":…}
    [[nodiscard]] nlohmann::json result() const;
    [[nodiscard]] const Experiment& experiment() const { return m_experiment; }

signals:
    void stepChanged(int index);
    void finished();

private:
    void runStep();
    [[nodiscard]] StepSources sources() const;
    void runCluster();
    void connectCluster(const QString& note);
    void startLocalCluster();
    void lookAtLocalCluster();
    void runTopics();
    void runSection(const ExperimentStep& step);
    void runExport(const ExperimentStep& step, std::size_t entry);
    void runJob(const std::string& kind, const nlohmann::json& section,
                std::function<void(const nlohmann::json&)> done);
    void endStep(nlohmann::json result, const QString& text);
    void failStep(const Error& error);
    Step& current() { return m_steps[static_cast<std::size_t>(m_index)]; }

    Session& m_session;
    Experiment m_experiment;
    std::vector<Step> m_steps;
    int m_index = -1;
    bool m_live = false, m_succeeded = false, m_paused = false;
    Error m_error;
    QPointer<Job> m_job;
    nlohmann::json m_exported = nlohmann::json::array();
    QMetaObject::Connection m_clusterConnection;
    std::chrono::steady_clock::time_point m_started, m_stepStarted;
};

} // namespace millrace
