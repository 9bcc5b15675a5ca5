// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/BoundedQueue.h"
#include "kafka/Admin.h"
#include "pipeline/runs/RunCatalog.h"
#include "session/Job.h"
#include "session/LocalCluster.h"

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <concepts>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace millrace
{

/// What a process is told at its start: flags, environment.
struct SessionOptions {
    std::filesystem::path home; ///< empty: MILLRACE_HOME, else the XDG data folder
    std::filesystem::path kafkaHome;
    std::string brokers; ///< empty: the local cluster
    std::map<std::string, std::string> kafkaProperties;
};

/// The folder that the options, or the environment, name.
std::filesystem::path homeOf(const SessionOptions& options);
/// An error where something else than a folder is there.
Status checkHome(const SessionOptions& options);

/// The façade that window and command line share: the cluster, the jobs, the runs. Lives on the main thread.
class Session : public QObject
{
    Q_OBJECT
public:
    explicit Session(SessionOptions options, QObject* parent = nullptr);
    ~Session() override; ///< stops jobs, then the cluster if it is ours

    [[nodiscard]] std::filesystem::path home() const { return m_home; }
    LocalCluster& cluster() { return m_cluster; }
    [[nodiscard]] const LocalCluster& cluster() const { return m_cluster; }
    [[nodiscard]] LocalClusterOptions clusterOptions() const;

    /// True when a broker is known: an external one was given, or the local one runs.
    [[nodiscard]] bool hasBroker() const;
    [[nodiscard]] bool isExternal() const { return !m_brokers.isEmpty(); }
    /// Whether the external cluster answers; asked again every few seconds. brokerChanged() tells of changes.
    enum class Answer { Awaited, Yes, No };
    [[nodiscard]] Answer externalAnswer() const { return m_answer; }
    [[nodiscard]] const Error& externalError() const { return m_answerError; } ///< of Answer::No
    [[nodiscard]] Connection connection() const;
    /// "127.0.0.1:9092,…" goes to that cluster; empty goes back to the local one. Emits brokerChanged().
    void setExternalBroker(const QString& brokers);
    /// With properties of its own, instead of those that the process was given.
    void setExternalBroker(const QString& brokers, std::map<std::string, std::string> properties);

    /// Starts a job of a kind ("summarize", "simulate", "fit", "publish", "train", "evaluate", "online", "predict",
    /// "export", "detectors", "bench"): session/README.md lists every section's keys and result. The section is checked
    /// first; an error names the key and the nearest known one. Started as Paused it holds before its first record. The
    /// session owns the job and keeps it after its end.
    Result<Job*> start(const std::string& kind, const nlohmann::json& section, Job::State first = Job::State::Running);
    /// A job that only looks on, of kind "watch": the caller owns it, and no list of jobs has it. It must not outlive
    /// what it watches for long: stop() it, and delete it when it is finished().
    Result<std::unique_ptr<Job>> watch(const nlohmann::json& section);
    /// The section that goes on with a training run ("resume"), or does it again ("reproduce"): its configuration, and
    /// its name under that key. For start("train", …).
    [[nodiscard]] Result<nlohmann::json> sectionAgain(const std::string& how, const std::string& run) const;
    [[nodiscard]] QList<Job*> jobs() const { return m_jobs; }
    [[nodiscard]] QList<Job*> liveJobs() const;
    /// The newest job of the kind, live or ended; nullptr without one.
    [[nodiscard]] Job* latest(const QString& kind) const;

    /// A short call off the main thread (admin requests, listing runs); `done` gets the answer on the main thread, and
    /// is dropped when the receiver is gone. Session::admin() may be used inside.
    template <std::invocable Work, class Done>
    void call(QObject* receiver, Work work, Done done)
    {
        auto guard = std::make_shared<QPointer<QObject>>(receiver);
        m_calls.push([this, guard, work = std::move(work), done = std::move(done)]() mutable {
            auto answer = std::make_shared<decltype(work())>(work());
            m_inbox.post([guard = std::move(guard), answer = std::move(answer), done = std::move(done)]() mutable {
                if (*guard)
                    done(std::move(*answer));
            });
        });
    }
    /// An admin connection to the current cluster for use inside call(). Thread-safe.
    Result<std::shared_ptr<Admin>> admin();

    [[nodiscard]] RunCatalog runs() const { return RunCatalog(m_home / "runs"); }

signals:
    void jobStarted(millrace::Job* job);
    void jobFinished(millrace::Job* job);
    void brokerChanged();                            ///< the local cluster's state, or which cluster is used
    void message(const QString& text, bool isError); ///< for the status line

private:
    Result<std::unique_ptr<Job>> makeJob(const std::string& kind, const nlohmann::json& section,
                                         Job::State first = Job::State::Running);
    void askExternal();

    std::filesystem::path m_home;
    SessionOptions m_options;
    LocalCluster m_cluster;
    QString m_brokers;
    Answer m_answer = Answer::Awaited;
    Error m_answerError;
    QTimer m_askAgain;
    QList<Job*> m_jobs;
    std::mutex m_adminMutex; ///< guards the three below: pool threads ask for the admin connection
    Connection m_current;
    std::shared_ptr<Admin> m_admin;
    std::string m_adminBrokers;
    Inbox m_inbox{*this};
    BoundedQueue<std::function<void()>> m_calls{1000};
    std::vector<std::jthread> m_callers; ///< last: they use what is above
};

} // namespace millrace
