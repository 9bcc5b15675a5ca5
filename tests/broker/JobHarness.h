// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "broker/JobProcess.h"
#include "broker/TestCluster.h"
#include "kafka/Admin.h"
#include "kafka/Producer.h"
#include "session/Session.h"

#include <QTest>
#include <algorithm>
#include <set>

namespace millrace
{

/// What tests of jobs share: a broker, a home, sessions on them, and processes that run a job until they are killed.
/// A test that kills begins its main() as JobProcess says.
class JobHarness
{
public:
    static constexpr int kWait = 60000;

    [[nodiscard]] bool start()
    {
        if (!m_cluster.start())
            return false;
        renew();
        return true;
    }
    TestCluster& cluster() { return m_cluster; }
    /// A new session, as of a process that starts, in this home or in another one.
    void renew(const std::string& other = {})
    {
        m_session.reset();
        m_session = makeSession(other.empty() ? home() : other, m_cluster.connection().brokers);
    }
    Session& session() { return *m_session; }
    [[nodiscard]] std::string home() const { return m_home.path().toStdString(); }

    static std::unique_ptr<Session> makeSession(const std::string& home, const std::string& brokers)
    {
        SessionOptions options;
        options.home = home;
        options.brokers = brokers;
        options.kafkaProperties = {{"heartbeat.interval.ms", "300"}}; // by which a member hears of another one
        return std::make_unique<Session>(options);
    }
    static bool ended(const Job& job)
    {
        return QTest::qWaitFor([&] { return !job.isLive(); }, kWait);
    }
    static bool done(const Job& job)
    {
        if (ended(job) && job.state() == Job::State::Done)
            return true;
        qWarning("%s", describe(job.error()).c_str());
        return false;
    }
    /// A job that must start.
    Job& start(const std::string& kind, const nlohmann::json& section)
    {
        remember();
        auto job = m_session->start(kind, section);
        if (!job)
            qFatal("%s", describe(job.error()).c_str());
        return **job;
    }
    /// A job that is slow enough to do something to it when it has read so many records.
    Job& startUntil(const std::string& kind, nlohmann::json section, std::int64_t records, int rate = 20000)
    {
        section["max-rate"] = rate;
        Job& job = start(kind, section);
        if (!QTest::qWaitFor([&] { return !job.isLive() || job.progress().records > records; }, kWait))
            qFatal("the job does not move");
        return job;
    }
    /// The section that goes on with a run, as fast as it can.
    nlohmann::json again(const std::string& how, const std::string& run)
    {
        auto section = m_session->sectionAgain(how, run);
        if (!section)
            qFatal("%s", describe(section.error()).c_str());
        (*section)["max-rate"] = 0;
        return *section;
    }
    [[nodiscard]] RunInfo run(const std::string& name) const
    {
        const auto info = m_session->runs().find(name);
        return info ? *info : RunInfo{};
    }
    [[nodiscard]] std::vector<float> weights(const std::string& name) const
    {
        const auto checkpoint = RunCatalog::loadCheckpoint(run(name));
        return checkpoint ? checkpoint->learner.weights : std::vector<float>();
    }
    /// The run of the job that was started last. Names have whole seconds, so they do not tell.
    [[nodiscard]] RunInfo newest() const
    {
        const auto runs = m_session->runs().list();
        const auto found =
            std::ranges::find_if(runs, [this](const RunInfo& run) { return !m_before.contains(run.folder); });
        return found == runs.end() ? RunInfo{} : *found;
    }

    /// Rows "x,y" with their class as key, some broken, to a new topic or behind what it holds.
    void fill(const std::string& topic, int rows, int partitions = 1)
    {
        auto admin = Admin::open(m_cluster.connection());
        QVERIFY(admin && admin->createTopic(topic, partitions, true));
        auto producer = Producer::open(m_cluster.connection(), topic, partitions);
        QVERIFY(producer);
        for (int i = 0; i < rows; ++i) {
            const int label = i % 3 == 0 ? 1 : 0;
            const std::string value =
                i % 500 == 7 ? "broken" : std::to_string(label + i % 7) + "," + std::to_string(i % 5);
            QVERIFY(producer->send(label == 1 ? "1.0" : "0.0", value, i % partitions, {}, {}));
        }
        QVERIFY(producer->flush({}));
    }

    /// The job in a process of its own.
    std::unique_ptr<JobProcess> startProcess(const std::string& kind, const nlohmann::json& section)
    {
        remember();
        return std::make_unique<JobProcess>(home(), m_cluster.connection().brokers, kind, section);
    }
    /// Runs the job in a process of its own; true when that was killed: at the crash point, or when the condition
    /// holds.
    bool runToDeath(const std::string& kind, const nlohmann::json& section, const QString& crashAt,
                    const std::function<bool()>& killWhen = {})
    {
        remember();
        JobProcess process(home(), m_cluster.connection().brokers, kind, section, crashAt);
        if (killWhen)
            process.killWhen(killWhen);
        return process.wasKilled();
    }

private:
    void remember()
    {
        m_before.clear();
        for (const RunInfo& run : m_session->runs().list())
            m_before.insert(run.folder);
    }

    TestCluster m_cluster;
    QTemporaryDir m_home;
    std::set<std::string> m_before; ///< folders of the runs before the last start
    std::unique_ptr<Session> m_session;
};

} // namespace millrace
